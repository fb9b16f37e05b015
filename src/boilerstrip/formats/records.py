"""What a container of many records is to a run: parts, the entries in them, and byte ranges to cut; no one format.

A part is a run of whole records, found from its start alone: so the parts of a container are the same whoever reads
it, in how many processes, and after how many interruptions. A record is never written anew: what is kept is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, Protocol

from boilerstrip.formats.fields import Fields

PART_BYTES = 1 << 18
HEAD_BYTES = 1 << 20

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """How one container holds its records. `extra` is the format's own (the dialect and header of a table)."""

    fields: Fields
    extra: Any = None


class Part(NamedTuple):
    """Whole records: `data` began at byte `offset` of the container, `records` records from number `first` on."""

    offset: int
    first: int
    data: bytes
    records: int = 0


class Entry(NamedTuple):
    """One record: `data[start:end]` of its part. Without texts it is passed on; `error` says what is wrong with it."""

    number: int
    start: int
    end: int
    texts: list[str] | None = None
    url: str | None = None
    publisher: str | None = None
    error: str = ""


class RecordFormat(Protocol):
    """A kind of container. `MAY_DROP` says whether a whole record can go without harm to the others."""

    KIND: str
    SUFFIXES: tuple[str, ...]
    MAY_DROP: bool

    def layout(self, head: bytes, field: str | None, url_field: str | None) -> Layout:
        """How a container that begins so holds its records. Raise `InputError`."""

    def break_after(self, data: bytes, least: int, offset: int, layout: Layout, final: bool) -> tuple[int, int] | None:
        """Where the record ends that reaches `least` bytes, and how many records that makes; `None`: more is needed.

        With `final`, `data` is all there is, and the answer is all of it if no record ends later.
        """

    def entries(self, part: Part, layout: Layout) -> Iterator[Entry]:
        """The records of a part, in order."""

    def cuts(self, raw: bytes, entry: Entry, spans: Sequence[Range], layout: Layout) -> list[list[Range]]:
        """For each span of the text (code points of the texts joined by line feeds) the byte ranges of `raw` to cut.

        Raise `InputError` where what is left would not be read as the text without the spans.
        """

    def annotated(self, raw: bytes, entry: Entry, name: str, note: Any, layout: Layout) -> tuple[int, bytes] | None:
        """Where in a record's bytes a field more goes, and its bytes; `None` where it gets none.

        A record without a text has no `note`. Raise `InputError` where there is a field of that name already.
        """

    def spell(self, text: str) -> bytes:
        """How the format usually spells a text inside a record."""


def parts(stream: BinaryIO, format_: RecordFormat, layout: Layout, offset: int = 0, first: int = 1) -> Iterator[Part]:
    """The parts of a container, from a part's start on; `stream` stands at byte `offset`."""
    data, size, final = b"", PART_BYTES, False
    while True:
        if not final and len(data) < size:
            more = _read(stream, size - len(data))
            final = not more
            data += more
            if not final and len(data) < size:
                continue
        if not data:
            return
        found = format_.break_after(data, min(PART_BYTES, len(data)), offset, layout, final)
        if found is None:
            size = max(size, len(data)) * 2
            continue
        end, count = found
        yield Part(offset, first, data[:end], count)
        offset, first, data, size = offset + end, first + count, data[end:], PART_BYTES


def _read(stream: BinaryIO, count: int) -> bytes:
    pieces = []
    while count > 0:
        piece = stream.read(count)
        if not piece:
            break
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def in_strings(texts: Sequence[str], spans: Sequence[Range]) -> list[list[tuple[int, int, int]]]:
    """Spans of texts joined by line feeds as (number of the text, start, end) within each; the feeds are nobody's.

    >>> in_strings(['ab', 'cd'], [(1, 4)])
    [[(0, 1, 2), (1, 0, 1)]]
    """
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    found = []
    for start, end in spans:
        inside = [(n, max(start - at, 0), min(end - at, len(texts[n]))) for n, at in enumerate(starts)]
        found.append([(n, a, b) for n, a, b in inside if a < b])
    return found


def without(text: str, spans: Sequence[Range]) -> str:
    """A text without the spans (sorted, apart)."""
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return "".join(kept) + text[at:]
