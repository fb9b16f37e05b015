"""Bytes to text and back: nothing is lost, and what could be lost is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boilerstrip import InputError, SettingsError
from boilerstrip.formats import format_of, formats, known_suffixes
from boilerstrip.formats.encoding import decode
from boilerstrip.formats.magic import binary_kind

MARKS = [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MARKS), st.binary(max_size=20), st.sampled_from(["utf-8", "latin-1", "utf-16-le"]))
def test_any_bytes_come_back(mark: bytes, body: bytes, encoding: str) -> None:
    encoded = decode(mark + body, encoding)
    assert encoded.encode(encoded.text) == mark + body
    assert mark in (b"", encoded.mark) or encoded.mark in (b"\xff\xfe", b"\xff\xfe\x00\x00")


@pytest.mark.parametrize("data", [b"\x00\x00\xfe\xff\xff\xff\xff\xff", b"\x00\x00\xfe\xff\x00\x11\x00\x00"])
def test_what_is_marked_and_is_not_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        decode(data)


def test_what_would_join_to_another_character_is_refused() -> None:
    encoded = decode(b"\xc3gone\xa9")
    with pytest.raises(InputError, match="does not survive"):
        encoded.encode(encoded.text.replace("gone", ""))


@pytest.mark.parametrize("name", ["utf-9", "rot13", "base64", "hex", ""])
def test_what_is_no_text_encoding_is_refused(name: str) -> None:
    with pytest.raises(SettingsError):
        decode(b"text", name)


TEXTS = [
    b"",
    b"plain",
    b"PK is not enough",
    b"ID3 tags were invented in 1996.",
    b"BZh is no word.",
    b"%!PS",
    b"\xff\xfea\x00",
    b"MZ stands for Mark Zbikowski",
    b"GIF is a format",
    b"text with \x00 in it",
    b"for ftyp boxes",
    b"The ustar format",
    b"Radio, WEBP and WAVE",
]


@pytest.mark.parametrize("data", TEXTS)
def test_text_is_text(data: bytes) -> None:
    assert binary_kind(data) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\n",
        b"PK\x03\x04\x14\x00",
        b"\x1f\x8b\x08\x00",
        b"\x28\xb5\x2f\xfd\x04",
        b"\xfd7zXZ\x00\x00",
        b"BZh91AY&SY",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a\x01",
        b"\x7fELF\x02",
        b"PAR1\x15",
        b"SQLite format 3\x00",
        b"ID3\x04\x00",
        b"\x00\x00\x00\x20ftypisom",
        b"RIFF\x24\x08\x00\x00WEBPVP8 ",
        b"OggS\x00\x02",
        b"x\x00" * 128 + b"\x00ustar",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ],
)
def test_binary_is_binary(data: bytes) -> None:
    assert binary_kind(data) != ""


def test_formats_are_found_by_suffix() -> None:
    assert formats()["text"].KIND == "text"
    assert format_of("a.TXT").KIND == format_of("no suffix").KIND == "text"
    assert {".txt", ".text"} <= set(known_suffixes())
