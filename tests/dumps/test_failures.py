"""Very many malformed records: counted, the first of them named, all of them in the report, few in memory."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from program import ARTICLE, Runner

SCHEMA = Path(__file__).parents[2] / "docs" / "removals.schema.json"
GOOD = json.dumps({"text": f"{ARTICLE}Zap this.\n"}) + "\n"
COUNT = 30_000


@pytest.mark.parametrize(("mode", "kind"), [("skip", "skipped"), ("pass", "failed")])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_none_is_lost(run: Runner, mode: str, kind: str, jobs: str) -> None:
    source = (GOOD + '{"text": \n' * COUNT + GOOD).encode()
    Path("d.jsonl").write_bytes(source)
    ran = run("clean", "d.jsonl", "-o", "o.jsonl", "--on-error", mode, "-j", jobs)
    lines = ran.err.splitlines()
    assert ran.code == 2 and len(lines) == 102
    assert lines[0] == f"boilerstrip: cleaned 2 of 2 texts: 2 removals, 20 characters; {COUNT:,} failed"
    assert lines[1].startswith("boilerstrip: d.jsonl: line 2: is no JSON")
    assert lines[-1] == f"boilerstrip: and {COUNT - 100:,} more failed: o.jsonl.removals.jsonl lists them all"
    rows = [json.loads(line) for line in Path("o.jsonl.removals.jsonl").read_text().splitlines()]
    failed = [row for row in rows if row["type"] == kind]
    numbers = [row["record"] if kind == "skipped" else int(row["id"].split(":")[1]) for row in failed]
    assert numbers == list(range(2, COUNT + 2)) and all(row["error"].startswith("is no JSON") for row in failed)
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for row in [*rows[:20], *rows[-20:]]:
        schema.validate(row)
    assert run("restore", "o.jsonl", "--report", "o.jsonl.removals.jsonl", "-o", "b.jsonl").code == 0
    assert Path("b.jsonl").read_bytes() == source


def test_without_a_report_it_is_said_how_to_get_one(run: Runner) -> None:
    Path("d.jsonl").write_text(GOOD + '{"text": \n' * 101)
    ran = run("clean", "d.jsonl", "--on-error", "pass")
    assert ran.err.splitlines()[-1] == "boilerstrip: and 1 more failed: --report removals:PATH lists them all"


def test_files_that_cannot_be_read_are_in_the_report(run: Runner) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(f"{ARTICLE}Zap this.\n")
    Path("in/b.txt").write_bytes(b"%PDF-1.7\n")
    Path("in/c.jsonl").write_text('{"n": 1}\n')
    assert run("clean", "in", "-o", "out", "--on-error", "pass").code == 2
    rows = [json.loads(line) for line in Path("out.removals.jsonl").read_text().splitlines()]
    failed = {row["id"]: row["error"] for row in rows if row["type"] == "failed"}
    assert failed.keys() == {"b.txt", "c.jsonl"} and failed["b.txt"] == "is not text but a PDF document"
    assert run("restore", "out", "--report", "out.removals.jsonl", "-o", "back").code == 0
    assert all(
        Path("back", name).read_bytes() == Path("in", name).read_bytes() for name in ("a.txt", "b.txt", "c.jsonl")
    )
    Path("only").mkdir()
    Path("only/b.txt").write_bytes(b"%PDF-1.7\n")
    assert run("clean", "only", "--in-place", "--on-error", "pass").code == 2
    assert b'"type": "failed"' in Path("only.removals.jsonl").read_bytes()
