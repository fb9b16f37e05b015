"""A Parquet file read in batches and written anew with other texts in one column; not what the texts become.

Schema, metadata, the order of columns, row groups, and each column's compression and dictionary stay. Only a row group
of more than `GROUP_BYTES` becomes several, so that little is in memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from boilerstrip.errors import InputError
from boilerstrip.formats.arrow.columns import NOTE_TYPE, column_of, leaves, replaced, text_path, values_of
from boilerstrip.formats.fields import TEXT, Fields, find_fields
from boilerstrip.formats.json_token import parse_path
from boilerstrip.formats.parquet import Row, Rows

BATCH_BYTES = 1 << 20  # of the columns of a batch, before compression
BATCH_ROWS = 4096
GROUP_BYTES = 1 << 26
_HEAD_ROWS = 100
_BUFFER = 1 << 18
Path = tuple[str, ...]


class Table:
    """One Parquet file on its way through. Take batches of `rows` and give each back to `rendered`, in order."""

    def __init__(self, stream: BinaryIO, field: str | Path | None = None, url_field: str | None = None) -> None:
        with readable():
            # Nanoseconds, the library's choice, would wrap around for INT96 times after the year 2262.
            self._file = pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False, coerce_int96_timestamp_unit="us")
            self.schema: pa.Schema = self._file.schema_arrow
            self.fields = self._fields(field, url_field)
        self._origins = [self._texts_at(paths) for paths in (self.fields.url_paths, self.fields.publisher_paths)]
        self._own = [at for at in (self.schema.get_field_index("id"),) if at >= 0]
        self.reached = 0  # bytes of the file up to the end of the last batch, by its row groups
        self._held: deque[tuple[Any, bool]] = deque()
        self._writer = _Writer(self._file)

    def _fields(self, text: str | Path | None, url: str | None) -> Fields:
        names = self.schema.names
        url_path = None if url is None else (url,) if url in names else parse_path(url)
        if isinstance(text, tuple):
            return Fields(self._path(text))
        if text is not None:
            return Fields(self._path((text,) if text in names else parse_path(text)), url_path)
        columns = [
            name for name in TEXT if names.count(name) == 1 and text_path(self.schema.field(name).type, ()) is not None
        ]
        if not columns:
            raise InputError(f"no column is known to be the text; there are {_listed(names)}: name it with --field")
        head = next(self._file.iter_batches(_HEAD_ROWS, columns=columns), None)
        values = {name: values_of(head.column(name)) if head is not None else [] for name in columns}
        records = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
        try:
            found = find_fields(records, None, None).text
        except InputError:  # no text in these rows
            found = (columns[0],)
        return Fields(self._path(found), url_path)

    def _path(self, path: Path) -> Path:
        names = self.schema.names
        inner = text_path(self.schema.field(path[0]).type, path[1:]) if names.count(path[0]) == 1 else None
        if inner is None:
            raise InputError(f"has no texts at {Fields(path).name!r}; its columns are {_listed(names)}")
        return (path[0], *inner)

    def _texts_at(self, paths: Sequence[Path]) -> list[tuple[int, Path]]:
        """Of paths those at which there is one text a row: the number of the column, and the path inside it."""
        found = []
        for path in paths:
            for name, inside in ((".".join(path), ()), (path[0], path[1:])):
                at = self.schema.get_field_index(name)
                if at >= 0 and text_path(self.schema.field(at).type, inside) == inside:
                    found.append((at, inside))
                    break
        return found

    def rows(self) -> Iterator[Rows]:
        """The rows in batches. A batch does not reach over the end of a row group."""
        first, size = 1, 0
        with readable():
            for group in range(self._file.num_row_groups):
                rows, stored = self._extent(group)
                start, before, size = first, size, size + stored
                for count in self._batches(group, self._batch_rows(group)):
                    batch = self._held[-1][0]
                    self.reached = before + stored * (first + count - start) // rows
                    yield Rows(first, self._rows(batch), self.fields.text)
                    first += count

    def _extent(self, group: int) -> tuple[int, int]:
        """The rows of a row group, and the bytes that they take in the file."""
        found = self._file.metadata.row_group(group)
        return found.num_rows, sum(found.column(at).total_compressed_size for at in range(found.num_columns))

    def _batch_rows(self, group: int) -> int:
        found = self._file.metadata.row_group(group)
        fitting: int = BATCH_BYTES * found.num_rows // max(1, found.total_byte_size)
        return max(1, min(BATCH_ROWS, fitting))

    def batches(self, sizes: Iterator[int]) -> Iterator[Any]:
        """Batches of the given sizes for as long as there are rows; each may be smaller where a row group ends."""
        with readable():
            for group in range(self._file.num_row_groups):
                size = next(sizes, 0)
                for _ in self._batches(group, size or 1):
                    yield self._held[-1][0]

    def _batches(self, group: int, size: int) -> Iterator[int]:
        """Hold the batches of a row group, all but the last of exactly `size` rows; give the number of each's rows."""
        left = self._file.metadata.row_group(group).num_rows
        pending: list[Any] = []
        for batch in self._file.iter_batches(size, row_groups=[group]):
            pending.append(batch)
            while sum(each.num_rows for each in pending) >= min(size, left) > 0:
                whole = _joined(pending)
                taken, rest = whole.slice(0, size), whole.slice(size)
                pending = [rest] if rest.num_rows else []
                count = int(taken.num_rows)
                left -= count
                self._held.append((taken, not left))
                yield count

    def _rows(self, batch: Any) -> list[Row]:
        texts = self.texts(batch)
        urls, publishers = ([_values(batch, *each) for each in origin] for origin in self._origins)
        owns = [batch.column(at).to_pylist() for at in self._own]
        rows = []
        for number, strings in enumerate(texts):
            url = _first(urls, number)
            own = next((str(column[number]) for column in owns if column[number] is not None), None)
            rows.append(Row(strings or None, url, None if url else _first(publishers, number), own))
        return rows

    def texts(self, batch: Any) -> list[list[str]]:
        """The strings that make up the text of each row; what is null is none of them."""
        leaf, starts = leaves(batch.column(self.fields.text[0]), self.fields.text[1:])
        values = values_of(leaf)
        return [[value for value in values[start:end] if value is not None] for start, end in pairwise(starts)]

    def rendered(self, kept: Mapping[int, Sequence[str]], added: Sequence[Any] | None = None) -> bytes:
        """The next bytes of the file, once the oldest batch is done: `kept` are the strings of its rows that changed.

        `added` is a column more (of Python values), where the file is to have one.
        """
        batch, last = self._held.popleft()
        columns = list(batch.columns)
        if kept:
            at = self.schema.get_field_index(self.fields.text[0])
            columns[at] = self._column(columns[at], kept)
        self._writer.add(columns, added, last)
        return self._writer.taken()

    def _column(self, column: Any, kept: Mapping[int, Sequence[str]]) -> Any:
        path = self.fields.text[1:]
        leaf, starts = leaves(column, path)
        values = values_of(leaf)
        for row, texts in kept.items():
            places = [at for at in range(starts[row], starts[row + 1]) if values[at] is not None]
            for at, text in zip(places, texts, strict=True):
                values[at] = text
        return replaced(column, path, column_of(values, leaf.type))

    def annotate(self, name: str) -> None:
        """The file gets a column more, of annotations. Raise `InputError` where there is one of that name."""
        if name in self.schema.names:
            raise InputError(f"has a column {name!r} already: --annotate takes the name of a new one")
        self._writer.schema = self.schema.append(pa.field(name, NOTE_TYPE))

    def drop_column(self, name: str) -> None:
        """The file loses a column."""
        self._writer.dropped = self.schema.get_field_index(name)
        self._writer.schema = self.schema.remove(self._writer.dropped)

    def rest(self) -> bytes:
        """What ends the file."""
        self._writer.close()
        return self._writer.taken()


