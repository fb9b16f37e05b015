"""`clean`: what it prints and writes, to the byte."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from program import ARTICLE, Ran, Runner, names

SEED = next((Path(__file__).parents[2] / "seeds").glob("*.txt"))
A = ARTICLE
B = "A second paragraph says that nobody in the town hall wanted to explain it to the people outside.\n"


def test_seed_gives_exactly_the_article(run: Runner) -> None:
    source = SEED.read_bytes()
    result = run("clean", str(SEED), own=False)
    assert result.code == 0
    assert result.out == source[: source.index(b"A Message from")]
    assert result.err == "boilerstrip: cleaned 1 of 1 text: 8 removals, 1,034 characters\n"


@pytest.mark.parametrize("options", [(), ("--publisher", "none")])
def test_seed_comes_back(run: Runner, tmp_path: Path, options: tuple[str, ...]) -> None:
    assert run("clean", str(SEED), "-o", "out.txt", *options, own=False).code == 0
    assert run("restore", "out.txt", "--report", "out.txt.removals.jsonl", "-o", "back.txt").code == 0
    assert (tmp_path / "back.txt").read_bytes() == SEED.read_bytes()


MUST_NOT_CHANGE = {
    "empty": b"",
    "one line feed": b"\n",
    "plain": A.encode(),
    "no last newline": A.encode()[:-1],
    "crlf": A.replace("\n", "\r\n").encode(),
    "old mac": A.replace("\n", "\r").encode(),
    "mark": b"\xef\xbb\xbf" + A.encode(),
    "only a mark": b"\xef\xbb\xbf",
    "nul": b"nul \x00 in it\n" + A.encode(),
    "undecodable": b"caf\xe9 \xff\xfe\n" + A.encode(),
    "form feed and line separator": "one\x0ctwo\x85three\u2028four\n".encode(),
    "utf-16": b"\xff\xfe" + A.encode("utf-16-le"),
    "utf-16 big endian": b"\xfe\xff" + A.encode("utf-16-be"),
    "utf-16 broken off": b"\xff\xfe" + A.encode("utf-16-le")[:-1],
    "utf-16 lone surrogate": b"\xff\xfe\x00\xd8a\x00" + A.encode("utf-16-le"),
    "utf-32": b"\xff\xfe\x00\x00" + A.encode("utf-32-le"),
    "utf-16 that begins with nul": b"\xff\xfe\x00\x00a\x00",
}


@pytest.mark.parametrize("name", MUST_NOT_CHANGE)
def test_what_no_rule_knows_is_not_touched(run: Runner, name: str) -> None:
    result = run("clean", stdin=MUST_NOT_CHANGE[name])
    assert (result.code, result.out) == (0, MUST_NOT_CHANGE[name])


CHANGES = {
    "at the end": (f"{A}Zap this.\n".encode(), A.encode()),
    "at the end, no last newline": (f"{A}Zap this.".encode(), A.encode()),
    "in the middle": (f"{A}Zap this.\n{B}".encode(), f"{A}{B}".encode()),
    "at the beginning": (f"Zap this.\n{A}".encode(), A.encode()),
    "after a mark": (f"\ufeffZap this.\n{A}".encode(), f"\ufeff{A}".encode()),
    "crlf": (f"{A}\r\nZap this.\r\n\r\n{B}\r\n".encode(), f"{A}\r\n{B}\r\n".encode()),
    "sentence": (f"Please zing now. {A}{B}".encode(), f"{A}{B}".encode()),
    "sentence, no last newline": (f"{A[:-1]} Please zing now.".encode(), A[:-1].encode()),
    "undecodable": (f"{A}Zap ".encode() + b"\xe9\xff\n" + B.encode() + b"\xe9\n", f"{A}{B}".encode() + b"\xe9\n"),
    "nul": (f"{A}Zap \0.\n{B}\0\n".encode(), f"{A}{B}\0\n".encode()),
    "utf-16": (f"\ufeff{A}Zap Ω.\n{B}".encode("utf-16-le"), f"\ufeff{A}{B}".encode("utf-16-le")),
    "utf-16 big endian": (f"\ufeff{A}Zap Ω.\n{B}".encode("utf-16-be"), f"\ufeff{A}{B}".encode("utf-16-be")),
    "utf-32": (f"\ufeff{A}Zap 😀.\n{B}".encode("utf-32-le"), f"\ufeff{A}{B}".encode("utf-32-le")),
    "several": (f"{A}Zap 1.\n{B}Zap 2.\n{A}{B}".encode() * 3, f"{A}{B}{A}{B}".encode() * 3),
    "a second mark comes first": (f"Zap this.\n\ufeff{A}".encode(), f"\ufeff{A}".encode()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_text_is_cleaned_and_comes_back(run: Runner, tmp_path: Path, name: str) -> None:
    source, cleaned = CHANGES[name]
    (tmp_path / "in.txt").write_bytes(source)
    result = run("clean", "in.txt", "-o", "out.txt")
    assert (result.code, result.out) == (0, b"")
    assert (tmp_path / "out.txt").read_bytes() == cleaned
    assert (tmp_path / "in.txt").read_bytes() == source
    assert run("restore", "out.txt", "--report", "out.txt.removals.jsonl").out == source
    assert run("clean", "out.txt").out == cleaned
    _check_patch(tmp_path, source, cleaned)


def _check_patch(folder: Path, source: bytes, cleaned: bytes) -> None:
    if shutil.which("patch") is None:
        pytest.skip("no patch here")
    for options, before, after in (((), source, cleaned), (("-R",), cleaned, source)):
        (folder / "patched.txt").write_bytes(before)
        done = subprocess.run(
            ["patch", "-s", *options, "patched.txt", "out.txt.diff"], cwd=folder, capture_output=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, b"")
        assert (folder / "patched.txt").read_bytes() == after


def test_all_of_a_text_may_go(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(b"\xef\xbb\xbfZap one.\nZap two.")
    assert run("clean", "in.txt", "-o", "out.txt", "--over-budget", "empty").err == (
        "boilerstrip: cleaned 1 of 1 text: 1 removal, 17 characters; 1 over budget\n"
    )
    assert (tmp_path / "out.txt").read_bytes() == b"\xef\xbb\xbf"
    assert run("restore", "out.txt", "--report", "out.txt.removals.jsonl").out == b"\xef\xbb\xbfZap one.\nZap two."
    _check_patch(tmp_path, b"\xef\xbb\xbfZap one.\nZap two.", b"\xef\xbb\xbf")


def test_over_budget_is_kept_and_said(run: Runner) -> None:
    result = run("clean", stdin=b"Zap one.\nZap two.\n")
    assert (result.out, result.err) == (
        b"Zap one.\nZap two.\n", "boilerstrip: cleaned 0 of 1 text; 1 over budget\n",
    )  # fmt: skip


def test_dropped_text_is_not_written_and_comes_back(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_bytes(b"\xef\xbb\xbfZap one.\n")
    (tmp_path / "in/b.txt").write_text(A)
    assert run("clean", "in", "-o", "out", "--over-budget", "drop").code == 0
    assert names(tmp_path / "out") == ["b.txt"]
    assert run("restore", "out", "--report", "out.removals.jsonl", "-o", "back").code == 0
    assert (tmp_path / "back/a.txt").read_bytes() == b"\xef\xbb\xbfZap one.\n"
    assert (tmp_path / "back/b.txt").read_text() == A


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three texts, of which two change, and a file that is none."""
    for name, text in {"a.txt": f"{A}Zap a.\n", "sub/b.txt": f"Zap b.\n{B}", "sub/c.txt": A, "sub/d.bin": "x"}.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "in"


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_folder_is_mirrored(run: Runner, folder: Path, tmp_path: Path) -> None:
    before = tree(folder)
    result = run("clean", "in", "-o", "out/")
    assert (result.code, result.out) == (0, b"")
    assert result.err == "boilerstrip: cleaned 2 of 3 texts: 2 removals, 14 characters; 1 other file skipped\n"
    assert tree(tmp_path / "out") == {"a.txt": A.encode(), "sub/b.txt": B.encode(), "sub/c.txt": A.encode()}
    assert tree(folder) == before
    assert names(tmp_path) == ["in", "out", "out.diff", "out.removals.jsonl"]
    assert run("restore", "out", "--report", "out.removals.jsonl", "-o", "back").code == 0
    del before["sub/d.bin"]
    assert tree(tmp_path / "back") == before
    if shutil.which("patch"):
        subprocess.run(["patch", "-s", "-R", "-p1", "-d", "out", "-i", "../out.diff"], cwd=tmp_path, check=True)
        assert tree(tmp_path / "out") == before


