"""A report on the disk: opened when there is something to say, never over one that is still needed; not its rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from boilerstrip.errors import OutputError, ReportError
from boilerstrip.formats.compression import UNREADABLE, compressed, open_reading, reading, split_suffix
from boilerstrip.formats.writing import NewFile, partial_path
from boilerstrip.reports import Header, Kind, Listed, ListedPart, Outcome

if TYPE_CHECKING:
    from boilerstrip.running.work import Done

Needed = Callable[[Listed | ListedPart], bool]


class ReportFile:
    """Writes one report to `path`; compressed where its suffix says so.

    `needed` says of a document in a report that stands at `path` already whether that report is still needed to undo
    it. With `late`, no file appears unless something changes.
    """

    def __init__(self, kind: Kind, path: str, needed: Needed, *, late: bool = False) -> None:
        self.path = path
        self._kind, self._needed, self._late = kind, needed, late
        self._file: NewFile | None = None
        self._held: list[bytes] = []
        self._busy = False
        self._suffix = split_suffix(path)[1]
        self._compressor: BinaryIO | None = None  # made for the first bytes of a member: some begin with a header
        self._partial: Path | None = None
        self._length = 0
        self._writer: Any = kind.Writer(_Front(self))

    @property
    def takes(self) -> str:
        """What of a part of a container is wanted: `rows`, `diff`, or the `outcomes` of its records."""
        return {"removals": "rows", "diff": "diff"}.get(self._kind.KIND, "outcomes")

    @property
    def every(self) -> bool:
        """Whether the report has to be told of untouched records too."""
        return bool(getattr(self._kind, "EVERY", False))

    def take(self, data: bytes) -> None:
        """Take bytes from the writer, and compress them where that is asked for."""
        if self._suffix and self._compressor is None:
            self._compressor = compressed(self, self._suffix)
        (self._compressor or self).write(data)

    def container(self, name: str, kind: str) -> None:
        """The records of a container follow."""
        if hasattr(self._writer, "file"):
            self._writer.file(name, kind)

    def part(self, done: Done) -> None:
        """Write down what happened to the records of a part."""
        if (done.altered or done.failures) and self._file is None:
            self._open()
        self._busy = True
        if self.takes == "outcomes":
            for outcome in done.outcomes:
                self._writer.document(outcome)
            if hasattr(self._writer, "passed"):
                seen = sum(len(outcome.result.source) for outcome in done.outcomes)
                self._writer.passed(done.counts.documents - len(done.outcomes), done.counts.chars - seen)
        else:
            self._writer.append(done.rows if self.takes == "rows" else done.diff, done.notable)
        self._busy = False

    def failed(self, name: str, why: str) -> None:
        """Write down that a text could not be read or cleaned."""
        if hasattr(self._writer, "failed"):
            if self._file is None:
                self._open()
            self._writer.failed(name, why)

    def segment(self) -> None:
        """End a member of a compressed report: the file can be cut off here, and continued."""
        if self._compressor is not None:
            self._compressor.close()
            self._compressor = None

    def continuable(self, length: int) -> None:
        """Write under a name that a later run finds, after `length` bytes of an earlier one."""
        self._partial, self._length = partial_path(Path(self.path)), length

    def sync(self) -> int:
        """See to it that all is on the disk; return how many bytes that is."""
        return self._file.sync() if self._file is not None else 0

    def keep(self) -> None:
        """Leave what is written for a later run."""
        if self._file is not None:
            self._file.keep()

    def write(self, data: bytes) -> int:
        """Take bytes from the writer: into the file, or held back until there is one."""
        if self._file is None:
            self._held.append(bytes(data))
        else:
            self._file.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back that a file could take."""

    def begin(self, header: Header) -> None:
        """Start the report. Raise `OutputError` where one that is still needed stands in its place."""
        if not self._late:
            self._open()
        if self._length:
            with open_partial(partial_path(Path(self.path)), self._suffix) as stream:
                self._writer.resume(stream)
        else:
            self._writer.begin(header)

    def document(self, outcome: Outcome) -> None:
        """Write a document down, and see to it that its rows have reached the disk before its text is replaced."""
        if outcome.changed and self._file is None:
            self._open()
        self._busy = True
        self._writer.document(outcome)
        if outcome.notable:
            if self._compressor is not None:
                self._compressor.flush()
            if self._file is not None:
                self._file.flush()
        self._busy = False

    def end(self) -> None:
        """Finish the report, and make it appear. Raise `OutputError`; what was written is kept then."""
        if self._file is None:
            return
        if self._busy:  # broken off inside a document: an end row would not fit what stands before it
            self._file.rescue()
            return
        try:
            self._writer.end()
            if self._compressor is not None:
                self._compressor.close()
            self._file.commit()
        except OutputError as error:
            self._file.rescue()
            raise OutputError(f"{error}; it lacks its end, and restore takes it with --partial") from None

    def break_off(self, delivered: bool) -> None:
        """Finish the report of what was done until now, or leave no trace where no text was `delivered`."""
        if delivered:
            self.end()
        elif self._file is not None:
            self._file.discard()

    def _open(self) -> None:
        self._refuse_if_needed()
        self._file = NewFile(Path(self.path), partial=self._partial, length=self._length)
        held, self._held = self._held, []
        for data in held:
            self._file.write(data)

    def _refuse_if_needed(self) -> None:
        path = Path(self.path)
        if not self._kind.UNDOES or not path.is_file() or not path.stat().st_size:
            return
        try:
            with open_reading(self.path) as stream:
                found = next((each.id for each in self._kind.listed(stream) if self._needed(each)), None)
        except ReportError:
            raise OutputError(f"{self.path}: exists and is no report of this kind: it is not overwritten") from None
        except UNREADABLE:
            raise OutputError(f"{self.path}: exists and cannot be read: it is not overwritten") from None
        if found is not None:
            raise OutputError(
                f"{self.path}: is still needed to turn back {found}: restore that, or move the report away"
            )


class _Front:
    """The report as its writer sees it: compressed behind it, in members that may end at any time."""

    def __init__(self, file: ReportFile) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        """Add bytes."""
        self._file.take(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here."""


def open_partial(path: Path, suffix: str) -> BinaryIO:
    """A report that another run began, opened for reading."""
    return reading(path.open("rb"), suffix)
