"""Where cleaned texts go: standard output, a file, a mirrored folder, in place, nowhere; not what is in them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from boilerstrip.errors import OutputError, SettingsError
from boilerstrip.formats import split_name
from boilerstrip.formats.compression import compress
from boilerstrip.formats.sources import STDIN, Source
from boilerstrip.formats.writing import NewFile, copy_file, partial_path, write_file


def standard_output() -> BinaryIO:
    """Standard output for bytes. Raise `OutputError` where it is closed."""
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    return sys.stdout.buffer


class Growing(Protocol):
    """Takes the bytes of a container, piece by piece."""

    def write(self, data: bytes) -> None:
        """Add bytes. Raise `OutputError`."""

    def sync(self) -> int:
        """See to it that all is on the disk; return how many bytes that is."""

    def keep(self) -> None:
        """Leave what is written for a later run."""

    def discard(self) -> None:
        """Leave no trace, unless it was finished or kept."""


class Piped:
    """Standard output, or nothing at all: what is written is gone."""

    def __init__(self, stream: BinaryIO | None) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        """Write the bytes now, so that a closed pipe is noticed."""
        if self._stream is not None:
            self._stream.write(data)
            self._stream.flush()

    def sync(self) -> int:
        """There is nothing on a disk."""
        return 0

    def keep(self) -> None:
        """There is nothing to keep."""

    def discard(self) -> None:
        """What is written is written."""


class Destination(Protocol):
    """Takes the texts of a run, one source at a time."""

    delivered: int

    def deliver(self, source: Source, data: bytes | None, changed: bool) -> None:
        """Take the bytes that are kept of a source; `None` where nothing is to be written. Raise `OutputError`."""

    def open(self, source: Source, partial: int | None = None) -> Growing:
        """Where the bytes of a container go as they are made, after the `partial` ones of an earlier run.

        Without `partial` no later run will go on with it. Raise `OutputError`.
        """

    def finish(self, source: Source, file: Growing, changed: bool) -> None:
        """Make appear what was written. Raise `OutputError`."""

    def packed(self, source: Source) -> str:
        """The suffix of the compression in which the bytes of a source are wanted; empty for none."""

    def target(self, name: str) -> Path | None:
        """The file that the text of that id goes to; `None` where it is no file, or not known."""


@dataclass(slots=True)
class Nowhere:
    """Texts are looked at, not written."""

    delivered: int = 0

    def deliver(self, source: Source, data: bytes | None, changed: bool) -> None:
        """Do nothing with it."""

    def open(self, source: Source, partial: int | None = None) -> Growing:
        """Nothing is written."""
        return Piped(None)

    def finish(self, source: Source, file: Growing, changed: bool) -> None:
        """Nothing was written."""

    def packed(self, source: Source) -> str:
        """None."""
        return ""

    def target(self, name: str) -> Path | None:
        """None."""
        return None


@dataclass(slots=True)
class StandardOutput:
    """Texts go to standard output, byte for byte, one after the other; compressed where `compression` says so."""

    delivered: int = 0
    compression: str = ""

    def deliver(self, source: Source, data: bytes | None, changed: bool) -> None:
        """Write the bytes now, so that a closed pipe or a full disk is noticed before the reports are finished."""
        self.delivered += 1
        if data is not None:
            stream = standard_output()
            stream.write(compress(data, self.compression))
            stream.flush()

    def open(self, source: Source, partial: int | None = None) -> Growing:
        """Standard output."""
        self.delivered += 1
        return Piped(standard_output())

    def finish(self, source: Source, file: Growing, changed: bool) -> None:
        """All is written."""

    def packed(self, source: Source) -> str:
        """What was asked for; plain otherwise."""
        return self.compression

    def target(self, name: str) -> Path | None:
        """None."""
        return None


@dataclass(slots=True)
class Files:
    """Texts go to one file (`single`), or to a folder that mirrors what was named.

    With `resumable`, a file has a known name until it is whole, so that a later run writes over what a killed one left.
    """

    path: Path
    single: bool
    delivered: int = 0
    resumable: bool = False

    def deliver(self, source: Source, data: bytes | None, changed: bool) -> None:
        """Write the file, changed or not; a text of which nothing is written leaves none of an earlier run."""
        target = self.target(source.id)
        if data is not None:
            partial = partial_path(target) if self.resumable else None
            write_file(target, compress(data, self.packed(source)), like=source.path, partial=partial)
        elif target.is_file():
            target.unlink()
        self.delivered += 1

    def open(self, source: Source, partial: int | None = None) -> Growing:
        """A file that appears when it is finished."""
        target = self.target(source.id)
        if partial is None:
            return NewFile(target, source.path)
        return NewFile(target, source.path, partial=partial_path(target), length=partial)

    def finish(self, source: Source, file: Growing, changed: bool) -> None:
        """Let it appear, changed or not."""
        cast(NewFile, file).commit()
        self.delivered += 1

    def packed(self, source: Source) -> str:
        """As the target's name says."""
        return split_name(str(self.target(source.id)))[1]

    def target(self, name: str) -> Path:
        """The file that the text of that id goes to."""
        return self.path if self.single else self.path / name


