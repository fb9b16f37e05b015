"""The removals report: JSON lines from which a cleaned text is turned back (docs/report.md); not the turning back.

Rows: a header; for each document that changed, or was left whole for a reason, a row and then its removals; an end
row with the SHA-256 of all that stands before it, so that a report that was edited or cut short is noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from boilerstrip.errors import ReportError
from boilerstrip.formats.compression import UNREADABLE
from boilerstrip.reports import Header, Listed, ListedPart, Outcome

if TYPE_CHECKING:
    from boilerstrip.cleaner import CleanResult
    from boilerstrip.formats.compression import Sink
    from boilerstrip.removal import Removal

KIND = "removals"
SUFFIXES = (".jsonl",)
UNDOES = True
SCHEMA_VERSION = 1
IN_CONTAINER = ("record", "removal", "skipped", "part", "rows")
TYPES = ("header", "file", "document", *IN_CONTAINER, "failed", "end")
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
