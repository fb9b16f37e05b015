"""`restore` gives back the original, or refuses and writes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from program import ARTICLE, Runner, names

SOURCE = f"{ARTICLE}Zap one.\n{ARTICLE}Zap two.\n".encode()
REPORT = "out.txt.removals.jsonl"


@pytest.fixture
def cleaned(run: Runner, tmp_path: Path) -> Path:
    (tmp_path / "in.txt").write_bytes(SOURCE)
    assert run("clean", "in.txt", "-o", "out.txt").code == 0
    (tmp_path / "in.txt").unlink()
    return tmp_path / "out.txt"


def test_to_standard_output_and_from_standard_input(run: Runner, cleaned: Path) -> None:
    result = run("restore", "-", "--report", REPORT, stdin=cleaned.read_bytes())
    assert (result.code, result.out, result.err) == (0, SOURCE, "boilerstrip: restored 1 text\n")


def test_what_is_the_original_stays(run: Runner, cleaned: Path) -> None:
    assert run("restore", "out.txt", "--report", REPORT, "--in-place").code == 0
    assert run("restore", "out.txt", "--report", REPORT, "--in-place").code == 0
    assert cleaned.read_bytes() == SOURCE


def test_an_edited_text_is_refused(run: Runner, cleaned: Path, tmp_path: Path) -> None:
    cleaned.write_bytes(cleaned.read_bytes().replace(b"council", b"Council"))
    before = names(tmp_path)
    result = run("restore", "out.txt", "--report", REPORT, "-o", "back.txt")
    assert (result.code, result.out) == (2, b"")
    assert result.err == (
        "boilerstrip: out.txt: was edited since it was cleaned: its SHA-256 is not the report's; nothing was written\n"
    )
    assert names(tmp_path) == before


Rows = list[bytes]
AT = b'"start": 98, "end": 107'
EDITS: dict[str, Callable[[Rows], Rows]] = {
    "a removed text": lambda rows: [row.replace(b"Zap one", b"Zap 0ne") for row in rows],
    "a longer text": lambda rows: [row.replace(b"Zap one", b"Zap one and more") for row in rows],
    "a place": lambda rows: [row.replace(AT, b'"start": 97, "end": 106') for row in rows],
    "a place outside": lambda rows: [row.replace(AT, b'"start": 998, "end": 1007') for row in rows],
    "a negative place": lambda rows: [row.replace(AT, b'"start": -9, "end": 0') for row in rows],
    "a rule": lambda rows: [row.replace(b"own-zap", b"own-zip") for row in rows],
    "a digest": lambda rows: [row.replace(b'"source_sha256": "', b'"source_sha256": "0') for row in rows],
    "a row gone": lambda rows: rows[:2] + rows[3:],
    "two rows swapped": lambda rows: [*rows[:2], rows[3], rows[2], *rows[4:]],
    "a row twice": lambda rows: [*rows[:3], rows[2], *rows[3:]],
    "the header gone": lambda rows: rows[1:],
    "the end gone": lambda rows: rows[:-1],
    "something after the end": lambda rows: [*rows, rows[-1]],
    "half a row": lambda rows: [*rows[:-1], rows[-1][:20]],
    "no report at all": lambda rows: [b"Dear diary\n"],
    "nothing": lambda rows: [],
    "a row of another kind": lambda rows: [rows[0], b'{"type": "note"}\n', *rows[1:]],
    "another version": lambda rows: [rows[0].replace(b'"schema_version": 1', b'"schema_version": 9'), *rows[1:]],
    "not utf-8": lambda rows: [rows[0], b"\xff\n", *rows[1:]],
    "an unknown encoding": lambda rows: [row.replace(b'"encoding": "utf-8"', b'"encoding": "utf-9"') for row in rows],
    "another encoding": lambda rows: [row.replace(b'"encoding": "utf-8"', b'"encoding": "utf-16-le"') for row in rows],
    "a mark": lambda rows: [row.replace(b'"mark": false', b'"mark": true') for row in rows],
}  # fmt: skip

# Without an end row, with another one after it, or different in nothing that comes back.
UNSEALABLE = {"a rule", "the end gone", "something after the end", "half a row", "no report at all", "nothing"}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("sealed", [False, True], ids=["edited", "edited and sealed again"])
def test_an_edited_report_is_refused(run: Runner, cleaned: Path, tmp_path: Path, name: str, sealed: bool) -> None:
    report = tmp_path / REPORT
    rows = EDITS[name](report.read_bytes().splitlines(keepends=True))
    if sealed:
        if name in UNSEALABLE:
            return
        rows[-1] = _end(rows[:-1])
    report.write_bytes(b"".join(rows))
    before = names(tmp_path), cleaned.read_bytes()
    result = run("restore", "out.txt", "--report", REPORT, "--in-place")
    assert (result.code, result.out) == (2, b"")
    assert result.err.count("\n") == 1
    assert result.err.endswith("; nothing was written\n")
    assert (names(tmp_path), cleaned.read_bytes()) == before


def _end(rows: Rows) -> bytes:
    digest = hashlib.sha256(b"".join(rows)).hexdigest()
    count = sum(b'"type": "document"' in row for row in rows)
    return json.dumps({"type": "end", "documents": count, "sha256": digest}).encode() + b"\n"


def test_one_edited_text_of_a_folder_refuses_all(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / f"in/{name}.txt").write_bytes(SOURCE)
    run("clean", "in", "--in-place")
    (tmp_path / "in/b.txt").write_bytes(b"edited\n")
    before = (tmp_path / "in/a.txt").read_bytes()
    result = run("restore", "in", "--report", "in.removals.jsonl", "--in-place")
    assert result.code == 2
    assert result.err.startswith("boilerstrip: in/b.txt: was edited since it was cleaned")
    assert (tmp_path / "in/a.txt").read_bytes() == before
    (tmp_path / "in/b.txt").unlink()
    result = run("restore", "in", "--report", "in.removals.jsonl", "-o", "back")
    assert (result.code, result.err) == (
        2, "boilerstrip: in/b.txt: is in the report, and missing; nothing was written\n"
    )  # fmt: skip
    assert not (tmp_path / "back").exists()


def test_a_report_cannot_write_outside_its_folder(run: Runner, cleaned: Path, tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    rows = (tmp_path / REPORT).read_bytes().replace(b'"id": "in.txt"', b'"id": "../out.txt"').splitlines(keepends=True)
    (tmp_path / "r.jsonl").write_bytes(b"".join(rows[:-1]) + _end(rows[:-1]))
    result = run("restore", "box", "--report", "r.jsonl", "--in-place")
    assert (result.code, result.err) == (
        2, "boilerstrip: ../out.txt: lies outside the folder; nothing was written\n"
    )  # fmt: skip


def test_missing_files(run: Runner, cleaned: Path) -> None:
    assert run("restore", "none.txt", "--report", REPORT).err == "boilerstrip: none.txt: no such file or folder\n"
    assert run("restore", "out.txt", "--report", "none.jsonl").err == (
        "boilerstrip: none.jsonl: cannot be read: no such file or directory; nothing was written\n"
    )
    assert run("restore", "out.txt").err == "boilerstrip: missing option '--report'; see boilerstrip restore --help\n"


def test_nothing_was_changed_so_nothing_comes_back(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    assert run("clean", "a.txt", "-o", "b.txt").code == 0
    result = run("restore", "b.txt", "--report", "b.txt.removals.jsonl")
    assert (result.code, result.out, result.err) == (0, ARTICLE.encode(), "boilerstrip: restored 0 texts\n")
