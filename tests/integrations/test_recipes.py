"""The recipes of docs/integrations.md for Hugging Face datasets and Polars, on many documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import polars as pl
import pyarrow as pa

from boilerstrip.integrations.arrow import CleanBatch
from boilerstrip.packs import parse_pack
from integrations.shared import PACK, documents

TEXT = "The council met on Monday to vote on the bridge, and the vote was put off.\nZap this line.\n"
KEPT = "The council met on Monday to vote on the bridge, and the vote was put off.\n"


def clean(dataset: datasets.Dataset, kernel: CleanBatch, **options: Any) -> datasets.Dataset:
    fingerprint = datasets.fingerprint.Hasher.hash([dataset._fingerprint, kernel.fingerprint])
    arrow = dataset.with_format("arrow")
    return arrow.map(kernel, batched=True, new_fingerprint=fingerprint, **options).with_format(None)


def test_datasets_5000_documents_are_those_of_the_command_line(expected: dict[str, Any], tmp_path: Path) -> None:
    datasets.Dataset.from_list(documents()).save_to_disk(tmp_path / "in")
    rows = list(clean(datasets.load_from_disk(tmp_path / "in"), CleanBatch(), num_proc=2))
    found = {row["id"]: (row["text"], row["boilerstrip_removals"], row["boilerstrip_status"]) for row in rows}
    assert len(rows) == 5000
    assert found == expected


def test_datasets_what_was_cleaned_is_taken_from_the_cache_unless_rules_or_settings_differ(tmp_path: Path) -> None:
    datasets.Dataset.from_list([{"text": TEXT}] * 3).save_to_disk(tmp_path / "in")
    dataset = datasets.load_from_disk(tmp_path / "in")
    rules = parse_pack(PACK.read_text())
    first = clean(dataset, CleanBatch(rules=rules))
    again = clean(dataset, CleanBatch(rules=rules))
    other = clean(dataset, CleanBatch(rules=rules, ignore=("own-zap",)))
    assert first._fingerprint == again._fingerprint != other._fingerprint
    assert first.cache_files == again.cache_files != other.cache_files
    assert (first[0]["text"], other[0]["text"]) == (KEPT, TEXT)


def test_polars_5000_documents_are_those_of_the_command_line(expected: dict[str, Any]) -> None:
    frame = pl.from_arrow(CleanBatch()(pl.DataFrame(documents()).to_arrow()))
    assert isinstance(frame, pl.DataFrame)
    found = {
        row["id"]: (row["text"], row["boilerstrip_removals"], row["boilerstrip_status"]) for row in frame.to_dicts()
    }
    assert found == expected


def test_polars_a_function_over_a_column() -> None:
    kernel = CleanBatch(rules=parse_pack(PACK.read_text()))

    def cleaned(column: pl.Series) -> pl.Series:
        return pl.Series(kernel(pa.record_batch({"text": column.to_arrow()}))["text"])

    frame = pl.DataFrame({"body": [TEXT, None, "He won."]}).lazy()
    frame = frame.with_columns(pl.col("body").map_batches(cleaned, return_dtype=pl.String))
    assert frame.collect()["body"].to_list() == [KEPT, None, "He won."]
