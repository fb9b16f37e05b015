"""One container through a run: read in parts, cleaned in order, written as it comes; not the run over many sources."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from boilerstrip.errors import InputError, SettingsError
from boilerstrip.formats import format_of, formats, holds_records, holds_rows, split_name
from boilerstrip.formats.compression import SUFFIXES, UNREADABLE, reading
from boilerstrip.formats.parquet import KIND as PARQUET
from boilerstrip.formats.records import HEAD_BYTES, Layout, RecordFormat, parts
from boilerstrip.formats.sources import Source, reason
from boilerstrip.running.work import Done, PartTask


class PartReport(Protocol):
    """A report that takes what happened to a part as a whole."""

    def container(self, name: str, kind: str) -> None:
        """The records of a container follow."""

    def part(self, done: Done) -> None:
        """A part is done."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user says of the containers of a run; `format` may name a compression too, as in `jsonl.zst`.

    `annotate` is the name of a field that records get, `split` a pattern that divides texts into documents.
    """

    format: str | None = None
    field: str | None = None
    url_field: str | None = None
    annotate: str | None = None
    split: str | None = None

    def format_of(self, source: Source) -> Any:
        """The format of a source. Raise `InputError` for one that does not exist."""
        kind = self._kind_and_suffix()[0] if self.format is not None else format_of(source.id).KIND
        if kind not in formats():
            raise InputError(f"--format: there is no {kind!r}; there are {', '.join(sorted(formats()))}")
        return formats()["documents" if self.split is not None and kind == "text" else kind]

    def layout(self, format_: RecordFormat, head: bytes) -> Layout:
        """How a container holds its records. Raise `InputError`."""
        layout = format_.layout(head, self.split if format_.KIND == "documents" else self.field, self.url_field)
        if self.annotate and hasattr(format_, "annotated_head"):
            format_.annotated_head(head, self.annotate, layout)
        return layout

    def packed(self, source: Source) -> str:
        """The compression of a source, as a suffix."""
        return self._kind_and_suffix()[1] if self.format is not None else split_name(source.id)[1]

    def check(self, sources: Sequence[Source]) -> None:
        """Raise `SettingsError` where one of the sources cannot be annotated, and is to be."""
        for text in sources if self.annotate else ():
            if self.format_of(text).KIND not in ("text", "documents"):
                continue
            raise SettingsError(f"{text.shown}: is a text, and --annotate is for records")

    def check_target(self, source: Source, target: Path) -> None:
        """Raise `SettingsError` where a table would come out under the name of something else, or the reverse."""
        kind, named = self.format_of(source).KIND, format_of(target.name)
        said = split_name(target.name)[0].lower().endswith(named.SUFFIXES)
        if said and kind != named.KIND and PARQUET in (kind, named.KIND):
            raise SettingsError(f"{target}: {source.shown} comes out as what it is, {kind}: formats are not converted")

    def _kind_and_suffix(self) -> tuple[str, str]:
        kind, dot, packed = (self.format or "").partition(".")
        if dot and dot + packed not in SUFFIXES:
            raise InputError(f"--format: no compression {packed!r}; there are {', '.join(s[1:] for s in SUFFIXES)}")
        return kind, dot + packed

    def holds_records(self, source: Source) -> bool:
        """Whether a source is read in parts."""
        format_ = self.format_of(source)
        return holds_records(format_) or holds_rows(format_)


class Container:
    """A container that is being read. A run can be interrupted inside it, and continued."""

    def __init__(self, source: Source, choice: Choice) -> None:
        self.source, self._choice = source, choice
        self._raw = source.open()
        self._stream = reading(self._raw, choice.packed(source))
        with named_errors(self.source.shown):
            self._head = _filled(self._stream, HEAD_BYTES)
            self.format = cast(RecordFormat, choice.format_of(source))
            if hasattr(self.format, "sniffed"):
                self.format = formats()[self.format.sniffed(self._head)]  # type: ignore[assignment]
            self.layout = choice.layout(self.format, self._head)

    def tasks(self, packed: str, offset: int, first: int) -> Iterator[PartTask]:
        """The parts from byte `offset` on, where the record number `first` begins. Raise `InputError`."""
        with named_errors(self.source.shown):
            stream = _skipped(self._head, self._stream, offset)
            for part in parts(stream, self.format, self.layout, offset, first):
                where = (self.source.id, self.source.shown, self.format.KIND, self.layout)
                yield PartTask(*where, part, part.first + part.records, packed, self._reached())

    def _reached(self) -> int:
        return self._raw.tell() if self.source.path is not None else 0

    def rendered(self, done: Done) -> bytes:
        """The next bytes that come out."""
        return done.data

    def rest(self) -> bytes:
        """What comes after the last record: nothing more."""
        return b""

    def close(self) -> None:
        """Close the file."""
        if self.source.path is not None:
            self._raw.close()


@contextmanager
def named_errors(shown: str) -> Iterator[None]:
    """Errors of reading leave this context as `InputError` with the name of the source."""
    try:
        yield
    except UNREADABLE as error:
        raise InputError(f"{shown}: cannot be read: {reason(cast(Exception, error))}") from None
    except InputError as error:
        if str(error).startswith(shown):
            raise
        raise InputError(f"{shown}: {error}") from None


def _filled(stream: BinaryIO, count: int) -> bytes:
    """The first bytes of a stream, few where it is slow to give them: what comes at once is enough to look at."""
    data = b""
    while len(data) < count:
        piece = stream.read1(count - len(data)) if isinstance(stream, io.BufferedReader) else stream.read(count)
        data += piece
        if not piece or (b"\n" in data and len(data) >= 1 << 16):
            break
    return data


def _skipped(head: bytes, stream: BinaryIO, offset: int) -> BinaryIO:
    """The stream from byte `offset` on, of which `head` was read already."""
    rest = offset - len(head)
    while rest > 0:
        piece = stream.read(min(rest, 1 << 20))
        if not piece:
            raise InputError("is shorter than it was")
        rest -= len(piece)
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, _Joined(head[offset:], stream)), 1 << 18))


class _Joined(io.RawIOBase):
    """Some bytes, then a stream."""

    def __init__(self, first: bytes, stream: BinaryIO) -> None:
        self._first, self._then = first, stream

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        view = memoryview(buffer)
        piece = self._first[: len(view)] or self._then.read(len(view))
        self._first = self._first[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


def tell(reports: Sequence[Any], done: Done) -> None:
    """Tell all reports of a part; those that know no parts are told of its records."""
    for report in reports:
        if hasattr(report, "part"):
            report.part(done)
        else:
            for outcome in done.outcomes:
                report.document(outcome)


def begin(reports: Sequence[Any], source: Source, kind: str) -> None:
    """Tell all reports that a container begins."""
    for report in reports:
        if hasattr(report, "container"):
            report.container(source.id, kind)
