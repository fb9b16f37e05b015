"""What the library makes of the documents of these tests; modules whose engine is missing are skipped, and say so."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from integrations.shared import Row, documents

from boilerstrip import Cleaner
from boilerstrip.integrations.portable import rows_of

NEEDS = {
    "test_arrow.py": "pyarrow",
    "test_datatrove.py": "datatrove",
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
def expected() -> dict[str, tuple[str, list[Row], str]]:
    """Per id: the cleaned text, the removals and the status that the library gives."""
    cleaner = Cleaner()
    found = {}
    for row in documents():
        result = cleaner.clean(row["text"], url=row["url"])
        found[row["id"]] = (result.text, rows_of(result), result.status)
    return found
