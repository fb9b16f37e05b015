"""What starting costs, and that big texts take linear time."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import boilerstrip
from program import ARTICLE, PROGRAM, Runner

_CODE = """
import sys
from boilerstrip.cli import program
program.run(["--version"])
print(*sorted(name for name in sys.modules if name.split(".")[0] in {"boilerstrip", "rich", "regex", "ahocorasick_rs"}))
"""


def test_version_needs_neither_the_engine_nor_rich() -> None:
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1].split() == ["boilerstrip", "boilerstrip.cli", "boilerstrip.errors"]


def test_version() -> None:
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == f"boilerstrip {boilerstrip.__version__}\n"


def test_big_texts(run: Runner, tmp_path: Path) -> None:
    """A line of 8 MB, and 100,000 blank lines, before a line that goes; a quadratic step would take hours."""
    cases = {"long.txt": f"{'x' * 8_000_000}\nZap this.\n", "blank.txt": "\n" * 100_000 + f"{ARTICLE}Zap this.\n"}
    for name, text in cases.items():
        (tmp_path / name).write_text(text)
        began = time.monotonic()
        assert run("clean", name, "-o", f"out-{name}").code == 0
        assert (tmp_path / f"out-{name}").read_bytes() == text.removesuffix("Zap this.\n").encode()
        assert run("restore", f"out-{name}", "--report", f"out-{name}.removals.jsonl", "-o", "back").code == 0
        assert (tmp_path / "back").read_bytes() == text.encode()
        assert time.monotonic() - began < 60
