"""The batch kernel: one Arrow record batch in, the same batch with cleaned text out; not an engine.

Every engine below hands its batches to `CleanBatch`, so the rules, the result bytes and the report are those of the
command line. Made once per worker: the rules are compiled at the first batch and kept.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from boilerstrip.cleaner import Cleaner, CleanResult
from boilerstrip.errors import BoilerstripError

REMOVALS, SHARE, STATUS = "boilerstrip_removals", "boilerstrip_removed_share", "boilerstrip_status"
REMOVAL_TYPE = pa.list_(
    pa.struct([("start", pa.int64()), ("end", pa.int64()), ("rule", pa.string()), ("category", pa.string()),
               ("confidence", pa.string())])
)  # fmt: skip


def output_schema(schema: pa.Schema, text: str = "text") -> pa.Schema:
    """The schema of what `CleanBatch` returns for batches of `schema`. Raise `KeyError` without a column `text`."""
    at = schema.get_field_index(text)
    if at < 0:
        raise KeyError(f"no column {text!r}; there are {', '.join(schema.names)}")
    kind = schema.field(at).type
    if pa.types.is_dictionary(kind):
        schema = schema.set(at, schema.field(at).with_type(kind.value_type))
    added = ((REMOVALS, REMOVAL_TYPE), (SHARE, pa.float64()), (STATUS, pa.string()))
    for name, type_ in added:
        schema = schema.append(pa.field(name, type_))
    return schema


class CleanBatch:
    """Cleans the column `text` of record batches or tables; other columns are passed on without a copy.

    `url`, `publisher` and `lang` name columns that may be missing; `settings` are those of `Cleaner`. Added columns:
    the removals (code point offsets in the text as it came), the share of code points removed (0 to 1), and the status:
    that of `CleanResult`, `null` for a null text, or `error: ...` for a record that could not be cleaned, whose text
    is left as it was.
    """

    def __init__(self, text: str = "text", url: str | None = "url", publisher: str | None = "publisher",
                 lang: str | None = None, **settings: Any) -> None:  # fmt: skip
        self.text, self.url, self.publisher, self.lang = text, url, publisher, lang
        self.cleaner = Cleaner(**settings)

    def __call__(self, batch: Any) -> Any:
        """A `pyarrow.RecordBatch` or `Table` with cleaned text, in the order and types of `output_schema`."""
        schema = output_schema(batch.schema, self.text)
        texts = batch.column(self.text).to_pylist()
        side = [self._column(batch, name) for name in (self.url, self.publisher, self.lang)]
        rows = [self._row(*values) for values in zip(texts, *side, strict=True)]
        columns = list(batch.columns)
        at = batch.schema.get_field_index(self.text)
        if (
            any(row[0] is not text for row, text in zip(rows, texts, strict=True))
            or schema.types[at] != columns[at].type
        ):
            columns[at] = pa.array([row[0] for row in rows], schema.types[at])
        columns += [pa.array([row[n] for row in rows], schema.field(name).type)
                    for n, name in ((1, REMOVALS), (2, SHARE), (3, STATUS))]  # fmt: skip
        return type(batch).from_arrays(columns, schema=schema)

    def _column(self, batch: Any, name: str | None) -> list[str | None]:
        if name is None or batch.schema.get_field_index(name) < 0:
            return [None] * batch.num_rows
        return [value if isinstance(value, str) else None for value in batch.column(name).to_pylist()]

    def _row(
        self, text: str | None, url: str | None, publisher: str | None, lang: str | None
    ) -> tuple[str | None, list[dict[str, Any]] | None, float | None, str]:
        if text is None:
            return None, None, None, "null"
        try:
            result = self.cleaner.clean(text, url=url, publisher=publisher, lang=lang)
        except BoilerstripError as error:
            return text, [], 0.0, f"error: {error}"
        return result.text, rows_of(result), result.removed_chars / max(1, len(text)), result.status


def rows_of(result: CleanResult) -> list[dict[str, Any]]:
    """The removals of a result as plain rows."""
    return [
        {"start": r.start, "end": r.end, "rule": r.rule, "category": r.category, "confidence": r.confidence}
        for r in result.removals
    ]
