"""The examples of docs/integrations.md, each run as a program of its own over the seeds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
EXAMPLES = {
    name: match[1] for name, text in SECTIONS.items() if (match := re.search(r"```python\n(.*?)```", text, re.S))
}
SAYS = {
    "Arrow": "cleaned 37% ",
    "Ray Data": "cleaned",
    "Spark": "cleaned",
    "Hugging Face datasets": "cleaned",
    "Polars": "cleaned",
}


def test_every_engine_has_an_example() -> None:
    assert [*EXAMPLES] == ["Arrow", "datatrove", "Ray Data", "Spark", "Hugging Face datasets", "Polars"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "example.py").write_text(EXAMPLES[name], encoding="utf-8")
    env = {**os.environ, "PYSPARK_PYTHON": sys.executable, "HF_HOME": str(tmp_path / "hf")}
    ran = subprocess.run(
        [sys.executable, "example.py"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    if name == "datatrove":
        (out,) = (tmp_path / "cleaned").iterdir()
        assert '"status":"cleaned"' in out.read_text().replace(": ", ":")
        assert "Remind me later." not in out.read_text().split('"metadata"')[0]
    else:
        assert SAYS[name] in ran.stdout


def test_the_command_of_the_page_writes_dolma_attributes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    command = re.findall(r"```sh\n(.*?)```", SECTIONS["dolma"], re.S)[0].split()
    subprocess.run([sys.executable, "-m", *command], cwd=tmp_path, check=True, timeout=60)
    assert "boilerstrip__rules__appeal" in (tmp_path / "attributes.jsonl").read_text()
