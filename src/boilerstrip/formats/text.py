"""One text file is one document; not a container of several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boilerstrip.document import Document
from boilerstrip.errors import InputError
from boilerstrip.formats.encoding import Encoded, decode
from boilerstrip.formats.magic import binary_kind

KIND = "text"
SUFFIXES = (".txt", ".text")


@dataclass(frozen=True, slots=True)
class TextRecord:
    """A text file: its bytes, and its text with the way back."""

    document: Document
    source: bytes
    encoded: Encoded

    @property
    def encoding(self) -> str:
        """The name of the text's encoding, without its mark."""
        return self.encoded.encoding

    @property
    def mark(self) -> bytes:
        """The byte order mark before the text; empty where there is none."""
        return self.encoded.mark

    def render(self, text: str) -> bytes:
        """The file's bytes with `text` as its text. Raise `InputError` where that could not be undone."""
        return self.encoded.encode(text)


def read(data: bytes, name: str, encoding: str) -> Iterator[TextRecord]:
    """The one document of a text file. Raise `InputError` for a known binary format."""
    kind = binary_kind(data)
    if kind:
        raise InputError(f"is not text but {kind}")
    encoded = decode(data, encoding)
    yield TextRecord(Document(encoded.text, id=name), data, encoded)
