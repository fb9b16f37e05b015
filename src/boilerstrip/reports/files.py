"""A report on the disk: opened when there is something to say, never over one that is still needed; not its rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from boilerstrip.errors import OutputError, ReportError
from boilerstrip.formats.compression import UNREADABLE, compressed, open_reading, split_suffix
from boilerstrip.formats.writing import NewFile
from boilerstrip.reports import Header, Kind, Listed, Outcome

Needed = Callable[[Listed], bool]


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
        self._compressor = compressed(self, split_suffix(path)[1])
        self._writer = kind.Writer(self._compressor or self)

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
        self._writer.begin(header)

    def document(self, outcome: Outcome) -> None:
        """Write a document down, and see to it that its rows have reached the disk before its text is replaced."""
        if outcome.changed and self._file is None:
            self._open()
        self._busy = True
        self._writer.document(outcome)
        if outcome.notable:
            (self._compressor or self).flush()
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
        self._file = NewFile(Path(self.path))
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
