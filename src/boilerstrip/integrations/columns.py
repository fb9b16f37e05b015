"""Arrow columns of text: their types, their values, and what is added beside them; not the cleaning (`arrow`)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from boilerstrip.errors import SettingsError

REMOVALS, SHARE, STATUS = "boilerstrip_removals", "boilerstrip_removed_share", "boilerstrip_status"
_NAMES = ("rule", "category", "confidence")
REMOVAL_TYPE = pa.list_(
    pa.struct({"start": pa.int64(), "end": pa.int64(), **dict.fromkeys(_NAMES, pa.string())})
)  # fmt: skip
ADDED = {REMOVALS: REMOVAL_TYPE, SHARE: pa.float64(), STATUS: pa.string()}
_BINARY = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}


def output_schema(schema: pa.Schema, text: str = "text") -> pa.Schema:
    """The schema of what `CleanBatch` returns for batches of `schema`. Raise `SettingsError` where it takes none."""
    if schema.names.count(text) != 1:
        raise SettingsError(f"no one column is called {text!r}; there are {', '.join(schema.names)}")
    if known := ADDED.keys() & set(schema.names):
        raise SettingsError(f"there is a column {min(known)!r} already: these texts were cleaned before; drop it first")
    at = schema.get_field_index(text)
    kind = schema.field(at).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if kind not in _BINARY and not pa.types.is_null(kind):
        raise SettingsError(f"column {text!r} holds {kind}, not text")
    schema = schema.set(at, schema.field(at).with_type(kind))
    for name, type_ in ADDED.items():
        schema = schema.append(pa.field(name, type_))
    return schema


def values_of(column: Any) -> list[Any]:
    """The values; bytes that are not UTF-8 as lone surrogates, so that they come back as they were."""
    try:
        values: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        raw = column.cast(pa.large_binary()).to_pylist()
        values = [value if value is None else value.decode("utf-8", "surrogateescape") for value in raw]
    return values


def column_of(values: list[str | None], kind: pa.DataType) -> Any:
    """A column of texts as `values_of` gave them."""
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        raw = [value if value is None else value.encode("utf-8", "surrogateescape") for value in values]
        return pa.array(raw, _BINARY[kind]).view(kind)
