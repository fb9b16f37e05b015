"""The diff against any cuts of any text: what it says is what was cut, and `patch` takes it both ways."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boilerstrip import CleanResult, Removal
from boilerstrip.formats import text
from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.unified_diff import Writer, unified_diff

TEXTS = st.text(st.sampled_from("ab\n\n\n\r -+@\\\x00é\udce9😀\x0c\u2028"), max_size=60)


def outcome(source: str, cuts: list[tuple[int, int]], name: str = "a.txt", encoding: str = "utf-8") -> Outcome:
    """An outcome in which `cuts` (code points, in order and apart) were removed from a text."""
    data = source.encode(encoding, "surrogateescape" if encoding == "utf-8" else "surrogatepass")
    record = next(text.read(data, name, encoding))
    removals = tuple(Removal(start, end, "own", "legal", "certain", 1) for start, end in cuts)
    return Outcome(name, name, record, CleanResult(record.document.text, removals, "cleaned" if cuts else "untouched"))


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    source = "x" + draw(TEXTS)  # never a byte order mark at the start
    marks = sorted(draw(st.sets(st.integers(0, len(source)), max_size=8)))
    cuts = list(zip(marks[::2], marks[1::2], strict=False))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-16-le"]))
    return outcome(source if encoding == "utf-8" else source.replace("\udce9", "é"), cuts, encoding=encoding)


def apply(diff: bytes, before: bytes, sign: bytes) -> bytes:
    """Apply a diff as `patch` does (`sign` "+") or `patch -R` (`sign` "-"), refusing what does not fit."""
    lines = before.split(b"\n")
    lines = [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    made: list[bytes] = []
    at = 0
    other = b"-" if sign == b"+" else b"+"
    rows = diff.split(b"\n")[:-1]
    position = 3
    while position < len(rows):
        head = rows[position].split(b" ")
        assert head[0] == head[3] == b"@@"
        old, new = ([int(part) for part in each[1:].split(b",")] for each in head[1:3])
        start, count = old if sign == b"+" else new
        first = start - 1 if count else start
        made += lines[at:first]
        at, position = first, position + 1
        seen = {b"-": 0, b"+": 0}
        while seen[b"-"] < old[1] or seen[b"+"] < new[1]:
            line = rows[position][1:] + b"\n"
            kind = rows[position][:1]
            position += 1
            if position < len(rows) and rows[position].startswith(b"\\ "):
                line, position = line[:-1], position + 1
            for each in (b"-", b"+"):
                seen[each] += kind in (each, b" ")
            if kind in (b" ", other):
                assert lines[at] == line
                at += 1
            if kind in (b" ", sign):
                made.append(line)
        assert (seen[b"-"], seen[b"+"]) == (old[1], new[1])
    return b"".join(made + lines[at:])


@settings(max_examples=300, deadline=None)
@given(outcomes())
def test_a_diff_applies_both_ways(case: Outcome) -> None:
    diff = b"".join(unified_diff(case))
    if not case.changed:
        assert diff == b""
        return
    assert apply(diff, case.record.source, b"+") == case.cleaned
    assert apply(diff, case.cleaned, b"-") == case.record.source


@pytest.mark.skipif(shutil.which("patch") is None, reason="no patch here")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_patch_takes_it_both_ways(tmp_path: Path, encoding: str) -> None:
    lines = [f"line {number}" + ("\r\n" if number % 3 else "\n") for number in range(60)]
    source = "".join(lines)[:-1]
    starts = [sum(map(len, lines[:number])) for number in range(61)]
    cuts = [(starts[2], starts[3]), (starts[9] + 3, starts[10]), (starts[30], starts[33]), (starts[59], len(source))]
    case = outcome(source, cuts, encoding=encoding)
    (tmp_path / "d.diff").write_bytes(b"".join(unified_diff(case)))
    file = tmp_path / "a.txt"
    file.write_bytes(case.record.source)
    for options, expected in ([], case.cleaned), (["-R"], case.record.source):
        subprocess.run(["patch", "-s", *options, "a.txt", "d.diff"], cwd=tmp_path, check=True)
        assert file.read_bytes() == expected


@pytest.mark.skipif(shutil.which("patch") is None, reason="no patch here")
@pytest.mark.parametrize("name", ["a.txt", "two words.txt", "sub/é.txt", 'quo"te\\.txt', "new\nline.txt"])
def test_patch_finds_any_file_name(tmp_path: Path, name: str) -> None:
    case = outcome("one\ntwo\nthree\n", [(4, 8)], name)
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(case.record.source)
    subprocess.run(["patch", "-s", "-p1"], cwd=tmp_path, input=b"".join(unified_diff(case)), check=True)
    assert file.read_bytes() == b"one\nthree\n"


def test_exactly() -> None:
    case = outcome("one\ntwo\nthree", [(4, 8), (9, 13)])
    digests = [hashlib.sha256(data).hexdigest() for data in (b"one\ntwo\nthree", b"one\nt")]
    written: list[bytes] = []

    class Out:
        def write(self, data: bytes) -> None:
            written.append(data)

        def flush(self) -> None:
            pass

    writer = Writer(Out())
    writer.begin(Header("1", "", ""))
    writer.document(case)
    writer.document(outcome("nothing\n", []))
    writer.end()
    assert b"".join(written).decode() == (
        f"# boilerstrip: {digests[0]} {digests[1]} \"a.txt\"\n"
        "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,2 @@\n one\n-two\n-three\n\\ No newline at end of file\n"
        "+t\n\\ No newline at end of file\n"
    )  # fmt: skip


def test_many_cuts_and_one_long_line_take_linear_time() -> None:
    source = "kept\ngone\n" * 100_000 + "x" * 5_000_000
    cuts = [(start, start + 5) for start in range(5, 1_000_000, 10)]
    began = time.monotonic()
    case = outcome(source, cuts)
    size = sum(map(len, unified_diff(case)))
    assert size > 1_000_000
    assert time.monotonic() - began < 20
