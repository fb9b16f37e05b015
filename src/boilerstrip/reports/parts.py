"""Containers in a removals report, and their bytes turned back part by part; not texts (that is `restoring`)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from boilerstrip.errors import ReportError
from boilerstrip.formats import formats, holds_records
from boilerstrip.reports.removals import IN_CONTAINER, Rows


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a container: its bytes before and after, and the slices that went, at their places in the container."""

    offset: int
    source_bytes: int
    cleaned_bytes: int
    source_sha256: str
    cleaned_sha256: str
    slices: list[tuple[int, bytes]] = field(default_factory=list)

    def original(self, cleaned: bytes) -> bytes:
        """The part's bytes before. Raise `ReportError` unless both digests are those of the report."""
        if hashlib.sha256(cleaned).hexdigest() != self.cleaned_sha256:
            raise ReportError(
                f"was edited since it was cleaned, in the records from byte {self.offset} of the source on"
            )
        pieces: list[bytes] = []
        at, length = 0, self.offset
        for place, raw in sorted(self.slices):
            pieces += (cleaned[at : at + place - length], raw)
            at += place - length
            length = place + len(raw)
        source = b"".join(pieces) + cleaned[at:]
        if hashlib.sha256(source).hexdigest() != self.source_sha256:
            raise ReportError("cannot be turned back: what the report gives is not the source (SHA-256), it was edited")
        return source


def containers(stream: BinaryIO, *, partial: bool = False) -> Iterator[tuple[str, Iterator[PartRow]]]:
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
        if format_ is None or not holds_records(format_):
            raise ReportError(f"{row.get('id')}: holds records in a format that this version does not know")
        parts = _Parts(rows, format_.spell)
        yield row["id"], parts
        for _ in parts:
            pass
        count += parts.documents
    rows.finish(count)


class _Parts:
    """The parts of one container, read on the way."""

    def __init__(self, rows: Rows, spell: Callable[[str], bytes]) -> None:
        self.documents = 0
        self._rows, self._spell = rows, spell
        self._slices: list[tuple[int, bytes]] = []

    def __iter__(self) -> _Parts:
        return self

    def __next__(self) -> PartRow:
        while self._rows.kind in IN_CONTAINER:
            kind = str(self._rows.kind)
            row = self._rows.take(kind) or {}
            try:
                if kind == "part":
                    return self._part(row)
                self._slices += self._of(row)
            except (KeyError, TypeError, ValueError):
                raise ReportError("a row of a container is not as it was written") from None
            self.documents += kind == "record"
        raise StopIteration

    def _of(self, row: dict[str, Any]) -> list[tuple[int, bytes]]:
        if "slices" in row:
            return [(at, raw.encode("utf-8", "surrogateescape")) for at, raw in row["slices"]]
        return [(row["at"], self._spell(row["text"]))] if "at" in row else []

    def _part(self, row: dict[str, Any]) -> PartRow:
        slices, self._slices = self._slices, []
        return PartRow(row["at"], row["source_bytes"], row["cleaned_bytes"], row["source_sha256"],
                       row["cleaned_sha256"], slices)  # fmt: skip


def restored(cleaned: BinaryIO, parts: Iterator[PartRow]) -> Iterator[bytes]:
    """The bytes of a container before it was cleaned, part by part. Raise `ReportError` where one does not fit."""
    for part in parts:
        data = cleaned.read(part.cleaned_bytes)
        yield part.original(data)
    if cleaned.read(1):
        raise ReportError("was edited since it was cleaned: it goes on after its last record")
