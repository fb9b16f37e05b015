"""Containers in a removals report, and their bytes turned back part by part; not texts (that is `restoring`)."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import islice, repeat
from typing import Any, BinaryIO

from boilerstrip.errors import ReportError
from boilerstrip.formats import formats, holds_records, holds_rows
from boilerstrip.formats.parquet import open_table
from boilerstrip.reports.reading import IN_CONTAINER, Rows, Span
from boilerstrip.reports.removals import digest_of_strings
from boilerstrip.reports.restoring import joined


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a container: its bytes before and after, and the slices that went, at their places in the container.

    `inserted` are places, and how many bytes more stand there now.
    """

    offset: int
    source_bytes: int
    cleaned_bytes: int
    source_sha256: str
    cleaned_sha256: str
    slices: list[tuple[int, bytes]] = dataclass_field(default_factory=list)
    inserted: list[tuple[int, int]] = dataclass_field(default_factory=list)

    def original(self, cleaned: bytes) -> bytes:
        """The part's bytes before. Raise `ReportError` unless both digests are those of the report."""
        if hashlib.sha256(cleaned).hexdigest() != self.cleaned_sha256:
            raise ReportError(
                f"was edited since it was cleaned, in the records from byte {self.offset} of the source on"
            )
        pieces: list[bytes] = []
        at, length = 0, self.offset
        for place, raw, more in sorted(
            [*((p, r, 0) for p, r in self.slices), *((p, b"", n) for p, n in self.inserted)]
        ):
            pieces += (cleaned[at : at + place - length], raw)
            at += place - length + more
            length = place + len(raw)
        source = b"".join(pieces) + cleaned[at:]
        if hashlib.sha256(source).hexdigest() != self.source_sha256:
            raise ReportError("cannot be turned back: what the report gives is not the source (SHA-256), it was edited")
        return source


@dataclass(frozen=True, slots=True)
class RowsRow:
    """Rows of a table from number `first` on: where their texts are, and the `removal` rows of each record.

    `annotation` is the name of a column that was added.
    """

    first: int
    rows: int
    field: tuple[str, ...]
    source_sha256: str
    cleaned_sha256: str
    annotation: str | None = None
    removals: dict[int, list[dict[str, Any]]] = dataclass_field(default_factory=dict)

    def original(self, cleaned: list[list[str]]) -> dict[int, list[str]]:
        """The strings of the rows that were others, by place. Raise `ReportError` unless both digests fit."""
        if len(cleaned) != self.rows or digest_of_strings(cleaned) != self.cleaned_sha256:
            raise ReportError(f"was edited since it was cleaned, in the rows from {self.first} on")
        changed = {
            number - self.first: _strings(cleaned[number - self.first], removals)
            for number, removals in self.removals.items()
        }
        if digest_of_strings(changed.get(at, each) for at, each in enumerate(cleaned)) != self.source_sha256:
            raise ReportError("cannot be turned back: what the report gives is not the source (SHA-256), it was edited")
        return changed


def _strings(cleaned: list[str], removals: list[dict[str, Any]]) -> list[str]:
    """The strings of a row with what was removed from them put back."""
    pieces = [piece for row in removals for piece in row.get("pieces", [[0, row["start"], row["text"]]])]
    spans = [tuple(Span(start, text) for n, start, text in pieces if n == number) for number in range(len(cleaned))]
    return [joined(text, own) for text, own in zip(cleaned, spans, strict=True)]


def containers(stream: BinaryIO, *, partial: bool = False) -> Iterator[tuple[str, Parts]]:
    """The containers of a report with their parts, in order; take all parts of one before the next.

    Raise `ReportError` at the first row that is not as it was written.
    """
    rows = Rows(stream, partial)
    rows.header()
    count = 0
    while True:
        row = rows.take("document")
        if row is not None:
            count += rows.spans(row) is not None
            continue
        row = rows.take("file")
        if row is None:
            break
        format_ = formats().get(str(row.get("format")))
        if format_ is None or not (holds_records(format_) or holds_rows(format_)):
            raise ReportError(f"{row.get('id')}: holds records in a format that this version does not know")
        parts = Parts(rows, getattr(format_, "spell", None))
        yield row["id"], parts
        for _ in parts:
            pass
        count += parts.documents
    rows.finish(count)


class Parts:
    """The parts of one container, read on the way. Without `spell` it is a table, and has rows instead of bytes."""

    def __init__(self, rows: Rows, spell: Callable[[str], bytes] | None) -> None:
        self.documents = 0
        self._rows, self._spell = rows, spell
        self._slices: list[tuple[int, bytes]] = []
        self._removals: dict[int, list[dict[str, Any]]] = {}
        self._record = 0

    @property
    def table(self) -> bool:
        """Whether its parts are `RowsRow`s."""
        return self._spell is None

    def __iter__(self) -> Parts:
        return self

    def __next__(self) -> Any:
        while self._rows.kind in IN_CONTAINER:
            kind = str(self._rows.kind)
            row = self._rows.take(kind) or {}
            try:
                if kind == "part":
                    return self._part(row)
                if kind == "rows":
                    return self._batch(row)
                self._note(kind, row)
            except (KeyError, TypeError, ValueError):
                raise ReportError("a row of a container is not as it was written") from None
        raise StopIteration

    def _note(self, kind: str, row: dict[str, Any]) -> None:
        if kind == "record":
            self.documents += 1
            self._record = row["record"]
        elif self._spell is None:
            self._removals.setdefault(self._record, []).append(row)
        elif "slices" in row:
            self._slices += [(at, raw.encode("utf-8", "surrogateescape")) for at, raw in row["slices"]]
        elif "at" in row:
            self._slices.append((row["at"], self._spell(row["text"])))

    def _part(self, row: dict[str, Any]) -> PartRow:
        slices, self._slices = self._slices, []
        return PartRow(row["at"], row["source_bytes"], row["cleaned_bytes"], row["source_sha256"],
                       row["cleaned_sha256"], slices, row.get("inserted", []))  # fmt: skip

    def _batch(self, row: dict[str, Any]) -> RowsRow:
        removals, self._removals = self._removals, {}
        return RowsRow(row["first"], row["rows"], tuple(row["field"]), row["source_sha256"], row["cleaned_sha256"],
                       row.get("annotation"), removals)  # fmt: skip


def restored(cleaned: BinaryIO, parts: Iterator[PartRow]) -> Iterator[bytes]:
    """The bytes of a container before it was cleaned, part by part. Raise `ReportError` where one does not fit."""
    for part in parts:
        data = cleaned.read(part.cleaned_bytes)
        yield part.original(data)
    if cleaned.read(1):
        raise ReportError("was edited since it was cleaned: it goes on after its last record")


def restored_table(cleaned: BinaryIO, packed: str, parts: Iterator[RowsRow]) -> Iterator[bytes]:
    """The bytes of a table with the values it had before. Raise `ReportError` where a part does not fit."""
    waiting = deque(islice(parts, 1))
    if not waiting:
        yield cleaned.read()
        return
    table = open_table(cleaned, packed, waiting[0].field, None)
    if waiting[0].annotation is not None:
        table.drop_column(waiting[0].annotation)
    for batch in table.batches(waiting[0].rows if waiting else 0 for _ in repeat(None)):
        if not waiting:
            raise ReportError("was edited since it was cleaned: it goes on after its last row")
        part = waiting.popleft()
        waiting.extend(islice(parts, 1))
        yield table.rendered(part.original(table.texts(batch)))
    if waiting:
        raise ReportError("was edited since it was cleaned: its last rows are gone")
    yield table.rest()
