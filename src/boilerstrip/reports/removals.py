"""The removals report: JSON lines from which a cleaned text is turned back (docs/report.md); not the turning back.

Rows: a header; for each document that changed, or was left whole for a reason, a row and then its removals; an end
row with the SHA-256 of all that stands before it, so that a report that was edited or cut short is noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.reading import SCHEMA_VERSION, listed

if TYPE_CHECKING:
    from boilerstrip.cleaner import CleanResult
    from boilerstrip.formats.compression import Sink
    from boilerstrip.removal import Removal

__all__ = ["KIND", "SUFFIXES", "UNDOES", "Writer", "listed"]

KIND = "removals"
SUFFIXES = (".jsonl",)
UNDOES = True
_SURROGATE = re.compile("[\ud800-\udfff]")


class Writer:
    """Writes a removals report."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._documents = 0

    def begin(self, header: Header) -> None:
        """Write the header row."""
        self._row({
            "type": "header", "schema_version": SCHEMA_VERSION, "version": header.version,
            "rules_sha256": header.rules_sha256, "settings_sha256": header.settings_sha256,
        })  # fmt: skip

    def document(self, outcome: Outcome) -> None:
        """Write the row of a document and those of its removals; nothing for one that was not touched."""
        if not outcome.notable:
            return
        result, record = outcome.result, outcome.record
        self._documents += 1
        self._row({
            "type": "document", "id": outcome.id, "status": result.status, "encoding": record.encoding,
            "mark": bool(record.mark), "source_sha256": outcome.source_sha256,
            "cleaned_sha256": outcome.cleaned_sha256, "removals": len(result.removals),
        })  # fmt: skip
        for removal in result.removals:
            self._row(removal_fields(removal, result.source))

    def file(self, name: str, kind: str) -> None:
        """Write the row of a container; rows of its records and parts follow, made elsewhere."""
        self._row({"type": "file", "id": name, "format": kind})

    def failed(self, name: str, why: str) -> None:
        """Write the row of a text that could not be read or cleaned."""
        self._add(failed_row(name, why))

    def append(self, data: bytes, documents: int) -> None:
        """Add rows of `documents` records that were made elsewhere, by the functions below."""
        self._documents += documents
        self._add(data)

    def resume(self, written: Iterable[bytes]) -> None:
        """Go on after what was written before: take its digest, and count its documents."""
        for line in written:
            self._digest.update(line)
            self._documents += line.startswith((b'{"type": "document"', b'{"type": "record"'))

    def end(self) -> None:
        """Write the end row."""
        digest = self._digest.hexdigest()
        self._row({"type": "end", "documents": self._documents, "sha256": digest})

    def _row(self, row: dict[str, Any]) -> None:
        self._add(row_bytes(row))

    def _add(self, data: bytes) -> None:
        self._digest.update(data)
        self._out.write(data)


def row_bytes(row: dict[str, Any]) -> bytes:
    """A row as a line of the report."""
    return _SURROGATE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(row, ensure_ascii=False)).encode() + b"\n"


def record_row(name: str, number: int, result: CleanResult, dropped: bool) -> bytes:
    """The row of a record of a container; those of its removals follow."""
    return row_bytes({
        "type": "record", "id": name, "record": number, "status": result.status, "dropped": dropped,
        "removals": len(result.removals),
    })  # fmt: skip


def part_row(
    offset: int, source: int, cleaned: int, source_sha256: str, cleaned_sha256: str,
    inserted: Sequence[tuple[int, int]] = (),
) -> bytes:  # fmt: skip
    """The row that ends a part of a container: where it began, and how many bytes of which digests it was and is.

    `inserted` are annotations: before which byte of the source each stands, and its length.
    """
    more = {"inserted": inserted} if inserted else {}
    return row_bytes({
        "type": "part", "at": offset, "source_bytes": source, "cleaned_bytes": cleaned,
        "source_sha256": source_sha256, "cleaned_sha256": cleaned_sha256, **more,
    })  # fmt: skip


def rows_row(
    first: int, count: int, field: Sequence[str], source_sha256: str, cleaned_sha256: str, annotation: str | None
) -> bytes:
    """The row that ends some rows of a table: their numbers, where their texts are, and digests of those.

    `annotation` is the name of a column that was added.
    """
    more = {"annotation": annotation} if annotation else {}
    return row_bytes({
        "type": "rows", "first": first, "rows": count, "field": list(field),
        "source_sha256": source_sha256, "cleaned_sha256": cleaned_sha256, **more,
    })  # fmt: skip


def digest_of_strings(rows: Iterable[Sequence[str]]) -> str:
    """SHA-256 (hex) over rows of strings: how many there are in each, and of each its length and its bytes."""
    digest = hashlib.sha256()
    for strings in rows:
        digest.update(b"%d\n" % len(strings))
        for each in strings:
            data = each.encode("utf-8", "surrogateescape")
            digest.update(b"%d\n" % len(data) + data)
    return digest.hexdigest()


def skipped_row(number: int, why: str, offset: int, raw: bytes) -> bytes:
    """The row of a record that could not be read, and was left out."""
    return row_bytes({"type": "skipped", "record": number, "error": why, "slices": [[offset, _raw_text(raw)]]})


def failed_row(name: str, why: str) -> bytes:
    """The row of a record or text that could not be read or cleaned, and was passed on, or left out as a whole."""
    return row_bytes({"type": "failed", "id": name, "error": why})


def slice_fields(slices: Sequence[tuple[int, bytes]], spelled: bytes) -> dict[str, Any]:
    """Where a removal's bytes stood in the container, and what they were where the text does not tell (`spelled`)."""
    if len(slices) == 1 and slices[0][1] == spelled:
        return {"at": slices[0][0]}
    return {"slices": [[at, _raw_text(raw)] for at, raw in slices]}


def _raw_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def removal_fields(removal: Removal, source: str) -> dict[str, Any]:
    """The row of a removal from a text."""
    return {
        "type": "removal", "rule": removal.rule, "category": removal.category, "confidence": removal.confidence,
        "start": removal.start, "end": removal.end, "line": removal.line,
        "text": source[removal.start : removal.end],
        "evidence": [{"rule": each.rule, "detail": each.detail} for each in removal.evidence],
    }  # fmt: skip
