r"""The unified diff of what goes, for `patch` and `patch -R`; built from the removals, no texts are compared.

It works on bytes, cut at line feeds, so that it applies to texts in any encoding: what a removal takes is a range of
the file's bytes. A comment line before each file holds both digests.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from boilerstrip.errors import ReportError
from boilerstrip.formats.encoding import decode_as
from boilerstrip.reports import Header, Listed, Outcome

if TYPE_CHECKING:
    from boilerstrip.formats.compression import Sink

KIND = "diff"
SUFFIXES = (".diff", ".patch")
UNDOES = True
CONTEXT = 3
_NO_NEWLINE = b"\n\\ No newline at end of file\n"
_COMMENT = "# boilerstrip: {} {} {}\n"
READING_ONLY = (
    "# boilerstrip: {} holds many records: this is for reading, patch cannot apply it; restore takes the removals\n"
)
_READING_ROW = re.compile(rb'# boilerstrip: (".*") holds many records: .*\n')
_COMMENT_ROW = re.compile(rb"# boilerstrip: ([0-9a-f]{64}) ([0-9a-f]{64}|-) (\".*\")\n")


class Writer:
    """Writes a unified diff of all documents that change."""

    def __init__(self, out: Sink) -> None:
        self._out = out

    def begin(self, header: Header) -> None:
        """A diff has no header of its own."""

    def document(self, outcome: Outcome) -> None:
        """Write the hunks of one document."""
        for piece in unified_diff(outcome):
            self._out.write(piece)

    def file(self, name: str, kind: str) -> None:
        """Say that the hunks of a container's records do not apply to it."""
        self._out.write(READING_ONLY.format(json.dumps(name)).encode())

    def append(self, data: bytes, documents: int) -> None:
        """Add the hunks of records."""
        self._out.write(data)

    def resume(self, written: Iterable[bytes]) -> None:
        """Go on after what was written before: nothing of it is needed."""

    def end(self) -> None:
        """A diff has no end of its own."""


@dataclass(slots=True)
class _Edit:
    """Lines `first` up to `last` (0-based, `last` excluded) give way to `kept`, what the cuts leave of them."""

    first: int
    last: int
    cuts: list[tuple[int, int]]
    kept: bytes = b""


def unified_diff(outcome: Outcome) -> Iterator[bytes]:
    """The lines of a document's diff; nothing where nothing goes."""
    if not outcome.changed:
        return
    lines = _Lines(outcome.record.source)
    cuts = _cuts(outcome)
    # An encoding with states: a piece of its text is no range of its bytes, so all lines give way to what is kept.
    edits = _edits(lines, cuts) if cuts is not None else [_Edit(0, len(lines), [], outcome.cleaned)]
    yield _COMMENT.format(outcome.source_sha256, outcome.cleaned_sha256 or "-", json.dumps(outcome.id)).encode()
    yield b"--- " + _name("a", outcome.id)
    yield b"+++ " + _name("b", outcome.id)
    shift = 0  # by how many lines the new text is longer than the old one so far
    for group in _grouped(edits):
        hunk = _hunk(lines, group, shift)
        shift += sum(_line_count(edit.kept) - (edit.last - edit.first) for edit in group)
        yield from hunk


def listed(stream: BinaryIO) -> Iterator[Listed]:
    """The documents of a diff, but for the records of containers, which it cannot undo.

    Raise `ReportError` where it is no diff of ours.
    """
    found, container = False, ""
    for number, line in enumerate(stream):
        match = _COMMENT_ROW.fullmatch(line)
        reading = _READING_ROW.fullmatch(line)
        container = f"{json.loads(reading[1])}:" if reading else container
        if match:
            found = True
            name, cleaned = json.loads(match[3]), match[2].decode()
            if not container or not name.startswith(container):
                yield Listed(name, match[1].decode(), None if cleaned == "-" else cleaned)
        elif not number and not found and not line.startswith(b"# boilerstrip: "):
            raise ReportError("is no diff that boilerstrip wrote")