def test_one_file_of_a_folders_report_comes_back(run: Runner, folder: Path) -> None:
    run("clean", "in", "-o", "out")
    assert run("restore", "out/sub/b.txt", "--report", "out.removals.jsonl").out == f"Zap b.\n{B}".encode()
    result = run("restore", "out/sub/c.txt", "--report", "out.removals.jsonl")
    assert (result.code, result.out) == (2, b"")


def test_in_place_changes_what_changes_and_comes_back(run: Runner, folder: Path, tmp_path: Path) -> None:
    before = tree(folder)
    (folder / "a.txt").chmod(0o640)
    os.utime(folder / "sub/c.txt", (1, 1))
    assert run("clean", "in", "--in-place").code == 0
    assert (folder / "a.txt").read_text() == A
    assert stat.S_IMODE((folder / "a.txt").stat().st_mode) == 0o640
    assert (folder / "sub/c.txt").stat().st_mtime == 1
    assert names(tmp_path) == ["in", "in.diff", "in.removals.jsonl"]
    assert run("clean", "in", "--in-place").code == 0, "nothing changes, so no report is in the way"
    assert run("restore", "in", "--report", "in.removals.jsonl", "--in-place").code == 0
    assert tree(folder) == before


def test_a_report_that_is_still_needed_is_not_overwritten(run: Runner, folder: Path, tmp_path: Path) -> None:
    run("clean", "in", "--in-place")
    (folder / "new.txt").write_text(f"{A}Zap new.\n")
    before, report = tree(folder), (tmp_path / "in.removals.jsonl").read_bytes()
    result = run("clean", "in", "--in-place")
    assert (result.code, result.err) == (
        2, "boilerstrip: in.removals.jsonl: is still needed to turn back a.txt: restore that, or move the report "
        "away\n",
    )  # fmt: skip
    assert tree(folder) == before
    assert (tmp_path / "in.removals.jsonl").read_bytes() == report
    assert names(tmp_path) == ["in", "in.diff", "in.removals.jsonl"]
    run("restore", "in", "--report", "in.removals.jsonl", "--in-place")
    assert run("clean", "in", "--in-place").code == 0


