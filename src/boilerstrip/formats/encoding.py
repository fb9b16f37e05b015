"""Bytes to text and back without loss: marks, encodings, undecodable bytes; not containers (that is `formats`)."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from boilerstrip.errors import InputError, SettingsError

# UTF-32 first: its little-endian mark begins with the one of UTF-16.
_MARKS = (
    ("utf-8", codecs.BOM_UTF8),
    ("utf-32-le", codecs.BOM_UTF32_LE),
    ("utf-32-be", codecs.BOM_UTF32_BE),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_BYTE_ORDER = ("utf-16", "utf-32")


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text with what is needed to write it back as it was.

    `mark` is the byte order mark that stood before it. `tail` holds the last bytes of a UTF-16 or UTF-32 text that
    ends in the middle of a code unit.
    """

    text: str
    encoding: str
    mark: bytes = b""
    tail: bytes = b""

    def encode(self, text: str) -> bytes:
        """A text as bytes of the same kind. Raise `InputError` where reading them again would give another text."""
        body = self.piece(text)
        if not self._faithful(text, body):
            raise InputError(f"what would be left does not survive being written as {self.encoding} and read again")
        return self.mark + body + self.tail

    def piece(self, text: str) -> bytes:
        """A part of a text as bytes, with neither mark nor tail."""
        return text.encode(self.encoding, _errors(self.encoding))

    def _faithful(self, text: str, body: bytes) -> bool:
        """Undecodable bytes on both sides of a cut may join to a character; encodings with states may not come back."""
        unicode = self.encoding.startswith("utf-") and self.encoding != "utf-7"
        if unicode and not _SURROGATE.search(text):
            return True
        try:
            return body.decode(self.encoding, _errors(self.encoding)) == text
        except UnicodeError:
            return False


def decode(data: bytes, encoding: str = "utf-8") -> Encoded:
    """Decode a text by its mark, else as `encoding`.

    Bytes that are not of that encoding become lone surrogates and come back as they were. Raise `InputError` where
    bytes could not come back, `SettingsError` for an encoding that does not exist.

    >>> decode(b'\\xef\\xbb\\xbfcaf\\xe9').text
    'caf\\udce9'
    """
    name = encoding_name(encoding)
    for marked, mark in _MARKS:
        if data.startswith(mark):
            try:
                return decode_as(data, marked, mark)
            except InputError:
                if marked != "utf-32-le":
                    raise
    if name in _NO_BYTE_ORDER:
        raise InputError(f"has no byte order mark: say {name}-le or {name}-be")
    return decode_as(data, name)


def decode_as(data: bytes, encoding: str, mark: bytes = b"") -> Encoded:
    """Decode as one encoding, after a mark that has to be there. Raise `InputError` where bytes could not come back."""
    if not data.startswith(mark):
        raise InputError("its byte order mark is gone")
    body, tail = data[len(mark) :], b""
    width = 2 if encoding.startswith("utf-16") else 4 if encoding.startswith("utf-32") else 1
    if len(body) % width:
        if encoding == "utf-32-le":
            raise InputError(f"is not {encoding} text")
        body, tail = body[: -(len(body) % width)], body[-(len(body) % width) :]
    try:
        text = body.decode(encoding, _errors(encoding))
        faithful = encoding == "utf-8" or text.encode(encoding, _errors(encoding)) == body
    except UnicodeError:
        faithful = False
    if not faithful:
        raise InputError(f"does not survive being read as {encoding} and written again; name its encoding")
    return Encoded(text, encoding, mark, tail)


def mark_of(encoding: str) -> bytes:
    """The byte order mark of an encoding; empty where it has none."""
    return dict(_MARKS).get(encoding, b"")


def encoding_name(encoding: str) -> str:
    """The usual name of an encoding. Raise `SettingsError` where there is none of that name, or it is not for text."""
    try:
        info = codecs.lookup(encoding)
        b"\0".decode(info.name, "ignore")  # a lookup also finds codecs that are not for text
    except (LookupError, UnicodeError, ValueError):
        raise SettingsError(f"there is no text encoding called {encoding!r}") from None
    return "utf-8" if info.name == "utf-8-sig" else info.name


def _errors(encoding: str) -> str:
    return "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