def _name(side: str, name: str) -> bytes:
    """A file name as `patch` reads it: quoted where it holds what would end it."""
    data = f"{side}/{name}".encode("utf-8", "surrogateescape")
    if re.search(rb'[\x00-\x1f\x7f"\\]', data):
        quoted = re.sub(rb'[\x00-\x1f\x7f"\\]', lambda m: b"\\%03o" % m[0][0], data)
        return b'"' + quoted + b'"\n'
    return data + (b"\t\n" if b" " in data else b"\n")


def _cuts(outcome: Outcome) -> list[tuple[int, int]] | None:
    """What goes, as byte ranges of the source, in order; those that touch are one. `None` where it is no such thing."""
    record, result = outcome.record, outcome.result
    encoded = decode_as(record.source, record.encoding, record.mark)
    cuts: list[tuple[int, int]] = []
    at, position = 0, len(record.mark)
    for removal in result.removals:
        position += len(encoded.piece(result.source[at : removal.start]))
        length = len(encoded.piece(result.source[removal.start : removal.end]))
        if cuts and cuts[-1][1] == position:
            cuts[-1] = (cuts[-1][0], position + length)
        else:
            cuts.append((position, position + length))
        at, position = removal.end, position + length
    return cuts if _without(record.source, cuts, 0, len(record.source)) == outcome.cleaned else None


def _without(source: bytes, cuts: list[tuple[int, int]], start: int, end: int) -> bytes:
    """`source[start:end]` without the cuts, which lie inside."""
    pieces = []
    for first, last in cuts:
        pieces.append(source[start:first])
        start = last
    return b"".join(pieces) + source[start:end]


class _Lines:
    """The lines of a source by number, cut at line feeds."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.starts = _starts(source)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> bytes:
        return self.source[self.starts[number] : self.starts[number + 1]]


def _starts(source: bytes) -> list[int]:
    """Where each line starts, and where the last one ends."""
    if not source:
        return [0]
    starts = [match.end() for match in re.finditer(b"\n", source)]
    if starts and starts[-1] == len(source):
        return [0, *starts]
    return [0, *starts, len(source)]


def _edits(lines: _Lines, cuts: list[tuple[int, int]]) -> list[_Edit]:
    source, starts = lines.source, lines.starts
    edits: list[_Edit] = []
    for start, end in cuts:
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1)
        if edits and first < edits[-1].last:
            edit = edits[-1]
            edit.last = max(edit.last, last)
            edit.cuts.append((start, end))
        else:
            edit = _Edit(first, last, [(start, end)])
            edits.append(edit)
        # A cut that takes a line feed but not all of its line joins that line with the next one.
        joins = start > starts[edit.first] and source[start - 1 : start] != b"\n"
        if end == starts[edit.last] and joins and edit.last < len(starts) - 1:
            edit.last += 1
    for edit in edits:
        edit.kept = _without(source, edit.cuts, starts[edit.first], starts[edit.last])
    return edits


def _grouped(edits: list[_Edit]) -> Iterator[list[_Edit]]:
    """Edits whose context would meet make one hunk."""
    group: list[_Edit] = []
    for edit in edits:
        if group and edit.first - group[-1].last > 2 * CONTEXT:
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _hunk(lines: _Lines, group: list[_Edit], shift: int) -> Iterator[bytes]:
    first = max(0, group[0].first - CONTEXT)
    last = min(len(lines), group[-1].last + CONTEXT)
    grown = sum(_line_count(edit.kept) - (edit.last - edit.first) for edit in group)
    yield f"@@ -{_range(first, last - first)} +{_range(first + shift, last - first + grown)} @@\n".encode()
    at = first
    for edit in group:
        yield from (_row(b" ", lines[number]) for number in range(at, edit.first))
        yield from (_row(b"-", lines[number]) for number in range(edit.first, edit.last))
        yield from (_row(b"+", line) for line in _kept_lines(edit.kept))
        at = edit.last
    yield from (_row(b" ", lines[number]) for number in range(at, last))


def _range(start: int, count: int) -> str:
    return f"{start + 1 if count else start},{count}"


def _row(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + _NO_NEWLINE


def _kept_lines(kept: bytes) -> list[bytes]:
    lines = _Lines(kept)
    return [lines[number] for number in range(len(lines))]


def _line_count(kept: bytes) -> int:
    return len(_kept_lines(kept))
