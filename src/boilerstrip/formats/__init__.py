"""Containers of article texts, one file each; not the walk over folders (`sources`) nor the disk (`writing`).

A format is a module here with `KIND`, `SUFFIXES` and `read`; it is found by them, no list has to be edited.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, TypeGuard, cast

from boilerstrip.formats.compression import SUFFIXES as COMPRESSED

if TYPE_CHECKING:
    from boilerstrip.document import Document
    from boilerstrip.formats.records import RecordFormat


class Record(Protocol):
    """One document as its container holds it: what was read, and the way back to bytes."""

    @property
    def document(self) -> Document:
        """The text without its byte order mark, and what the container says of it."""

    @property
    def source(self) -> bytes:
        """The record's bytes as they were read."""

    @property
    def encoding(self) -> str:
        """The name of the text's encoding, without its mark."""

    @property
    def mark(self) -> bytes:
        """The byte order mark before the text; empty where there is none."""

    def render(self, text: str) -> bytes:
        """The record's bytes with `text` in the place of its text. Raise `InputError` where that cannot be undone."""


class Format(Protocol):
    """A kind of container. `SUFFIXES` (lower case, with the dot) are taken when a folder is walked."""

    KIND: str
    SUFFIXES: tuple[str, ...]

    def read(self, data: bytes, name: str, encoding: str) -> Iterator[Record]:
        """The records of a container, in order. Raise `InputError` where it is not what it claims to be."""


@cache
def formats() -> dict[str, Format | RecordFormat]:
    """KIND -> format, of all the modules here that are one."""
    modules = (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    return {module.KIND: cast(Format, module) for module in modules if hasattr(module, "KIND")}


@cache
def known_suffixes() -> tuple[str, ...]:
    """The suffixes that are taken inside folders, plain and compressed."""
    plain = {suffix for each in formats().values() for suffix in each.SUFFIXES}
    return tuple(sorted(suffix + packed for suffix in plain for packed in ("", *COMPRESSED)))


def split_name(name: str) -> tuple[str, str]:
    """A file name without its compression suffix, and that suffix (lower case; empty where there is none).

    >>> split_name('a/dump.jsonl.GZ')
    ('a/dump.jsonl', '.gz')
    """
    packed = next((suffix for suffix in COMPRESSED if name.lower().endswith(suffix)), "")
    bare = name[: len(name) - len(packed)]
    return (
        (bare, packed)
        if bare.lower().endswith(tuple(s for f in formats().values() for s in f.SUFFIXES))
        else (name, "")
    )


def format_of(name: str) -> Format | RecordFormat:
    """The format for a file name: by its suffix, else plain text."""
    known = formats()
    bare = split_name(name)[0].lower()
    for each in known.values():
        if bare.endswith(each.SUFFIXES):
            return each
    return known["text"]


def holds_records(format_: Format | RecordFormat) -> TypeGuard[RecordFormat]:
    """Whether a format holds many records, which are read in parts of bytes."""
    return hasattr(format_, "break_after")


def holds_rows(format_: Format | RecordFormat) -> bool:
    """Whether a format holds a table, of which rows are read and the rest is passed on."""
    return hasattr(format_, "open_table")
