"""Compression by suffix (.gz .bz2 .xz .zst) around a stream of bytes; not archives of several files.

What is written in pieces is a row of whole members (frames), which every reader of these formats joins: so pieces can
be made by several processes, and a file can be cut off after any of them and continued.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from boilerstrip.errors import SettingsError

if TYPE_CHECKING:
    from typing_extensions import Buffer

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
UNREADABLE = (OSError, EOFError, lzma.LZMAError)  # what reading a compressed file may raise
_UNKNOWN = (".zstd", ".lz4", ".lzma", ".br", ".zip")
_ZSTD_LEVEL = 3
_BLOCK = 1 << 18


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
    if suffix == ".zst":
        return cast(BinaryIO, _zstandard().ZstdCompressor(level=_ZSTD_LEVEL).stream_writer(out, closefd=False))
    return None


def compress(data: bytes, suffix: str) -> bytes:
    """Bytes as one whole member; as they are where the suffix asks for nothing."""
    if suffix == ".gz":
        return gzip.compress(data, 6, mtime=0)
    if suffix == ".bz2":
        return bz2.compress(data)
    if suffix == ".xz":
        return lzma.compress(data)
    if suffix == ".zst":
        return bytes(_zstandard().ZstdCompressor(level=_ZSTD_LEVEL).compress(data))
    return data


def reading(stream: BinaryIO, suffix: str) -> BinaryIO:
    """A stream of compressed bytes as what it was before. A cut-off one raises `EOFError`, a broken one `OSError`."""
    if suffix == ".gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb"))
    if suffix == ".bz2":
        return cast(BinaryIO, bz2.BZ2File(stream, "rb"))
    if suffix == ".xz":
        return cast(BinaryIO, lzma.LZMAFile(stream, "rb"))
    if suffix == ".zst":
        return cast(BinaryIO, io.BufferedReader(_ZstdReader(stream), _BLOCK))
    return stream


def open_reading(path: str) -> BinaryIO:
    """A file opened for reading as what it was before compression."""
    stream = open(path, "rb")  # noqa: PTH123, SIM115 - the caller closes it
    outer = reading(stream, split_suffix(path)[1])
    return cast(BinaryIO, _Owning(outer, stream)) if outer is not stream else stream


class _Owning(io.BufferedReader):
    """A decompressing stream that closes the file under it as well."""

    def __init__(self, outer: BinaryIO, inner: BinaryIO) -> None:
        super().__init__(cast(io.RawIOBase, outer), _BLOCK)
        self._inner = inner

    def close(self) -> None:
        """Close both."""
        super().close()
        self._inner.close()


class _ZstdReader(io.RawIOBase):
    """Zstandard frames, one after the other; unlike the library's own reader it notices a frame that is cut off."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._library = _zstandard()
        self._frame: Any = None
        self._raw = self._ready = b""
        self._at = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill a buffer; 0 at the end. Raise `EOFError` or `OSError`."""
        while self._at >= len(self._ready):
            if not self._more():
                return 0
        view = memoryview(buffer)
        piece = self._ready[self._at : self._at + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _more(self) -> bool:
        self._raw = self._raw or self._stream.read(_BLOCK // 8)
        if not self._raw:
            if self._frame is not None:
                raise EOFError("the compressed data ends in the middle of a frame")
            return False
        if self._frame is None:
            self._frame = self._library.ZstdDecompressor(max_window_size=1 << 31).decompressobj()
        try:
            self._ready, self._at = self._frame.decompress(self._raw), 0
        except self._library.ZstdError as error:
            raise OSError(f"is no Zstandard data: {error}") from None
        self._raw = self._frame.unused_data if self._frame.eof else b""
        if self._frame.eof:
            self._frame = None
        return True


def _zstandard() -> Any:
    try:
        import zstandard
    except ImportError:
        raise SettingsError(".zst needs the package zstandard: pip install 'boilerstrip[zstd]'") from None
    return zstandard
