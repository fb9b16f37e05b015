"""boilerstrip as a step of Spark (`mapInArrow`); not a session, reader or writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import ArrayType, DoubleType, LongType, StringType, StructType

from boilerstrip.integrations import columns
from boilerstrip.integrations.arrow import CleanBatch
from boilerstrip.integrations.columns import REMOVALS, SHARE, STATUS


def output_schema(schema: StructType, text: str = "text") -> StructType:
    """The Spark schema of what `clean_frame` makes of frames of `schema`. Raise `SettingsError` where it takes none."""
    columns.output_schema(to_arrow_schema(schema), text)
    removal = StructType().add("start", LongType()).add("end", LongType())
    for name in ("rule", "category", "confidence"):
        removal = removal.add(name, StringType())
    added = StructType().add(REMOVALS, ArrayType(removal)).add(SHARE, DoubleType()).add(STATUS, StringType())
    return StructType([*schema.fields, *added.fields])


def clean_frame(frame: DataFrame, kernel: CleanBatch | None = None) -> DataFrame:
    """The frame with the columns of `CleanBatch`; rules are compiled once per Python worker."""
    kernel = kernel or CleanBatch()

    def clean_batches(batches: Iterable[Any]) -> Iterator[Any]:
        return map(kernel, batches)

    return frame.mapInArrow(clean_batches, output_schema(frame.schema, kernel.text))
