"""The program as tests run it, in this process and as one of its own, with the rules of one small pack.

It holds no tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from boilerstrip.cli import program

PACK = Path(__file__).parent / "cli" / "zap.toml"
OWN = ["--rules", str(PACK), "--select", "own-zap,own-zing", "--lang", "zz"]  # few rules start fast
ARTICLE = "The council met on Monday to vote on the bridge, and the vote was put off again until the spring.\n"
PROGRAM = [sys.executable, "-m", "boilerstrip"]
SOURCES = str(Path(__file__).parents[1] / "src")
TAKE_RULES = ("clean", "check", "explain", "stats")


@dataclass
class Ran:
    """What a run came to."""

    code: int
    out: bytes
    err: str


Runner = Callable[..., Ran]


def run_program(*args: str, stdin: bytes = b"", own: bool = True) -> Ran:
    """Run the program on arguments, in this process; with `own` the rules are those of the pack `zap.toml` only."""
    takes_rules = own and args and args[0] in TAKE_RULES
    result = CliRunner().invoke(program, [*args, *(OWN if takes_rules else [])], input=stdin)
    assert "Traceback" not in result.stderr
    return Ran(result.exit_code, result.stdout_bytes, result.stderr)


def process(*args: str, cwd: Path, stdin: bytes = b"", **more: object) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a process of its own."""
    env = {**os.environ, "PYTHONPATH": SOURCES}
    return subprocess.run([*PROGRAM, *args], cwd=cwd, input=stdin, capture_output=True, env=env, timeout=60, **more)


def names(folder: Path) -> list[str]:
    """What is in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())