class _Writer:
    """Writes batches as row groups, into memory: what it has written is `taken` from it."""

    def __init__(self, source: Any) -> None:
        self.schema: pa.Schema = source.schema_arrow
        self.dropped = -1
        self._options = _options(source)
        self._pieces: list[bytes] = []
        self._group: list[Any] = []
        self._size = 0
        self._file: Any = None

    def add(self, columns: list[Any], added: Sequence[Any] | None, last: bool) -> None:
        """Add a batch; `last`: it ends a row group."""
        if self.dropped >= 0:
            del columns[self.dropped]
        if added is not None:
            columns.append(pa.array(added, self.schema.types[-1]))
        batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
        self._group.append(batch)
        self._size += batch.nbytes
        if last or self._size >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        table = pa.Table.from_batches(self._group, self.schema).unify_dictionaries()
        self._opened().write_table(table, row_group_size=max(1, table.num_rows))
        self._group, self._size = [], 0

    def _opened(self) -> Any:
        if self._file is None:
            self._file = pq.ParquetWriter(pa.PythonFile(self, "w"), self.schema, **self._options)
        return self._file

    def close(self) -> None:
        """Write the footer."""
        self._opened().close()

    def taken(self) -> bytes:
        """The bytes since the last call."""
        data: bytes = b"".join(self._pieces)
        self._pieces = []
        return data

    def write(self, data: bytes) -> int:
        """Take bytes from the library."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """All is in memory."""

    @property
    def closed(self) -> bool:
        """Never: it is only a row of bytes."""
        return False


def _options(source: Any) -> dict[str, Any]:
    """How to write a file as another one was written."""
    found = source.metadata
    chunks = [found.row_group(0).column(at) for at in range(found.num_columns)] if found.num_row_groups else []
    physical = [source.schema.column(at).physical_type for at in range(found.num_columns)]
    coded = [each.path_in_schema for each in chunks if any("DICTIONARY" in name for name in each.encodings)]
    return {
        "version": found.format_version if found.format_version in ("1.0", "2.4") else "2.6",
        "compression": {each.path_in_schema: each.compression.replace("UNCOMPRESSED", "NONE") for each in chunks},
        "use_dictionary": coded or not chunks,
        "write_statistics": [each.path_in_schema for each in chunks if each.is_stats_set] or not chunks,
        "use_deprecated_int96_timestamps": "INT96" in physical,
        "use_compliant_nested_type": False,  # the names of lists' elements stay as they are in the schema
        "store_schema": b"ARROW:schema" in (found.metadata or {}),
    }


@contextmanager
def readable() -> Iterator[None]:
    """Errors of the library leave as `InputError`."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"cannot be read as Parquet: {str(error).splitlines()[0]}") from None


def _joined(batches: list[Any]) -> Any:
    return batches[0] if len(batches) == 1 else pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _values(batch: Any, at: int, path: Path) -> list[Any]:
    return values_of(leaves(batch.column(at), path)[0])


def _first(columns: Sequence[list[str | None]], row: int) -> str | None:
    return next((value for column in columns if (value := column[row])), None)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:20])
