"""Removals as findings: a JSON line for each, with its place in lines and columns; nothing is turned back from it.

Other reports that tell of findings (SARIF, GitHub annotations, the baseline) take them from `findings` here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boilerstrip.folding import fold
from boilerstrip.reports import Header, Outcome

if TYPE_CHECKING:
    from boilerstrip.formats.compression import Sink
    from boilerstrip.removal import Removal

KIND = "findings"
SUFFIXES = ()
UNDOES = False
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """A span in lines and columns of code points, both from 1; the end column is the one after the last."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A removal with the text that goes, all of it in `span`; `place` is without the white space around it."""

    removal: Removal
    text: str
    place: Place
    span: Place

    def fingerprint(self, document: str) -> str:
        """16 hex digits of rule, folded text and document; the same wherever in the document the text stands."""
        return digest_of(self.removal.rule, fold(self.text), document)


def digest_of(*parts: str) -> str:
    """The first 16 hex digits of the SHA-256 of some strings."""
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:16]


def findings(outcome: Outcome) -> Iterator[Finding]:
    """The findings of a document, in order; none where it is left whole for a reason."""
    if outcome.result.status != "cleaned":
        return
    source = outcome.result.source
    position = _Position(source)
    for removal in outcome.result.removals:
        text = source[removal.start : removal.end]
        before = len(text) - len(text.lstrip())
        solid = len(text.strip())
        points = [position.at(removal.start + offset) for offset in (0, before, before + solid, len(text))]
        if not solid:
            points[1:3] = [points[0], points[3]]
        yield Finding(removal, text, Place(*points[1], *points[2]), Place(*points[0], *points[3]))


class _Position:
    """Line and column of offsets that only grow, so that a long text is counted once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._offset, self._line, self._start = 0, 1, 0

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1."""
        self._line += self._source.count("\n", self._offset, offset)
        self._start = self._source.rfind("\n", self._start, offset) + 1 or self._start
        self._offset = offset
        return self._line, offset - self._start + 1


def readable(text: str) -> str:
    """The text with what is no character (an undecodable byte, a lone surrogate) as U+FFFD; strict JSON has none."""
    return _SURROGATE.sub("\ufffd", text)


class Writer:
    """Writes a JSON object for each finding, one a line."""

    def __init__(self, out: Sink) -> None:
        self._out = out

    def begin(self, header: Header) -> None:
        """Findings have no header."""

    def document(self, outcome: Outcome) -> None:
        """Write the findings of a document."""
        for each in findings(outcome):
            removal, place = each.removal, each.place
            row = {
                "path": outcome.shown, "id": outcome.id, "line": place.line, "column": place.column,
                "end_line": place.end_line, "end_column": place.end_column, "start": removal.start,
                "end": removal.end, "rule": removal.rule, "category": removal.category,
                "confidence": removal.confidence, "text": each.text,
                "evidence": [{"rule": one.rule, "detail": one.detail} for one in removal.evidence],
            }  # fmt: skip
            self._out.write(readable(json.dumps(row, ensure_ascii=False)).encode() + b"\n")

    def end(self) -> None:
        """Findings have no end of their own."""
