"""A JSON document of records: a list, a list under a key, an object of records, or one record; not JSON lines."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from boilerstrip.errors import InputError
from boilerstrip.formats.fields import Fields, find_fields
from boilerstrip.formats.jsonl import annotated, cuts, entry_of, loads, spell
from boilerstrip.formats.records import Entry, Layout, Part

__all__ = ["annotated", "cuts", "spell"]

KIND = "json"
SUFFIXES = (".json",)
MAY_DROP = False  # a comma would have to go with the record
_HEAD_RECORDS = 100
_SPACE = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_KEY = re.compile(r'"(?:[^"\\]|\\.)*+"[ \t\r\n]*:[ \t\r\n]*', re.DOTALL)
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)


class Shape(NamedTuple):
    """`kind` is `list`, `object` (of records) or `one`; the first record begins somewhere after byte `start`."""

    kind: str
    start: int


class _Incomplete(Exception):
    """The data ends inside a value."""


def sniffed(head: bytes) -> str:
    """The kind of format that a file called .json is after all: many put JSON lines under that name."""
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    first, _, rest = text.partition(b"\n")
    if not first.startswith(b"{") or not rest.strip():
        return KIND
    try:
        loads(first)
    except ValueError:
        return KIND
    return "jsonl"


def layout(head: bytes, field: str | None, url_field: str | None) -> Layout:
    """Where the records are, and their fields. Raise `InputError`."""
    text = head.decode("latin-1")
    at = _after_space(text, 3 if head.startswith(codecs.BOM_UTF8) else 0)
    if text[at : at + 1] == "[":
        return _layout(head, Shape("list", at + 1), field, url_field)
    if text[at : at + 1] != "{":
        raise InputError("is no JSON document of records: it begins with neither [ nor {")
    itself = {}
    for key, start, end in _members(text, at + 1):
        itself[key] = loads(head[start:end]) if end else None
        if text[start] == "[" and _holds_objects(text, start + 1):
            return _layout(head, Shape("list", start + 1), field, url_field)
    try:
        fields = find_fields([itself], field, url_field)
        if field is None or fields.texts(itself):
            return Layout(fields, Shape("one", at))
    except InputError:
        pass
    return _layout(head, Shape("object", at + 1), field, url_field)


def _layout(head: bytes, shape: Shape, field: str | None, url_field: str | None) -> Layout:
    records = []
    try:
        for start, end in _values(head.decode("latin-1"), shape, shape.start):
            records.append(loads(head[start:end]))
            if len(records) == _HEAD_RECORDS:
                break
    except _Incomplete:
        pass
    return Layout(find_fields(records, field, url_field), shape)


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """The members of an object as (key, start, end) of the value; the last may be cut off, with 0 as its end."""
    while True:
        at = _after_between(text, at)
        key = _KEY.match(text, at)
        if key is None or key.end() >= len(text):
            return
        name = str(loads(key[0].encode("latin-1").rstrip(b" \t\r\n:")))
        try:
            at = _end_of(text, key.end())
        except _Incomplete:
            yield name, key.end(), 0
            return
        yield name, key.end(), at


def _holds_objects(text: str, at: int) -> bool:
    at = _after_space(text, at)
    return text[at : at + 1] == "{"


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _after_between(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _end_of(text: str, at: int) -> int:
    """Where the value at `at` ends. Raise `_Incomplete` if it may go on, `InputError` if it is none."""
    try:
        end = _DECODER.raw_decode(text, at)[1]
    except json.JSONDecodeError as error:
        if error.msg.startswith(("Unterminated", "Invalid \\")) or error.pos >= len(text) - 16:
            raise _Incomplete from None
        raise InputError(f"is no JSON: {error.msg}, {error.pos - at} bytes into a record") from None
    except RecursionError:
        raise InputError("is nested too deeply") from None
    if end == len(text) and text[end - 1] not in '}]"':
        raise _Incomplete
    return end


def _values(text: str, shape: Shape, at: int) -> Iterator[tuple[int, int]]:
    """The records from `at` on, until the list or object closes. Raise `_Incomplete` where the text ends before."""
    while True:
        at = _after_between(text, at)
        if at >= len(text):
            raise _Incomplete
        if text[at] in "]}":
            return
        if shape.kind == "object":
            key = _KEY.match(text, at)
            if key is None or key.end() >= len(text):
                raise _Incomplete
            at = key.end()
        end = _end_of(text, at)
        yield at, end
        at = end


def break_after(data: bytes, least: int, offset: int, layout: Layout, final: bool) -> tuple[int, int] | None:
    """Parts end with a record. The last one has all that follows."""
    shape: Shape = layout.extra
    count, end = 0, 0
    if shape.kind == "one":
        return (len(data), 1) if final else None
    try:
        for _, end in _values(data.decode("latin-1"), shape, 0 if offset else shape.start):
            count += 1
            if end >= least:
                return end, count
    except _Incomplete:
        if final:
            raise InputError(f"ends inside a record or before its list is closed, after byte {offset + end}") from None
        return None
    return (len(data), count) if final else None


def entries(part: Part, layout: Layout) -> Iterator[Entry]:
    """The records of a part."""
    shape: Shape = layout.extra
    fields: Fields = layout.fields
    data, number = part.data, part.first
    if shape.kind == "one":
        yield entry_of(data[shape.start :], number, shape.start, len(data), fields)
        return
    try:
        for start, end in _values(data.decode("latin-1"), shape, 0 if part.offset else shape.start):
            yield entry_of(data[start:end], number, start, end, fields)
            number += 1
    except _Incomplete:
        return  # the part ends after a record, the container goes on