def test_output_may_be_made_again_while_its_source_is_there(run: Runner, folder: Path, tmp_path: Path) -> None:
    run("clean", "in", "-o", "out")
    first = {name: (tmp_path / name).read_bytes() for name in ("out.diff", "out.removals.jsonl")}
    assert run("clean", "in", "-o", "out").code == 0
    assert first == {name: (tmp_path / name).read_bytes() for name in first}
    (folder / "a.txt").write_text(f"Zap another.\n{B}")
    assert run("clean", "in", "-o", "out").code == 2


def test_each_path_cleaned_in_place_has_its_own_reports(run: Runner, folder: Path, tmp_path: Path) -> None:
    before = tree(folder)
    assert run("clean", "in/sub", "in/a.txt", "--in-place").code == 0
    assert names(folder) == [
        "a.txt", "a.txt.diff", "a.txt.removals.jsonl", "sub", "sub.diff", "sub.removals.jsonl",
    ]  # fmt: skip
    assert run("restore", "in/sub", "--report", "in/sub.removals.jsonl", "--in-place").code == 0
    assert run("restore", "in/a.txt", "--report", "in/a.txt.removals.jsonl", "--in-place").code == 0
    assert {name: data for name, data in tree(folder).items() if name in before} == before


def test_backup(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{A}Zap a.\n")
    assert run("clean", "a.txt", "--in-place", "--backup", ".orig", "--no-report").code == 0
    assert names(tmp_path) == ["a.txt", "a.txt.orig"]
    assert (tmp_path / "a.txt.orig").read_text() == f"{A}Zap a.\n"
    (tmp_path / "a.txt").write_text(f"{B}Zap b.\n")
    result = run("clean", "a.txt", "--in-place", "--backup", ".orig", "--no-report")
    assert (result.code, result.err) == (2, "boilerstrip: a.txt.orig: exists: a backup is not overwritten\n")
    assert (tmp_path / "a.txt").read_text() == f"{B}Zap b.\n"


def test_links_stay_links(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text(f"{A}Zap a.\n")
    (tmp_path / "link.txt").symlink_to("real.txt")
    assert run("clean", "link.txt", "--in-place").code == 0
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == A


def test_links_to_folders_are_not_followed(run: Runner, folder: Path) -> None:
    (folder / "ring").symlink_to(folder)
    assert run("check", "in").out.count(b"own-zap") == 2


def test_diff_writes_no_file(run: Runner, folder: Path, tmp_path: Path) -> None:
    result = run("clean", "in", "--diff", "-o", "out")
    assert result.out.count(b"\n--- a/") == 2
    assert names(tmp_path) == ["in"]
    assert run("clean", "in/a.txt", "--diff", "--in-place").out.endswith(b"-Zap a.\n")
    assert (folder / "a.txt").read_text() == f"{A}Zap a.\n"


def test_concat(run: Runner, folder: Path) -> None:
    result = run("clean", "in")
    assert (result.code, result.out) == (2, b"")
    assert result.err == "boilerstrip: 3 texts for standard output: say --concat, -o FOLDER or --in-place\n"
    assert run("clean", "in/sub", "in/a.txt", "--concat").out == f"{B}{A}{A}".encode()


def test_standard_input(run: Runner) -> None:
    assert run("clean", "-", stdin=f"{A}Zap.\n".encode()).out == A.encode()
    assert run("check", stdin=f"{A}Zap.\n".encode()).out == b"-:2: own-zap newsletter certain: Zap.\n"


def test_exit_non_zero_on_change(run: Runner) -> None:
    assert run("clean", "--exit-non-zero-on-change", stdin=f"{A}Zap.\n".encode()).code == 1
    assert run("clean", "--exit-non-zero-on-change", stdin=A.encode()).code == 0


def test_quiet(run: Runner) -> None:
    assert run("clean", "-q", stdin=f"{A}Zap.\n".encode()) == Ran(0, A.encode(), "")


def test_encoding(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(f"Zap Ёж.\n{A}Ёж\n".encode("cp1251"))
    assert run("clean", "in.txt", "-o", "out.txt", "--encoding", "cp1251").code == 0
    assert (tmp_path / "out.txt").read_bytes() == f"{A}Ёж\n".encode("cp1251")
    row = json.loads((tmp_path / "out.txt.removals.jsonl").read_text().split("\n")[2])
    assert (row["text"], row["start"], row["end"]) == ("Zap Ёж.\n", 0, 8)
    assert run("restore", "out.txt", "--report", "out.txt.removals.jsonl").out == (tmp_path / "in.txt").read_bytes()


def test_an_encoding_with_states(run: Runner, tmp_path: Path) -> None:
    source = f"Zap 日本語。\n{A}日本語\n".encode("iso2022_jp")
    (tmp_path / "in.txt").write_bytes(source)
    assert run("clean", "in.txt", "-o", "out.txt", "--encoding", "iso2022_jp").code == 0
    cleaned = f"{A}日本語\n".encode("iso2022_jp")
    assert (tmp_path / "out.txt").read_bytes() == cleaned
    assert run("restore", "out.txt", "--report", "out.txt.removals.jsonl").out == source
    _check_patch(tmp_path, source, cleaned)


def test_include_and_order(run: Runner, folder: Path) -> None:
    (folder / "z.md").write_text("Zap z.\n" + A)
    result = run("check", "in/sub", "in", "--include", "*.md")
    assert [row.split(b":")[0] for row in result.out.splitlines()] == [
        b"in/sub/b.txt", b"in/a.txt", b"in/sub/b.txt", b"in/z.md",
    ]  # fmt: skip


def test_reports_asked_for(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text(f"{A}Zap.\n")
    assert run("clean", "in.txt", "--report", "r.jsonl.gz", "--report", "diff:d.txt", "-o", "out.txt").code == 0
    assert names(tmp_path) == ["d.txt", "in.txt", "out.txt", "r.jsonl.gz"]
    assert run("restore", "out.txt", "--report", "r.jsonl.gz").out == f"{A}Zap.\n".encode()
    first = (tmp_path / "r.jsonl.gz").read_bytes()
    assert run("clean", "in.txt", "--report", "r.jsonl.gz", "-o", "other.txt").code == 0
    assert (tmp_path / "r.jsonl.gz").read_bytes() == first
    assert run("clean", "in.txt", "--report", "in.txt.jsonl", "--report", "removals:in.txt.jsonl").code == 2
