"""Several articles in one text file: each is a document of its own, and what divides them stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boilerstrip.formats import records
from program import ARTICLE, Runner

Z = "Zap this.\n"
# separator, the file (Z: a line that goes), how many documents it holds
FILES = {
    "dashes": ("^-----$", f"{ARTICLE}Z-----\n{ARTICLE}-----\nZ{ARTICLE}", 3),
    "form feeds": (r"\f", f"{ARTICLE}Z\f{ARTICLE}Z\f\n{ARTICLE}", 3),
    "a form feed first, and last": (r"\f", f"\f{ARTICLE}Z\f\n\f", 1),
    "before titles": ("^(?=Title: )", f"Title: A\n{ARTICLE}ZTitle: B\n{ARTICLE}Z", 2),
    "blank lines": (r"\n{3,}", f"{ARTICLE}Z{ARTICLE}\n\n\n{ARTICLE}Z{ARTICLE}\n\n", 2),
    "crlf and a mark": ("^=+\r?$", f"\ufeff{ARTICLE}Z===\r\n{ARTICLE}Z===\r\n\r\n===\r\n{ARTICLE}", 3),
    "nothing divides it": ("^#$", f"{ARTICLE}Z", 1),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("part", [records.PART_BYTES, 1])
def test_separators_stay(run: Runner, name: str, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern, shape, count = FILES[name]
    monkeypatch.setattr(records, "PART_BYTES", part)
    source = shape.replace("Z", Z).encode()
    Path("a.txt").write_bytes(source)
    ran = run("clean", "a.txt", "--split", pattern, "-o", "o.txt")
    assert ran.code == 0
    assert Path("o.txt").read_bytes().decode() == shape.replace("Z", "")
    assert f" of {count} text" in ran.err
    assert run("restore", "o.txt", "--report", "o.txt.removals.jsonl", "-o", "back").code == 0
    assert Path("back").read_bytes() == source
    assert run("check", "o.txt", "--split", pattern).code == 0


def test_documents_are_known_by_their_numbers(run: Runner) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(f"\f{ARTICLE}\f \f{ARTICLE}{Z}\f{ARTICLE}\f{ARTICLE}Zap it.")
    assert run("clean", "in", "--split", r"\f", "-o", "out").code == 0
    rows = [json.loads(line) for line in Path("out.removals.jsonl").read_text().splitlines()]
    assert [(row["id"], row["record"]) for row in rows if row["type"] == "record"] == [("a.txt:2", 2), ("a.txt:4", 4)]
    found = run("check", "in", "--split", r"\f", "--output-format", "concise").out.decode().splitlines()
    assert [line.split(": ")[0] for line in found] == ["in/a.txt:2:2", "in/a.txt:4:2"]
    assert run("restore", "out", "--report", "out.removals.jsonl", "-o", "back").code == 0
    assert Path("back/a.txt").read_bytes() == Path("in/a.txt").read_bytes()


def test_many_documents_in_any_number_of_processes(run: Runner) -> None:
    source = "-----\n".join(f"{ARTICLE}{n}\n{Z if n % 2 else ''}" for n in range(9000)).encode()
    Path("a.txt").write_bytes(source)
    for jobs in "13":
        assert run("clean", "a.txt", "--split", "^-----$", "-o", f"o{jobs}.txt", "-j", jobs).code == 0
    assert Path("o1.txt").read_bytes() == Path("o3.txt").read_bytes() == source.replace(Z.encode(), b"")
    report = Path("o1.txt.removals.jsonl").read_bytes()
    assert report == Path("o3.txt.removals.jsonl").read_bytes() and report.count(b'"type": "part"') > 2


def test_a_document_that_would_become_two_is_left(run: Runner) -> None:
    Path("a.txt").write_text(f"{ARTICLE}--\nZap this.\n--\n{ARTICLE}")
    ran = run("clean", "a.txt", "--split", "--\n--")
    assert (ran.code, ran.out) == (2, b"")
    assert "a.txt: document 1: what would be left of it would be read as several documents" in ran.err


@pytest.mark.parametrize(("options", "message"), [
    (["--split", "("], "--split: '(' is no regular expression: "),
    (["--split", "x", "--encoding", "latin-1"], "--split divides UTF-8 only: it does not go with --encoding"),
    (["--split", "x", "--annotate", "y"], "a.txt: is a text, and --annotate is for records"),
    (["--format", "documents"], "a.txt: is read as several documents, and --split does not say where they end"),
])  # fmt: skip
def test_refused(run: Runner, options: list[str], message: str) -> None:
    Path("a.txt").write_text(ARTICLE)
    ran = run("clean", "a.txt", *options)
    assert (ran.code, ran.out) == (2, b"") and ran.err.startswith(f"boilerstrip: {message}")
