"""Texts inside Arrow columns, taken out and put back, nested ones too; not files (`arrow.tables`)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boilerstrip.formats.json_token import EACH
from boilerstrip.reports.annotation import SPAN_TEXTS

BINARY = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}

_SPAN_TEXTS = dict.fromkeys(SPAN_TEXTS, pa.string())
SPANS_TYPE = pa.list_(pa.struct({"start": pa.int64(), "end": pa.int64(), **_SPAN_TEXTS}))
NOTE_TYPE = pa.struct({"status": pa.string(), "removed_share": pa.float64(), "spans": SPANS_TYPE})


def value_type(kind: pa.DataType) -> pa.DataType:
    """The type of a column's values: that of its dictionary, where it has one."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def is_list(kind: pa.DataType) -> bool:
    """Whether values are lists, each of any length."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def values_of(column: Any) -> list[Any]:
    """The values; bytes that are not UTF-8 as lone surrogates, so that they come back as they were."""
    try:
        values: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        raw = column.cast(pa.large_binary()).to_pylist()
        values = [value if value is None else value.decode("utf-8", "surrogateescape") for value in raw]
    return values


def column_of(values: Sequence[str | None], kind: pa.DataType) -> Any:
    """A column of texts as `values_of` gave them."""
    if pa.types.is_dictionary(kind):
        return column_of(values, kind.value_type).dictionary_encode().cast(kind)
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        raw = [value if value is None else value.encode("utf-8", "surrogateescape") for value in values]
        return pa.array(raw, BINARY[kind]).view(kind)


def text_path(kind: pa.DataType, path: Sequence[str]) -> tuple[str, ...] | None:
    """The path inside a column of that type down to its texts, lists of them included; `None` where none are there."""
    if not path:
        if value_type(kind) in BINARY:
            return ()
        return (EACH,) if is_list(kind) and value_type(kind.value_type) in BINARY else None
    head, rest = path[0], path[1:]
    if head == EACH:
        inner = text_path(kind.value_type, rest) if is_list(kind) else None
    else:
        at = kind.get_field_index(head) if pa.types.is_struct(kind) else -1
        inner = text_path(kind.field(at).type, rest) if at >= 0 else None
    return None if inner is None else (head, *inner)


def leaves(array: Any, path: Sequence[str]) -> tuple[Any, Sequence[int]]:
    """The array of the texts at `path` of all rows, and where those of each row begin in it; last, where they end."""
    starts: Sequence[int] = range(len(array) + 1)
    for segment in path:
        if segment == EACH:
            bounds = _bounds(array)
            starts = [bounds[at] for at in starts]
            array = array.flatten()
        else:
            array = pc.struct_field(array, [array.type.get_field_index(segment)])
    return array, starts


def replaced(array: Any, path: Sequence[str], leaf: Any) -> Any:
    """The array with another array of texts in the place of what `leaves` gave; all else in it is shared."""
    if not path:
        return leaf
    if path[0] == EACH:
        kind = pa.LargeListArray if pa.types.is_large_list(array.type) else pa.ListArray
        inner = replaced(array.flatten(), path[1:], leaf)
        offsets = pa.array(_bounds(array), pa.int64() if kind is pa.LargeListArray else pa.int32())
        return kind.from_arrays(offsets, inner, type=array.type, mask=array.is_null())
    wanted = array.type.get_field_index(path[0])
    children = [array.field(at) for at in range(array.type.num_fields)]
    children[wanted] = replaced(children[wanted], path[1:], leaf)
    return pa.StructArray.from_arrays(children, fields=list(array.type), mask=array.is_null())


def _bounds(array: Any) -> list[int]:
    """Where each list begins among the values of all lists, and where the last one ends."""
    return list(accumulate(pc.list_value_length(array).fill_null(0).to_pylist(), initial=0))
