"""Arrow columns of text: their types, and what is added beside them; not the cleaning (`arrow`)."""

from __future__ import annotations

import pyarrow as pa

from boilerstrip.errors import SettingsError
from boilerstrip.formats.arrow.columns import BINARY, SPANS_TYPE, value_type

REMOVALS, SHARE, STATUS = "boilerstrip_removals", "boilerstrip_removed_share", "boilerstrip_status"
ADDED = {REMOVALS: SPANS_TYPE, SHARE: pa.float64(), STATUS: pa.string()}


def output_schema(schema: pa.Schema, text: str = "text") -> pa.Schema:
    """The schema of what `CleanBatch` returns for batches of `schema`. Raise `SettingsError` where it takes none."""
    if schema.names.count(text) != 1:
        raise SettingsError(f"no one column is called {text!r}; there are {', '.join(schema.names)}")
    if known := ADDED.keys() & set(schema.names):
        raise SettingsError(f"there is a column {min(known)!r} already: these texts were cleaned before; drop it first")
    at = schema.get_field_index(text)
    kind = value_type(schema.field(at).type)
    if kind not in BINARY and not pa.types.is_null(kind):
        raise SettingsError(f"column {text!r} holds {kind}, not text")
    schema = schema.set(at, schema.field(at).with_type(kind))
    for name, type_ in ADDED.items():
        schema = schema.append(pa.field(name, type_))
    return schema
