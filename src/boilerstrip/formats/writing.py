"""Bytes onto the disk, whole or not at all; not what they mean.

A file is written beside its target under a temporary name, synced, and renamed: whoever looks sees the old file or
the new one. What is no regular file (a device, a pipe) is written straight away, and only once all bytes are known.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from boilerstrip.errors import OutputError
from boilerstrip.formats.sources import reason


class NewFile:
    """A file that appears at `path` when `commit` is called; leaving the context without that leaves no trace.

    A link at `path` stays one: the file it leads to is replaced. `like` is a file whose mode (and owner, where
    allowed) the new one takes. With `partial`, that is its temporary name, under which an interrupted run may have left
    a file: its first `length` bytes are kept. Raise `OutputError` where the disk does not play along.
    """

    def __init__(self, path: Path, like: Path | None = None, *, partial: Path | None = None, length: int = 0) -> None:
        self.path = Path(os.path.realpath(path))
        self.shown = path
        self._like = like
        self._partial, self._length = partial, length
        self._kept = False
        self._temporary: str | None = None
        self._committed = False
        self._stream = self._open()

    def _open(self) -> BinaryIO:
        try:
            if self.path.is_dir():
                raise OutputError(f"{self.shown}: is a folder")
            if self.path.exists() and not self.path.is_file():
                return self.path.open("wb")
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self._partial is not None:
                return self._continued(self._partial)
            handle, self._temporary = tempfile.mkstemp(prefix=".boilerstrip-", suffix=".tmp", dir=self.path.parent)
            return os.fdopen(handle, "wb")
        except OSError as error:
            raise self._failure(error) from None

    def _continued(self, partial: Path) -> BinaryIO:
        stream = partial.open("r+b" if self._length else "wb")
        self._temporary = str(partial)
        stream.truncate(self._length)
        stream.seek(self._length)
        return stream

    def sync(self) -> int:
        """See to it that all bytes so far are on the disk; return how many. Raise `OutputError`."""
        try:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            return self._stream.tell()
        except OSError as error:
            raise self._failure(error) from None

    def keep(self) -> None:
        """Leave the temporary file to a later run, should this one not get to the end."""
        self._kept = True

    def __enter__(self) -> NewFile:
        return self

    def write(self, data: bytes) -> None:
        """Add bytes. Raise `OutputError`."""
        try:
            self._stream.write(data)
        except OSError as error:
            raise self._failure(error) from None

    def flush(self) -> None:
        """Hand all bytes so far to the system, so that a full disk is noticed now. Raise `OutputError`."""
        try:
            self._stream.flush()
        except OSError as error:
            raise self._failure(error) from None

    def commit(self) -> None:
        """Make the file appear. Raise `OutputError`."""
        try:
            self._stream.flush()
            if self._temporary is not None:
                self._take_mode()
                os.fsync(self._stream.fileno())
                self._stream.close()
                Path(self._temporary).replace(self.path)
            self._committed = True
        except OSError as error:
            raise self._failure(error) from None

    def rescue(self) -> None:
        """Make appear what has reached the disk so far, where `commit` could not. Raise `OutputError`."""
        try:
            if self._temporary is not None and not self._committed:
                Path(self._temporary).replace(self.path)
                self._committed = True
        except OSError as error:
            raise self._failure(error) from None
        finally:
            self._close()

    def _take_mode(self) -> None:
        """The mode of the file that is copied, else of the one that is replaced, else what the user's mask allows."""
        handle = self._stream.fileno()
        for known in (self._like, self.path):
            if known is not None and known.exists():
                found = known.stat()
                os.fchmod(handle, stat.S_IMODE(found.st_mode))
                if (found.st_uid, found.st_gid) != (os.geteuid(), os.getegid()):
                    with contextlib.suppress(PermissionError):
                        os.fchown(handle, found.st_uid, found.st_gid)
                return
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(handle, 0o666 & ~mask)

    def _close(self) -> None:
        # Closing flushes: what a full disk did not take before, it will not take now, and that has been said.
        with contextlib.suppress(OSError):
            self._stream.close()
        if self._temporary is not None and not self._committed and not self._kept:
            Path(self._temporary).unlink(missing_ok=True)

    def _failure(self, error: OSError) -> OutputError:
        why = "its folder is a file" if isinstance(error, FileExistsError | NotADirectoryError) else reason(error)
        return OutputError(f"{self.shown}: cannot be written: {why}")

    def discard(self) -> None:
        """Leave no trace, unless the file was made to appear."""
        self._close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def partial_path(path: Path) -> Path:
    """The name under which a file grows that a later run may have to go on with."""
    return path.with_name(path.name + ".partial")


def write_file(path: Path, data: bytes, like: Path | None = None, *, partial: Path | None = None) -> None:
    """Write a whole file, under the name `partial` until then, if one is given. Raise `OutputError`."""
    with NewFile(path, like, partial=partial) as file:
        file.write(data)
        file.commit()


def copy_file(path: Path, target: Path) -> None:
    """Copy a file of any size. Raise `OutputError`."""
    with NewFile(target, like=path) as file, path.open("rb") as stream:
        while block := stream.read(1 << 20):
            file.write(block)
        file.commit()
