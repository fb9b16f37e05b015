r"""Comma- or tab-separated values with a header row, cut in place; not spreadsheets.

A cell that begins with a quotation mark runs to the mark that is not doubled, line feeds included, as in RFC 4180.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from boilerstrip.errors import InputError
from boilerstrip.formats.fields import Fields, find_fields
from boilerstrip.formats.records import Entry, Layout, Part, Range, without

KIND = "csv"
SUFFIXES = (".csv",)
MAY_DROP = True
_DELIMITERS = (b",", b"\t", b";", b"|")
_QUOTE = b'"'
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Table(NamedTuple):
    """The delimiter, the names of the columns, and which of them is the text."""

    delimiter: bytes
    names: tuple[str, ...]
    text: int


class _Incomplete(Exception):
    """The data ends inside a row."""


@cache
def _cell(delimiter: bytes) -> re.Pattern[bytes]:
    d = re.escape(delimiter)
    plain = rb"[^" + d + rb"\r\n]"
    quoted = rb'"(?:[^"]++|"")*+"(?!")' + plain + rb"*+"
    return re.compile(rb"(" + quoted + rb'|(?!")' + plain + rb"*+)(" + d + rb"|\r\n|\n|\r|\Z)")


def _row(data: bytes, at: int, table_delimiter: bytes, final: bool) -> tuple[int, list[Range]]:
    """The row at `at`: where it ends, and the spans of its cells. Raise `_Incomplete` where the data ends before."""
    cells, pattern = [], _cell(table_delimiter)
    while True:
        match = pattern.match(data, at)
        if match is None:
            raise _Incomplete
        cells.append(match.span(1))
        at, ended = match.end(), match[2]
        if ended == table_delimiter:
            continue
        if at == len(data) and not final and not ended.endswith(b"\n"):
            raise _Incomplete
        return at, cells


def _text(raw: bytes) -> str:
    """What a cell says."""
    if raw.startswith(_QUOTE):
        close = raw.rindex(_QUOTE)
        raw = raw[1:close].replace(b'""', _QUOTE) + raw[close + 1 :]
    return raw.decode("utf-8", "surrogateescape")


def layout(head: bytes, field: str | None, url_field: str | None) -> Layout:
    """The delimiter and the columns, from the header row. Raise `InputError`."""
    if head.startswith(_MARKS):
        raise InputError("tables are read as UTF-8, and this is UTF-16")
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    line = re.split(rb"[\r\n]", head[start:], maxsplit=1)[0]
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        _, cells = _row(head, start, delimiter, final=True)
    except _Incomplete:
        raise InputError("its first row does not end") from None
    names = tuple(_text(head[a:b]) for a, b in cells)
    if field in names or url_field in names:  # a column's name is no path
        fields = find_fields([dict.fromkeys(names, "x")], None if field in names else field, None)
        fields = Fields((field,) if field in names and field else fields.text, (url_field,) if url_field else None)
    else:
        fields = find_fields([dict.fromkeys(names, "x")], field, url_field)
    if len(fields.text) != 1 or fields.text[0] not in names:
        raise InputError(f"has no column {fields.name!r}; there are {', '.join(names[:20])}")
    return Layout(fields, Table(delimiter, names, names.index(fields.text[0])))


def break_after(data: bytes, least: int, offset: int, layout: Layout, final: bool) -> tuple[int, int] | None:
    """Parts end with a row."""
    table: Table = layout.extra
    at = len(codecs.BOM_UTF8) if not offset and data.startswith(codecs.BOM_UTF8) else 0
    count = 0
    while at < len(data):
        try:
            at = _row(data, at, table.delimiter, final)[0]
        except _Incomplete:
            return (len(data), count + 1) if final else None
        count += 1
        if at >= least:
            return at, count
    return (at, count) if final else None


def entries(part: Part, layout: Layout) -> Iterator[Entry]:
    """The rows of a part, the header aside; it is row 1."""
    table: Table = layout.extra
    data, at, number = part.data, 0, part.first
    if not part.offset:
        at = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        at, number = _row(data, at, table.delimiter, True)[0], number + 1
    while at < len(data):
        try:
            end, cells = _row(data, at, table.delimiter, True)
        except _Incomplete:
            yield Entry(number, at, len(data), error="has a quotation mark that is never closed")
            return
        yield _entry(data, at, end, number, cells, layout)
        at, number = end, number + 1


def _entry(data: bytes, at: int, end: int, number: int, cells: list[Range], layout: Layout) -> Entry:
    table: Table = layout.extra
    if len(cells) == 1 and cells[0][0] == cells[0][1]:
        return Entry(number, at, end)  # an empty line
    if len(cells) != len(table.names):
        return Entry(number, at, end, error=f"has {len(cells)} cells, and there are {len(table.names)} columns")
    record = {name: _text(data[a:b]) for name, (a, b) in zip(table.names, cells, strict=True)}
    text = _text(data[slice(*cells[table.text])])
    return Entry(number, at, end, [text] if text else None, *layout.fields.origin(record))


def cuts(raw: bytes, entry: Entry, spans: Sequence[Range], layout: Layout) -> list[list[Range]]:
    """Byte ranges inside the text's cell. Raise `InputError`."""
    table: Table = layout.extra
    text = (entry.texts or [""])[0]
    start, end = _row(raw, 0, table.delimiter, True)[1][table.text]
    quoted = raw[start : start + 1] == _QUOTE
    ranges, at, place = [], 0, start + quoted
    for first, last in spans:
        place += len(_spelled(text[at:first], quoted))
        length = len(_spelled(text[first:last], quoted))
        ranges.append((place, place + length))
        at, place = last, place + length
    _check(raw, end, ranges, without(text, spans), table)
    return [[each] for each in ranges]


