"""A table of rows through a run, as `containers` has it for containers of bytes; not the reading of one (`formats`)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from boilerstrip.errors import InputError
from boilerstrip.formats import holds_rows
from boilerstrip.formats.sources import Source
from boilerstrip.running.containers import Choice, Container, named_errors
from boilerstrip.running.rows import RowTask
from boilerstrip.running.work import Done


class TableContainer:
    """A table that is read, and written anew. It cannot be cut off and continued: its directory is its end."""

    def __init__(self, source: Source, choice: Choice) -> None:
        self.source = source
        self.format = choice.format_of(source)
        self._raw = _seekable(source)
        with named_errors(source.shown):
            self._table = self.format.open_table(
                self._raw, choice.packed(source), choice.field, choice.url_field
            )  # fmt: skip
            if choice.annotate:
                self._table.annotate(choice.annotate)

    def tasks(self, packed: str, offset: int, first: int) -> Iterator[RowTask]:
        """The rows in batches, all of them. Raise `InputError`."""
        with named_errors(self.source.shown):
            if packed:
                raise InputError(f"comes out as Parquet, which is not compressed as a whole: leave {packed} away")
            for part in self._table.rows():
                yield RowTask(self.source.id, self.source.shown, part, self._table.reached)

    def rendered(self, done: Done) -> bytes:
        """The next bytes that come out."""
        return cast(bytes, self._table.rendered(done.strings, done.notes))

    def rest(self) -> bytes:
        """What ends the file."""
        return cast(bytes, self._table.rest())

    def close(self) -> None:
        """Close the file."""
        self._raw.close()


AnyContainer = Container | TableContainer


def open_container(source: Source, choice: Choice) -> AnyContainer:
    """A container of either kind, opened. Raise `InputError`."""
    return TableContainer(source, choice) if holds_rows(choice.format_of(source)) else Container(source, choice)


def _seekable(source: Source) -> BinaryIO:
    """The file, or standard input in a file: a table is read from its end."""
    stream = source.open()
    if source.path is not None:
        return stream
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the container
    shutil.copyfileobj(stream, file)
    file.seek(0)
    return cast(BinaryIO, file)
