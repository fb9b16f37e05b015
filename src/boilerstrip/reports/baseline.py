"""Findings that are known and let be: a sorted file of JSON lines without line numbers; not a rule (`[[keep]]` is).

A finding is known by its rule, its folded text and its document, so text that moves inside a document stays known, and
the same text in another document is found. Documents are named relative to the folder of the baseline.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from boilerstrip.errors import InputError, OutputError
from boilerstrip.formats.writing import write_file
from boilerstrip.reports import Outcome
from boilerstrip.reports.findings import Finding, findings
from boilerstrip.reports.printable import excerpt


class Known(NamedTuple):
    """A row of the file; rows sort by document. `record` is the url of a record in a file of many, else its number."""

    path: str
    record: str
    rule: str
    fingerprint: str
    excerpt: str


@dataclass(slots=True)
class Baseline:
    """The findings that a file lists. `seen` are the documents and findings of this run."""

    path: Path
    known: frozenset[Known] = frozenset()
    seen: set[tuple[str, str]] = field(default_factory=set)
    found: set[Known] = field(default_factory=set)
    _fingerprints: frozenset[str] = frozenset()

    @classmethod
    def read(cls, path: Path, *, missing: bool = False) -> Baseline:
        """The baseline in a file; an empty one where there is no file and `missing` allows that. Raise `InputError`."""
        if missing and not path.exists():
            return cls(path)
        try:
            lines = path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            raise InputError(f"{path}: no such baseline; --update-baseline writes one") from None
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: the baseline cannot be read: {error}") from None
        known = frozenset(_known(path, number, line) for number, line in enumerate(lines, 1) if line.strip())
        return cls(path, known, _fingerprints=frozenset(row.fingerprint for row in known))

    def unknown(self, outcome: Outcome) -> Outcome:
        """The outcome without its known findings; both kinds are taken note of."""
        path, record = self._names(outcome)
        self.seen.add((path, record))
        fresh = []
        for finding in findings(outcome):
            row = self._row(finding, path, record)
            self.found.add(row)
            if row.fingerprint not in self._fingerprints:
                fresh.append(finding.removal)
        if outcome.result.status != "cleaned":
            return outcome
        status = "cleaned" if fresh else "untouched"
        return replace(outcome, result=replace(outcome.result, removals=tuple(fresh), status=status))

    def update(self) -> None:
        """Write the findings of this run, and those known of other documents that still exist. Raise `OutputError`."""
        others = {row for row in self.known if (row.path, row.record) not in self.seen and self._exists(row.path)}
        rows = [json.dumps(row._asdict(), ensure_ascii=True, sort_keys=False) for row in sorted(self.found | others)]
        if not self.path.parent.is_dir():
            raise OutputError(f"{self.path.parent}: no such folder")
        write_file(self.path, "".join(f"{row}\n" for row in rows).encode())

    def _names(self, outcome: Outcome) -> tuple[str, str]:
        """The document's file relative to the folder of the baseline, and the record's id where a file has several."""
        file = outcome.file or outcome.shown
        record = (outcome.record.document.url or outcome.id) if outcome.file else ""
        if file == "-":
            return file, record
        relative = os.path.relpath(os.path.realpath(file), os.path.realpath(self.path.parent))
        return Path(relative).as_posix(), record

    def _exists(self, name: str) -> bool:
        return name == "-" or (self.path.parent / name).exists()

    @staticmethod
    def _row(finding: Finding, path: str, record: str) -> Known:
        said = excerpt(finding.text.strip())
        return Known(path, record, finding.removal.rule, finding.fingerprint(f"{path}\0{record}"), said)


def _known(path: Path, number: int, line: str) -> Known:
    try:
        row = json.loads(line)
        values: Sequence[str] = [row[name] for name in Known._fields]
    except (ValueError, KeyError, TypeError):
        values = ()
    if len(values) != len(Known._fields) or not all(isinstance(value, str) for value in values):
        raise InputError(f"{path}:{number}: is no row of a baseline")
    return Known(*values)
