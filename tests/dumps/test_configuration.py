"""Settings from files and the environment: which wins, and what is no setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from program import Runner

TEXT = b"The council met on Monday to vote on the bridge, and the vote was put off again until the spring.\nZap it.\n"


def shown(run: Runner, *args: str) -> dict[str, str]:
    lines = run("clean", "-", "--show-settings", *args).out.decode().splitlines()
    return {line.partition(" = ")[0]: line.partition(" = ")[2] for line in lines}


def test_the_nearest_file_counts_and_the_environment_and_flags_come_before_it(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("pyproject.toml").write_text("[tool.boilerstrip]\nbudget = 0.3\njobs = 3\n")
    Path("deep").mkdir()
    monkeypatch.chdir("deep")
    where = Path("../pyproject.toml").resolve()
    assert shown(run)["budget"] == f"0.3  # {where}"
    Path(".boilerstrip.toml").write_text("budget = 0.4\n")
    assert shown(run)["budget"].startswith("0.4  # ") and shown(run)["jobs"] == "1  # default"
    monkeypatch.setenv("BOILERSTRIP_BUDGET", "0.5")
    assert shown(run)["budget"] == "0.5  # BOILERSTRIP_BUDGET"
    assert shown(run, "--budget", "0.7")["budget"] == "0.7  # command line"
    assert shown(run, "--isolated")["budget"] == "0.6  # default"


def test_settings_are_used(run: Runner) -> None:
    assert run("clean", "-", stdin=TEXT).out == TEXT.replace(b"Zap it.\n", b"")
    Path(".boilerstrip.toml").write_text("budget = 0.01\n")
    assert run("clean", "-", stdin=TEXT).out == TEXT
    assert run("clean", "-", "--isolated", stdin=TEXT).out == TEXT.replace(b"Zap it.\n", b"")


def test_an_unknown_key_is_an_error_that_names_the_nearest(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".boilerstrip.toml").write_text("buget = 0.4\n")
    ran = run("clean", "-", stdin=TEXT)
    assert ran.code == 2 and "no setting is called 'buget'" in ran.err and "budget" in ran.err
    Path(".boilerstrip.toml").unlink()
    monkeypatch.setenv("BOILERSTRIP_JOB", "2")
    ran = run("clean", "-", stdin=TEXT)
    assert ran.code == 2 and "BOILERSTRIP_JOB" in ran.err and "jobs" in ran.err


def test_check_reads_dumps(run: Runner) -> None:
    Path("d.jsonl").write_bytes(b'{"text": "x"}\n{"text": "' + TEXT.replace(b"\n", b"\\n") + b'"}\n')
    ran = run("check", "d.jsonl", "--output-format", "concise")
    assert ran.code == 1
    assert ran.out.decode().startswith("d.jsonl:2:2: own-zap newsletter certain: Zap it.")
