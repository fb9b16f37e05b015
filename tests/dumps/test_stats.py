"""What a dump is made of, in numbers: the same whatever the container and the processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boilerstrip.running import tally
from program import ARTICLE, Runner

TEXTS = [
    (f"{ARTICLE}Zap this.\nZap it.\n{ARTICLE}", "https://www.e.org/1"),
    (f"{ARTICLE}Please zing now.\n{ARTICLE}", "http://e.org:80/2"),
    (ARTICLE, "https://f.org/3"),
    ("Zap this.\n", None),
]
PUBLISHERS = [
    {"publisher": "e.org", "removals": 3, "documents": 2, "changed": 2, "characters": 35},
    {"publisher": "(unknown)", "removals": 0, "documents": 1, "changed": 0, "characters": 0},
    {"publisher": "f.org", "removals": 0, "documents": 1, "changed": 0, "characters": 0},
]


def stats(run: Runner, *args: str) -> dict[str, object]:
    ran = run("stats", *args, "--output-format", "json")
    assert (ran.code, ran.err) == (0, "")
    return dict(json.loads(ran.out))


def write_dump(path: str, times: int = 1) -> None:
    rows = [json.dumps({"text": text, "url": url}) + "\n" for text, url in TEXTS * times]
    Path(path).write_text("".join(rows))


def test_a_dump(run: Runner) -> None:
    write_dump("d.jsonl")
    found = stats(run, "d.jsonl")
    assert (found["documents"], found["changed"], found["removals"], found["left_whole"]) == (
        4,
        2,
        3,
        {"over_budget": 1},
    )
    assert found["removed_characters"] == 35 and found["characters"] == sum(len(text) for text, _ in TEXTS)
    own = {"language": "zz", "documents": 1}
    assert found["rules"] == [
        {"rule": "own-zap", "category": "newsletter", "removals": 2, "characters": 18} | own,
        {"rule": "own-zing", "category": "social", "removals": 1, "characters": 17} | own,
    ]
    assert found["categories"] == [{"category": "newsletter", "removals": 2, "characters": 18},
                                   {"category": "social", "removals": 1, "characters": 17}]  # fmt: skip
    assert found["publishers"] == PUBLISHERS
    assert found["languages"] == [{"language": "zz", "removals": 3, "characters": 35}]


def test_texts_and_dumps_in_any_number_of_processes(run: Runner) -> None:
    Path("in").mkdir()
    write_dump("in/d.jsonl", 700)
    Path("in/a.txt").write_text(TEXTS[0][0])
    found = stats(run, "in")
    assert found == stats(run, "in", "-j", "2")
    assert (found["documents"], found["removals"]) == (2801, 2102)


def test_the_tables(run: Runner) -> None:
    write_dump("d.jsonl")
    ran = run("stats", "d.jsonl", "--top", "1")
    assert (ran.code, ran.err) == (0, "")
    rows = [line.split() for line in ran.out.decode().splitlines()]
    assert " ".join(rows[0]) == "4 texts, 2 changed; 3 removals, 35 of 535 characters (6.5 %)"
    assert rows[2] == ["rule", "category", "language", "removals", "documents", "characters"]
    assert rows[3] == ["own-zap", "newsletter", "zz", "2", "1", "18"]
    assert " ".join(rows[4]) == "and 1 more: --top 0 shows all"
    assert ["e.org", "3", "2", "2", "35"] in rows and rows[-2][0] == "language"
    assert ran.out.isascii() and b"\x1b" not in ran.out


def test_more_publishers_than_are_told_apart(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "NAMES", 1)
    write_dump("d.jsonl")
    assert [row["publisher"] for row in stats(run, "d.jsonl")["publishers"]] == ["e.org", "(others)"]


def test_what_cannot_be_read(run: Runner) -> None:
    Path("d.jsonl").write_text('{"text": "a"}\n{"text": \n')
    ran = run("stats", "d.jsonl")
    assert (ran.code, ran.out) == (2, b"") and "d.jsonl: line 2: is no JSON" in ran.err
    ran = run("stats", "d.jsonl", "--on-error", "skip")
    assert ran.code == 2 and ran.out.startswith(b"1 text, 0 changed; 0 removals") and "line 2" in ran.err