@dataclass(slots=True)
class InPlace:
    """Texts replace their files; what does not change is not written.

    `files` are the sources' files by their ids, `backup` is a suffix for a copy, or empty.
    """

    files: dict[str, Path]
    backup: str = ""
    delivered: int = 0

    def deliver(self, source: Source, data: bytes | None, changed: bool) -> None:
        """Replace the file if its text changed."""
        path = source.path
        if data is None or path is None or not changed:
            return
        self._back_up(path)
        write_file(path, compress(data, self.packed(source)), like=path)
        self.delivered += 1

    def _back_up(self, path: Path) -> None:
        if self.backup:
            copy = path.with_name(path.name + self.backup)
            if copy.exists():
                raise OutputError(f"{copy}: exists: a backup is not overwritten")
            copy_file(path, copy)

    def open(self, source: Source, partial: int | None = None) -> Growing:
        """A file that takes the place of the source when it is finished."""
        return NewFile(source.path or Path(source.id), source.path)

    def finish(self, source: Source, file: Growing, changed: bool) -> None:
        """Replace the file if anything in it changed."""
        if not changed or source.path is None:
            file.discard()
            return
        self._back_up(source.path)
        cast(NewFile, file).commit()
        self.delivered += 1

    def packed(self, source: Source) -> str:
        """As the source is."""
        return source.packed

    def target(self, name: str) -> Path | None:
        """The source's own file."""
        return self.files.get(name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options say about where texts go. `output` is the argument of `-o`."""

    paths: Sequence[str]
    output: str | None = None
    in_place: bool = False
    backup: str = ""
    concat: bool = False
    nowhere: bool = False
    over_budget: str = "keep"
    reports: Sequence[str] = field(default=())
    compression: str = ""

    def check(self) -> None:
        """Raise `SettingsError` or `OutputError` where the options contradict each other."""
        if self.output is not None and self.in_place:
            raise SettingsError("-o and --in-place exclude each other")
        if self.concat and (self.output is not None or self.in_place):
            raise SettingsError("--concat is for standard output: it goes with neither -o nor --in-place")
        if self.compression and (self.output is not None or self.in_place):
            raise SettingsError("--compress is for standard output: name a file that ends in the suffix")
        if self.backup and not self.in_place:
            raise SettingsError("--backup is for --in-place")
        if "/" in self.backup:
            raise SettingsError("--backup takes a suffix such as .orig, not a path")
        if self.in_place and STDIN in self.paths:
            raise SettingsError("standard input cannot be cleaned in place")
        if self.in_place and self.over_budget == "drop":
            raise SettingsError("--over-budget drop would delete files in place: use -o, or --over-budget empty")
        for path in (*([self.output] if self.output is not None else ()), *self.reports):
            self._check_outside(path)

    def _check_outside(self, path: str) -> None:
        for named in self.paths:
            inside = named != STDIN and Path(named).is_dir()
            if inside and Path(os.path.realpath(path)).is_relative_to(os.path.realpath(named)):
                raise OutputError(f"{path}: lies inside the input {named}: an output goes beside it")

    def single(self) -> bool:
        """Whether exactly one file, or standard input, is named."""
        return len(self.paths) == 1 and not Path(self.paths[0]).is_dir()

    def destination(self, sources: Sequence[Source]) -> Destination:
        """Where texts go. Raise `OutputError` where two of them, or a text and its source, would be one file."""
        if self.nowhere:
            return Nowhere()
        if self.in_place:
            return InPlace({each.id: each.path for each in sources if each.path is not None}, self.backup)
        if self.output is None:
            if len(sources) > 1 and not self.concat:
                raise SettingsError(f"{len(sources)} texts for standard output: say --concat, -o FOLDER or --in-place")
            return StandardOutput(compression=self.compression)
        return _checked(self._files(self.output), sources)

    def _files(self, output: str) -> Files:
        path = Path(output)
        folder = path.is_dir() or output.endswith(("/", os.sep))
        if self.single() and not folder:
            return Files(path, single=True)
        if STDIN in self.paths:
            raise OutputError(f"{output}: is a folder, and standard input has no name: name a file")
        if path.exists() and not folder:
            raise OutputError(f"{output}: is a file; several texts need a folder")
        return Files(path, single=False)


def _checked(files: Files, sources: Sequence[Source]) -> Files:
    inputs = {os.path.realpath(source.path): source.shown for source in sources if source.path is not None}
    taken: dict[str, str] = {}
    for source in sources:
        target = os.path.realpath(files.target(source.id))
        if target in inputs:
            raise OutputError(f"{files.target(source.id)}: would overwrite the input {inputs[target]}; use --in-place")
        if target in taken:
            raise OutputError(f"{files.target(source.id)}: both {taken[target]} and {source.shown} would go there")
        taken[target] = source.shown
    return files
