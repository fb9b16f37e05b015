"""Parquet: which columns of a file are its text and its origin, by the names of all formats; not Arrow (`arrow`).

Rows go through in batches: the texts are handed out as plain strings, the other columns are passed on as they are.
Nothing here needs pyarrow until a file is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from boilerstrip.errors import InputError, SettingsError

if TYPE_CHECKING:
    from boilerstrip.formats.arrow.tables import Table

KIND = "parquet"
SUFFIXES = (".parquet", ".pq")
MAY_DROP = False  # a row's other columns are in no report, so it could not come back


class Row(NamedTuple):
    """One row: the strings of its text (`None`: it has none), where it is from, and its own id."""

    texts: list[str] | None
    url: str | None = None
    publisher: str | None = None
    own: str | None = None


class Rows(NamedTuple):
    """Rows that follow each other, from number `first` on (the first row of a file is 1)."""

    first: int
    rows: Sequence[Row]
    field: tuple[str, ...]


def open_table(stream: BinaryIO, packed: str, field: str | tuple[str, ...] | None, url_field: str | None) -> Table:
    """A Parquet file, ready to be read and written anew. `field` may be a path's segments.

    Raise `InputError`, or `SettingsError` without pyarrow.
    """
    if packed:
        raise InputError("is a compressed Parquet file: unpack it first (Parquet compresses its columns itself)")
    if find_spec("pyarrow") is None:
        raise SettingsError("Parquet needs the package pyarrow: pip install 'boilerstrip[parquet]'")
    from boilerstrip.formats.arrow.tables import Table

    return Table(stream, field, url_field)
