"""What the tests of the command line share: the program in this process, and as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from boilerstrip.cli import program

PACK = Path(__file__).with_name("zap.toml")
OWN = ["--rules", str(PACK), "--select", "own-zap,own-zing", "--lang", "zz"]  # few rules start fast
ARTICLE = "The council met on Monday to vote on the bridge, and the vote was put off again until the spring.\n"
PROGRAM = [sys.executable, "-m", "boilerstrip"]


@dataclass
class Ran:
    code: int
    out: bytes
    err: str


Runner = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Run the program on arguments, in an empty folder; the rules are those of the pack `zap.toml` only."""
    monkeypatch.chdir(tmp_path)

    def runner(*args: str, stdin: bytes = b"", own: bool = True) -> Ran:
        takes_rules = own and args and args[0] in ("clean", "check", "explain")
        result = CliRunner().invoke(program, [*args, *(OWN if takes_rules else [])], input=stdin)
        assert "Traceback" not in result.stderr
        return Ran(result.exit_code, result.stdout_bytes, result.stderr)

    return runner


def names(folder: Path) -> list[str]:
    """What is in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def process(*args: str, cwd: Path, stdin: bytes = b"", **more: object) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    return subprocess.run([*PROGRAM, *args], cwd=cwd, input=stdin, capture_output=True, env=env, timeout=60, **more)
