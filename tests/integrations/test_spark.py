"""Spark on a local JVM: as the command line cleans, and nothing lost when a worker dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from boilerstrip import SettingsError, load_rules
from boilerstrip.integrations import portable
from boilerstrip.integrations.arrow import CleanBatch
from boilerstrip.integrations.spark import clean_frame, output_schema
from boilerstrip.packs import parse_pack
from integrations.shared import PACK, POISON, SLOW, documents

TEXT = "The council met on Monday to vote on the bridge, and the vote was put off.\nZap this line.\n"


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2,4]").appName("boilerstrip")  # a task may be tried four times
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "1g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def test_5000_documents_are_those_of_the_command_line(spark: SparkSession, expected: dict[str, Any]) -> None:
    frame = spark.createDataFrame(documents(), "id string, text string, url string").repartition(4)
    rows = clean_frame(frame).collect()
    found = {
        row["id"]: (row["text"], [each.asDict() for each in row["boilerstrip_removals"]], row["boilerstrip_status"])
        for row in rows
    }
    assert len(rows) == 5000
    assert found == expected


def test_a_poisoned_record_says_so_and_takes_no_other_with_it(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(POISON,), (None,), ("He won.",)], "text string").coalesce(1)
    rows = clean_frame(frame, CleanBatch(rules=parse_pack(SLOW.read_text()))).collect()
    assert [row["text"] for row in rows] == [POISON, None, "He won."]
    assert [row["boilerstrip_status"][:23] for row in rows] == ["error: rule 'slow-one' ", "null", "untouched"]


def test_the_schema_is_that_of_the_result_and_wrong_frames_are_refused_on_the_driver(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(TEXT, 1)], "text string, n int")
    cleaned = clean_frame(frame, CleanBatch(rules=parse_pack(PACK.read_text())))
    assert cleaned.schema == output_schema(frame.schema)
    removal = Row(start=75, end=90, rule="own-zap", category="newsletter", confidence="certain")
    assert cleaned.select("boilerstrip_removals").collect() == [Row(boilerstrip_removals=[removal])]
    with pytest.raises(SettingsError, match="no one column is called 'text'"):
        clean_frame(frame.select("n"))
    with pytest.raises(SettingsError, match="holds int32, not text"):
        clean_frame(frame, CleanBatch("n"))
    with pytest.raises(SettingsError, match="already"):
        clean_frame(cleaned)


def test_a_pack_travels_with_the_kernel(spark: SparkSession, tmp_path: Path) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text(PACK.read_text())
    kernel = CleanBatch(rules=load_rules([pack]), select=("own-zap",))
    pack.unlink()
    (row,) = clean_frame(spark.createDataFrame([(TEXT,)], "text string"), kernel).collect()
    assert row["boilerstrip_status"] == "cleaned"


def test_a_worker_that_dies_is_replaced_and_its_task_is_done_again(spark: SparkSession, tmp_path: Path) -> None:
    kernel = CleanBatch(rules=parse_pack(PACK.read_text()))
    frame = spark.createDataFrame([(n, TEXT) for n in range(40)], "n int, text string").repartition(4)
    mark = str(tmp_path / "mark")

    def dies_once(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            if not os.path.exists(mark):  # noqa: PTH110 (it travels by value, alone)
                with open(mark, "w"):  # noqa: PTH123
                    os._exit(1)
            yield kernel(batch)

    rows = frame.mapInArrow(dies_once, output_schema(frame.schema)).collect()
    assert Path(mark).exists()
    assert sorted(row["n"] for row in rows) == list(range(40))
    assert {row["boilerstrip_status"] for row in rows} == {"cleaned"}


def test_a_worker_of_another_version_is_refused(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = CleanBatch(rules=parse_pack(PACK.read_text()))
    monkeypatch.setattr(portable, "__version__", "9.9.9")  # here only: the workers have their own
    with pytest.raises(Exception, match=r"made with boilerstrip 9\.9\.9"):
        clean_frame(spark.createDataFrame([(TEXT,)], "text string"), kernel).collect()
