"""The baseline of `check`: what stays known, what is found, and how two branches' baselines merge."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from program import ARTICLE, Runner

A = ARTICLE
KNOWN = ["--baseline", "known.jsonl"]


def make(run: Runner, **texts: str) -> None:
    for name, text in texts.items():
        Path("in").mkdir(exist_ok=True)
        Path(f"in/{name}.txt").write_text(text)


def update(run: Runner, *paths: str) -> list[dict[str, str]]:
    result = run("check", *(paths or ("in",)), *KNOWN, "--update-baseline")
    assert (result.code, result.out) == (0, b"")
    return [json.loads(line) for line in Path("known.jsonl").read_text().splitlines()]


def test_known_findings_are_let_be(run: Runner) -> None:
    make(run, a=f"{A}Zap one.\n", b=f"{A}Zap two.\n")
    rows = update(run)
    assert [(row["path"], row["rule"], row["excerpt"]) for row in rows] == [
        ("in/a.txt", "own-zap", "Zap one."), ("in/b.txt", "own-zap", "Zap two."),
    ]  # fmt: skip
    result = run("check", "in", *KNOWN)
    assert (result.code, result.out) == (0, b"")
    assert run("check", "in").code == 1


def test_moved_text_stays_known(run: Runner) -> None:
    make(run, a=f"{A}Zap one.\n")
    update(run)
    make(run, a=f"New line above, of the mayor and the bridge.\n\n{A}ZAP\u00a0one.\n{A}{A}")
    assert run("check", "in", *KNOWN).code == 0


def test_the_same_text_in_a_new_document_is_found(run: Runner) -> None:
    make(run, a=f"{A}Zap one.\n")
    update(run)
    make(run, c=f"{A}Zap one.\n", a=f"{A}Zap one.\nZap three.\n")
    result = run("check", "in", *KNOWN, "--diff")
    assert result.code == 1
    assert (
        result.err
        == "in/a.txt:3: own-zap newsletter certain: Zap three.\nin/c.txt:2: own-zap newsletter certain: Zap one.\n"
    )
    assert b"-Zap three.\n" in result.out
    changes = [line for line in result.out.splitlines() if line.startswith((b"-Zap", b" Zap"))]
    assert changes == [b" Zap one.", b"-Zap three.", b"-Zap one."]


def test_paths_are_relative_to_the_baseline(run: Runner) -> None:
    make(run, a=f"{A}Zap one.\n")
    update(run)
    for named in ("in/a.txt", str(Path("in/a.txt").resolve()), "./in"):
        assert run("check", named, *KNOWN).code == 0
    Path("other").mkdir()
    Path("other/a.txt").write_text(f"{A}Zap one.\n")
    assert run("check", "other/a.txt", *KNOWN).code == 1


def test_update_keeps_other_documents_and_forgets_those_that_are_gone(run: Runner) -> None:
    make(run, a=f"{A}Zap one.\n", b=f"{A}Zap two.\n", c=f"{A}Zap four.\n")
    update(run)
    Path("in/c.txt").unlink()
    make(run, a=A)
    assert [row["path"] for row in update(run, "in/a.txt")] == ["in/b.txt"]


def test_the_file_is_sorted_and_the_same_for_any_order(run: Runner) -> None:
    make(run, a=f"{A}Zap one.\nZap five.\n", b=f"{A}Zap two.\n")
    update(run, "in/b.txt", "in/a.txt")
    first = Path("known.jsonl").read_bytes()
    Path("known.jsonl").unlink()
    update(run, "in")
    assert Path("known.jsonl").read_bytes() == first
    assert first.splitlines() == sorted(first.splitlines())


def test_two_branches_merge(run: Runner) -> None:
    make(run, a=f"{A}Zap one.\n")
    update(run)
    base = Path("known.jsonl").read_text()
    sides = {}
    for side in ("left", "right"):
        Path("known.jsonl").write_text(base)
        make(run, **{side: f"{A}Zap {side}.\n"})
        update(run, f"in/{side}.txt")
        sides[side] = Path("known.jsonl").read_text()
    for name, text in {"base": base, **sides}.items():
        Path(name).write_text(text)
    subprocess.run(["git", "merge-file", "--union", "left", "base", "right"], check=True)
    Path("left").rename("known.jsonl")
    assert run("check", "in", *KNOWN).code == 0
    assert len(Path("known.jsonl").read_text().splitlines()) == 3


def test_misuse(run: Runner) -> None:
    make(run, a=A)
    assert (
        run("check", "in", *KNOWN).err == "boilerstrip: known.jsonl: no such baseline; --update-baseline writes one\n"
    )
    Path("known.jsonl").write_text('{"path": "a"}\n')
    result = run("check", "in", *KNOWN)
    assert (result.code, result.err) == (2, "boilerstrip: known.jsonl:1: is no row of a baseline\n")
    assert run("check", "in", "--update-baseline").code == 2
