"""Compression by suffix (.gz .bz2 .xz) around a stream of bytes; not archives of several files."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import PurePath
from typing import BinaryIO, Protocol, cast

from boilerstrip.errors import SettingsError

SUFFIXES = (".gz", ".bz2", ".xz")
UNREADABLE = (OSError, EOFError, lzma.LZMAError)  # what reading a compressed file may raise
_UNKNOWN = (".zst", ".zstd", ".lz4", ".lzma", ".br", ".zip")


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes) -> object:
        """Add bytes."""

    def flush(self) -> object:
        """Hand the bytes so far on."""


def split_suffix(path: str) -> tuple[str, str]:
    """A path without its compression suffix, and that suffix (empty where there is none).

    >>> split_suffix('out.jsonl.gz')
    ('out.jsonl', '.gz')
    """
    suffix = PurePath(path).suffix.lower()
    if suffix in _UNKNOWN:
        raise SettingsError(f"{path}: cannot compress as {suffix}; use one of {', '.join(SUFFIXES)}")
    return (path[: -len(suffix)], suffix) if suffix in SUFFIXES else (path, "")


def compressed(sink: Sink, suffix: str) -> BinaryIO | None:
    """A stream that compresses into `sink`, the same bytes every time; `None` where the suffix asks for nothing."""
    out = cast(BinaryIO, sink)
    if suffix == ".gz":
        return cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0))
    if suffix == ".bz2":
        return cast(BinaryIO, bz2.BZ2File(out, "wb"))
    if suffix == ".xz":
        return cast(BinaryIO, lzma.LZMAFile(out, "wb"))
    return None


def open_reading(path: str) -> BinaryIO:
    """A file opened for reading as what it was before compression."""
    suffix = split_suffix(path)[1]
    if suffix == ".gz":
        return cast(BinaryIO, gzip.open(path, "rb"))
    if suffix == ".bz2":
        return cast(BinaryIO, bz2.open(path, "rb"))
    if suffix == ".xz":
        return cast(BinaryIO, lzma.open(path, "rb"))
    return open(path, "rb")  # noqa: PTH123 - the caller closes it
