"""The files that a run reads, in order: named, found in folders, standard input; not their contents (`formats`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from boilerstrip.errors import InputError
from boilerstrip.formats import known_suffixes, split_name
from boilerstrip.formats.compression import UNREADABLE, reading
from boilerstrip.formats.exclusion import Exclusion

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. `id` is its path relative to what was named, as reports and mirrored folders use it.

    `shown` is the path for people. `path` is `None` for standard input, `root` the folder it was found in.
    """

    id: str
    shown: str
    path: Path | None = None
    root: Path | None = None
    named: str = STDIN

    def read(self) -> bytes:
        """The bytes of the source, decompressed as its name says. Raise `InputError` where they cannot be read."""
        try:
            if self.path is None:
                return sys.stdin.buffer.read()
            data = self.path.read_bytes()
            return reading(BytesIO(data), self.packed).read() if self.packed else data
        except UNREADABLE as error:
            raise InputError(f"{self.shown}: cannot be read: {reason(error)}") from None

    @property
    def packed(self) -> str:
        """The compression suffix of its name; empty where it is not compressed."""
        return split_name(self.id)[1]

    @property
    def size(self) -> int:
        """How many bytes are stored; 0 where nobody knows."""
        try:
            return self.path.stat().st_size if self.path is not None else 0
        except OSError:
            return 0

    def open(self) -> BinaryIO:
        """The bytes of the source as they are stored, as a stream. Raise `InputError`."""
        try:
            if self.path is None:
                return sys.stdin.buffer
            return self.path.open("rb")
        except OSError as error:
            raise InputError(f"{self.shown}: cannot be read: {reason(error)}") from None

    def stream(self, packed: str) -> BinaryIO:
        """The bytes of the source as they were before compression. Raise `InputError`."""
        return reading(self.open(), packed)


@dataclass(slots=True)
class Sources:
    """What a run reads, and what it passed over: `skipped` counts files in folders whose suffix is not known."""

    found: list[Source] = field(default_factory=list)
    skipped: int = 0


def reason(error: Exception) -> str:
    """An operating system's error, or that of a library that decompresses, in a few words, lower case."""
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:]


def enumerate_sources(
    paths: Sequence[str], include: Sequence[str], failed: Callable[[InputError], None], *, prefix: bool = False,
    exclusion: Exclusion | None = None,
) -> Sources:  # fmt: skip
    """All sources of `paths`, in the order given, and sorted inside each folder.

    `include` are glob patterns of further file names to take in folders. `failed` is called for what cannot be read,
    and may raise. With `prefix`, the id of a file in a folder begins with that folder's name.
    """
    sources = Sources()
    taken = _Taken(include, failed, exclusion or Exclusion(), sources)
    for text in paths:
        try:
            sources.found += _named(text, prefix, taken)
        except InputError as error:
            failed(error)
    return sources


@dataclass(frozen=True, slots=True)
class _Taken:
    """Which files are taken, and who is told of the others."""

    include: Sequence[str]
    failed: Callable[[InputError], None]
    exclusion: Exclusion
    sources: Sources

    def wanted(self, path: Path) -> bool:
        """Whether a file has a name of texts."""
        name = path.name
        return name.lower().endswith(known_suffixes()) or any(fnmatchcase(name, each) for each in self.include)


def _named(text: str, prefix: bool, taken: _Taken) -> Iterator[Source]:
    if text == STDIN:
        yield Source(STDIN, STDIN)
        return
    path = Path(text)
    if not os.path.lexists(path):
        raise InputError(f"{text}: no such file or folder")
    if not path.exists():
        raise InputError(f"{text}: {_broken(path)}")
    if taken.exclusion.excludes_named(path):
        return
    if not path.is_dir():
        yield Source(path.name, text, path, named=text)
        return
    base = f"{path.resolve().name}/" if prefix else ""
    for found in _texts(path, taken):
        yield Source(base + found.relative_to(path).as_posix(), str(found), found, path, text)


def _broken(path: Path) -> str:
    try:
        path.stat()
    except OSError as error:
        return "a symbolic link that leads nowhere" if path.is_symlink() else f"cannot be read: {reason(error)}"
    return "cannot be read"


def all_files(folder: Path) -> Iterator[Path]:
    """All files of a folder and its folders, sorted. Raise `InputError` where one cannot be read."""

    def failed(error: InputError) -> None:
        raise error

    return (path for path in _walk(folder, failed, None) if path.is_file())


def _texts(folder: Path, taken: _Taken) -> Iterator[Path]:
    """The files of a folder that are taken."""
    for path in _walk(folder, taken.failed, taken.exclusion):
        if not taken.wanted(path):
            taken.sources.skipped += 1
        elif not path.exists():
            taken.failed(InputError(f"{path}: {_broken(path)}"))
        elif not path.is_file():
            taken.sources.skipped += 1
        else:
            yield path


def _walk(folder: Path, failed: Callable[[InputError], None], exclusion: Exclusion | None) -> Iterator[Path]:
    """What is in a folder and its folders, sorted by name. Links to folders are not followed: they may run in rings."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        failed(InputError(f"{folder}: cannot be read: {reason(error)}"))
        return
    for entry in names:
        inner = entry.is_dir(follow_symlinks=False)
        if exclusion is not None and exclusion.excludes(folder / entry.name, folder=inner):
            continue
        if inner:
            yield from _walk(folder / entry.name, failed, exclusion)
        else:
            yield folder / entry.name
