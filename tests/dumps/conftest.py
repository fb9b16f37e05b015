"""What the tests of dumps share: the program in this process, with the rules of one small pack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from boilerstrip.cli import program

PACK = Path(__file__).parents[1] / "cli" / "zap.toml"
OWN = ["--rules", str(PACK), "--select", "own-zap,own-zing", "--lang", "zz"]  # few rules start fast


@dataclass
class Ran:
    code: int
    out: bytes
    err: str


Runner = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Run the program on arguments, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def runner(*args: str, stdin: bytes = b"") -> Ran:
        rules = OWN if args[0] in ("clean", "check", "stats") else []
        result = CliRunner().invoke(program, [*args, *rules], input=stdin)
        assert "Traceback" not in result.stderr
        return Ran(result.exit_code, result.stdout_bytes, result.stderr)

    return runner
