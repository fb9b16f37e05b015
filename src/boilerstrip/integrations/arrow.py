"""The batch kernel: one Arrow record batch in, the same batch with cleaned text out; not an engine.

Every engine hands its batches to `CleanBatch`, so rules, result bytes and report are those of the command line.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from boilerstrip.formats.arrow.columns import column_of, values_of
from boilerstrip.integrations.columns import ADDED, output_schema
from boilerstrip.integrations.portable import PortableCleaner
from boilerstrip.reports.annotation import rows_of, share_of

__all__ = ["CleanBatch", "output_schema"]


class CleanBatch:
    """Cleans the column `text` of record batches and tables; other columns are passed on without a copy.

    `url`, `publisher` and `lang` name columns that may be missing; `settings` are those of `Cleaner`. Added columns:
    the removals (code point offsets in the text as it came), the share of code points removed (0 to 1), and the status:
    that of `CleanResult`, `null` for a null text, or `error: ...` for a record that could not be cleaned, whose text
    is left as it was. A row is never left out, not even with `over_budget="drop"`: its text is empty, its status
    `over_budget`.
    """

    def __init__(self, text: str = "text", url: str | None = "url", publisher: str | None = "publisher",
                 lang: str | None = None, **settings: Any) -> None:  # fmt: skip
        self.text = text
        self._side = {"url": url, "publisher": publisher, "lang": lang}
        self.cleaner = PortableCleaner(**settings)

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints (hex) give equal columns for equal batches."""
        names = [self.text, *(name or "" for name in self._side.values())]
        return "-".join([self.cleaner.fingerprint, *(name.encode().hex() for name in names)])

    def __call__(self, batch: Any) -> Any:
        """A `pyarrow.RecordBatch` or `Table` with cleaned text, in the order and types of `output_schema`.

        Raise `SettingsError` where there is no column of text, or the batch was cleaned before.
        """
        schema = output_schema(batch.schema, self.text)
        if isinstance(batch, pa.Table):
            return pa.Table.from_batches([self._batch(part, schema) for part in batch.to_batches()], schema)
        return self._batch(batch, schema)

    def _batch(self, batch: Any, schema: pa.Schema) -> Any:
        texts = values_of(batch.column(self.text))
        side = {name: values_of(batch.column(column)) for name, column in self._side.items()
                if batch.schema.names.count(column) == 1}  # fmt: skip
        rows = [self._row(text, {name: values[at] for name, values in side.items()}) for at, text in enumerate(texts)]
        columns, at = list(batch.columns), schema.get_field_index(self.text)
        if columns[at].type != schema.types[at] or any(row[1] for row in rows):
            columns[at] = column_of([row[0] for row in rows], schema.types[at])
        columns += [pa.array([row[n] for row in rows], type_) for n, type_ in enumerate(ADDED.values(), 1)]
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    def _row(
        self, text: str | None, side: dict[str, Any]
    ) -> tuple[str | None, list[dict[str, Any]] | None, float | None, str]:
        if text is None:
            return None, None, None, "null"
        result = self.cleaner.clean(text, **side)
        if isinstance(result, str):
            return text, [], 0.0, result
        return result.text, rows_of(result), share_of(result), result.status
