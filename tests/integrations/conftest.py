"""What the command line makes of the documents of these tests; a module whose engine is missing is skipped, aloud."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from integrations.shared import Row, documents

NEEDS = {
    "test_arrow.py": "pyarrow",
    "test_datatrove.py": "datatrove",
    "test_parquet.py": "pyarrow",
    "test_ray.py": "ray",
    "test_spark.py": "pyspark",
    "test_recipes.py": "datasets polars",
}


class Missing(pytest.Module):
    """A test module that cannot be loaded here."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(self.name, allow_module_level=True)


def missing(name: str) -> str:
    """What a test module needs and does not find; empty where all is there."""
    absent = [each for each in NEEDS.get(name, "").split() if find_spec(each) is None]
    if name == "test_spark.py" and shutil.which("java") is None:
        absent.append("java")
    return ", ".join(absent)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """In the place of a module whose engine is missing, a skip that says what is missing."""
    absent = missing(module_path.name)
    return Missing.from_parent(parent, path=module_path, name=f"{module_path.name} needs {absent}") if absent else None


@pytest.fixture(scope="session")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, list[Row], str]]:
    """Per id: the cleaned text, the removals and the status that the command line gives."""
    dump = tmp_path_factory.mktemp("command-line") / "dump.jsonl"
    dump.write_text("".join(json.dumps(row) + "\n" for row in documents()), encoding="utf-8")
    out = dump.with_name("cleaned.jsonl")
    subprocess.run([sys.executable, "-m", "boilerstrip", "clean", str(dump), "-o", str(out)], check=True)
    removals, statuses = reported(out.with_name("cleaned.jsonl.removals.jsonl"))
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return {
        row["id"]: (row["text"], removals.get(number, []), statuses.get(number, "untouched"))
        for number, row in enumerate(rows, 1)
    }


def reported(report: Path) -> tuple[dict[int, list[Row]], dict[int, str]]:
    """Per line of the dump: its removals and its status, as the removals report says."""
    removals: dict[int, list[Row]] = {}
    statuses: dict[int, str] = {}
    number = 0
    for line in report.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["type"] == "record":
            number = row["record"]
            statuses[number] = row["status"]
        elif row["type"] == "removal":
            names = ("start", "end", "rule", "category", "confidence")
            removals.setdefault(number, []).append({name: row[name] for name in names})
    return removals, statuses
