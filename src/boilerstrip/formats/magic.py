"""Known binary formats by their first bytes; not a guess at what is text: anything unknown is text."""

from __future__ import annotations

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "a PDF document"),
    (0, b"PK\x03\x04", "a zip archive or an office document"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (0, b"\x1f\x8b\x08", "gzip-compressed"),
    (0, b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (0, b"\xfd7zXZ\x00", "xz-compressed"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!\x1a\x07", "a rar archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF87a", "a GIF image"),
    (0, b"GIF89a", "a GIF image"),
    (0, b"II*\x00", "a TIFF image"),
    (0, b"MM\x00*", "a TIFF image"),
    (8, b"WEBP", "a WebP image"),
    (0, b"\x7fELF", "an ELF program"),
    (0, b"MZ\x90\x00", "a Windows program"),
    (0, b"\xca\xfe\xba\xbe", "a compiled program"),
    (0, b"\xcf\xfa\xed\xfe", "a Mach-O program"),
    (0, b"\x00asm", "a WebAssembly program"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"ARROW1\x00\x00", "an Arrow file"),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (0, b"OggS\x00", "Ogg media"),
    (0, b"fLaC\x00", "FLAC audio"),
    (8, b"WAVEfmt ", "WAV audio"),
    (4, b"ftyp", "MP4 media"),
    (0, b"\x1aE\xdf\xa3", "Matroska media"),
)


def binary_kind(data: bytes) -> str:
    """What known binary format `data` begins as, in words; empty where it may be text.

    >>> binary_kind(b'%PDF-1.7'), binary_kind(b'plain\\x00text')
    ('a PDF document', '')
    """
    for offset, magic, name in _MAGIC:
        # A word at an offset proves little by itself: the bytes before it have to be no text either.
        if data.startswith(magic, offset) and (not offset or b"\x00" in data[:offset]):
            return name
    if data.startswith(b"BZh") and data[4:10] == b"1AY&SY":
        return "bzip2-compressed"
    if data.startswith(b"ID3") and data[3:4] in (b"\x02", b"\x03", b"\x04"):
        return "MP3 audio"
    return ""
