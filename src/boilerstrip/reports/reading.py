"""The rows of a removals report, read one at a time and checked; not written (`removals`), and nothing turned back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from boilerstrip.errors import ReportError
from boilerstrip.formats.compression import UNREADABLE
from boilerstrip.reports import Listed, ListedPart

SCHEMA_VERSION = 1
IN_CONTAINER = ("record", "removal", "skipped", "part", "rows")
TYPES = ("header", "file", "document", *IN_CONTAINER, "failed", "end")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text that was removed: it began at code point `start` of the source."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in a report, with what was removed from it, in order."""

    id: str
    status: str
    encoding: str
    mark: bool
    source_sha256: str
    cleaned_sha256: str | None
    spans: tuple[Span, ...]


def read(stream: BinaryIO, *, partial: bool = False) -> Iterator[DocumentRow]:
    """The documents of a report, in order. Raise `ReportError` at the first row that is not as it was written.

    With `partial`, a report that was cut short (a run that was killed, a full disk) gives what it still holds.
    """
    rows = Rows(stream, partial)
    rows.header()
    count = 0
    while True:
        row = rows.take("document")
        if row is None:
            passed = rows.pass_container()
            if passed is None:
                break
            count += passed
            continue
        spans = rows.spans(row)
        if spans is not None:
            count += 1
            yield _document(row, spans)
    rows.finish(count)


class Rows:
    """The rows of a report, one at a time, with the digest of those that were taken."""

    def __init__(self, stream: BinaryIO, partial: bool) -> None:
        self._lines = iter(stream)
        self._partial = partial
        self._digest = hashlib.sha256()
        self._number = 0
        self._next = self._settled()

    def _settled(self) -> tuple[bytes, dict[str, Any]] | None:
        """The next row; those of failures are only for reading, wherever they stand."""
        found = self._advance()
        while found is not None and found[1]["type"] == "failed":
            self._digest.update(found[0])
            found = self._advance()
        return found

    def _advance(self) -> tuple[bytes, dict[str, Any]] | None:
        try:
            line = next(self._lines, b"")
        except UNREADABLE as error:
            if self._partial:
                return None
            raise ReportError(f"cannot be read: {error}") from None
        if not line or (self._partial and not line.endswith(b"\n")):
            return None
        self._number += 1
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or row.get("type") not in TYPES:
            raise ReportError(f"line {self._number} is no row of a removals report")
        return line, row

    def header(self) -> None:
        """Take the header row."""
        header = self.take("header")
        if header is None:
            raise ReportError("has no header row: it is no removals report")
        version = header.get("schema_version")
        if version != SCHEMA_VERSION:
            raise ReportError(f"has schema version {version!r}; this version reads {SCHEMA_VERSION}")

    @property
    def kind(self) -> str | None:
        """The type of the next row."""
        return None if self._next is None else str(self._next[1]["type"])

    def pass_container(self) -> int | None:
        """Pass over the rows of a container: how many documents they are; `None` where no container comes next."""
        if self.take("file") is None:
            return None
        documents = 0
        while self.kind in IN_CONTAINER:
            documents += self.kind == "record"
            self.take(str(self.kind))
        return documents

    def take(self, kind: str) -> dict[str, Any] | None:
        """The next row, if it is of this kind."""
        if self._next is None or self._next[1]["type"] != kind:
            return None
        line, row = self._next
        if kind != "end":
            self._digest.update(line)
        self._next = self._settled()
        return row

    def spans(self, document: dict[str, Any]) -> tuple[Span, ...] | None:
        """The removals of a document; `None` where the report ends before all of them."""
        spans: list[Span] = []
        for _ in range(_number(document, "removals", self._number)):
            row = self.take("removal")
            if row is None:
                if self._partial and self._next is None:
                    return None
                raise ReportError(f"line {self._number}: removals of {document.get('id')!r} are missing")
            start, end, text = _number(row, "start", self._number), _number(row, "end", self._number), row.get("text")
            if not isinstance(text, str) or len(text) != end - start:
                raise ReportError(f"line {self._number}: text, start and end of a removal do not fit each other")
            spans.append(Span(start, text))
        return tuple(spans)

    def finish(self, documents: int) -> None:
        """Check the end row."""
        digest = self._digest.hexdigest()
        row = self.take("end")
        if self._next is not None:
            raise ReportError(f"line {self._number} is out of place: the report was edited")
        if row is None:
            if self._partial:
                return
            raise ReportError("has no end row: it was cut short; --partial takes what it still holds")
        if row.get("documents") != documents or row.get("sha256") != digest:
            raise ReportError("was edited: its rows are not those that were written")


def _number(row: dict[str, Any], key: str, number: int) -> int:
    value = row.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ReportError(f"line {number}: {key} is no count")
    return value


def _document(row: dict[str, Any], spans: tuple[Span, ...]) -> DocumentRow:
    text = ("id", "status", "encoding", "source_sha256")
    cleaned = row.get("cleaned_sha256")
    if not all(isinstance(row.get(key), str) for key in text) or not (cleaned is None or isinstance(cleaned, str)):
        raise ReportError(f"the row of document {row.get('id')!r} is not as it was written")
    return DocumentRow(row["id"], row["status"], row["encoding"], row.get("mark") is True, row["source_sha256"],
                       cleaned, spans)  # fmt: skip


def listed(stream: BinaryIO) -> Iterator[Listed | ListedPart]:
    """The documents of a report, and of each container the first part that changed; of one that was cut short too."""
    rows = Rows(stream, partial=True)
    rows.header()
    count = 0
    while True:
        row = rows.take("document")
        if row is not None:
            spans = rows.spans(row)
            if spans is not None:
                count += 1
                document = _document(row, spans)
                yield Listed(document.id, document.source_sha256, document.cleaned_sha256)
            continue
        row = rows.take("file")
        if row is None:
            break
        changed = _Changed(str(row.get("id")))
        count += changed.take(rows)
        if changed.part is not None:
            yield changed.part
    rows.finish(count)


class _Changed:
    """Looks for the first part of a container that changed."""

    def __init__(self, name: str) -> None:
        self.part: ListedPart | None = None
        self._name, self._at = name, 0

    def take(self, rows: Rows) -> int:
        """Take the rows of the container; return how many of its records they tell of."""
        documents = 0
        while rows.kind in IN_CONTAINER:
            kind = str(rows.kind)
            row = rows.take(kind) or {}
            documents += kind == "record"
            if kind in ("part", "rows") and self.part is None:
                try:
                    self._look(kind, row)
                except (KeyError, TypeError):
                    raise ReportError("a row of a container is not as it was written") from None
        return documents

    def _look(self, kind: str, row: dict[str, Any]) -> None:
        lengths = (row["rows"],) * 2 if kind == "rows" else (row["source_bytes"], row["cleaned_bytes"])
        starts = (row["first"],) * 2 if kind == "rows" else (row["at"], self._at)
        if row["source_sha256"] != row["cleaned_sha256"] or "annotation" in row:
            source = (starts[0], lengths[0], row["source_sha256"])
            self.part = ListedPart(
                self._name, source, (starts[1], lengths[1], row["cleaned_sha256"]), tuple(row.get("field", ()))
            )
        self._at += lengths[1]
