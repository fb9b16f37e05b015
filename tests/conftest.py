"""What tests of the program share: it runs in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from program import Runner, run_program


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """The program in this process, and the test in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return run_program