def _check(raw: bytes, end: int, ranges: list[Range], expected: str, table: Table) -> None:
    kept, at = [], 0
    for first, last in ranges:
        kept.append(raw[at:first])
        at = last
    left = b"".join(kept) + raw[at:]
    try:
        stop, cells = _row(left, 0, table.delimiter, True)
    except _Incomplete:
        stop, cells = -1, []
    whole = stop == len(left) and len(cells) == len(table.names)
    if not whole or _text(left[slice(*cells[table.text])]) != expected or (len(cells) == 1 and not expected):
        raise InputError("what would be left of its text is not read as that")


def _spelled(text: str, quoted: bool) -> bytes:
    return (text.replace('"', '""') if quoted else text).encode("utf-8", "surrogateescape")


def spell(text: str) -> bytes:
    """The text inside a quoted cell."""
    return text.replace('"', '""').encode("utf-8", "surrogatepass")


def annotated(raw: bytes, entry: Entry, name: str, note: Any, layout: Layout) -> tuple[int, bytes] | None:
    """Where a cell more goes, at the end of the row, and its bytes; an empty one without a `note`."""
    table: Table = layout.extra
    at = len(raw.rstrip(b"\r\n"))
    if not at:
        return None  # an empty line
    return at, table.delimiter + (_cell_of(json.dumps(note)) if note is not None else b"")


def annotated_head(data: bytes, name: str, layout: Layout) -> tuple[int, bytes]:
    """Where the name of that column goes in a table that begins so. Raise `InputError` where it is there already."""
    table: Table = layout.extra
    if name in table.names:
        raise InputError(f"has a column {name!r} already: --annotate takes the name of a new one")
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    end = _row(data, start, table.delimiter, True)[0]
    return len(data[:end].rstrip(b"\r\n")), table.delimiter + _cell_of(name)


def _cell_of(text: str) -> bytes:
    return _QUOTE + spell(text) + _QUOTE if re.search(r'["\r\n,;|\t]', text) else text.encode()
