"""How dumps are run: the same bytes whatever the processes, after a kill, from a pipe; and what is refused."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

import pytest

from program import OWN, Runner

A = "The council met on Monday to vote on the bridge, and the vote was put off again until the spring."
# The program with parts and checkpoints so small that a small dump has many; it dies like `kill -9` before a part.
SMALL = """
import os, sys
import boilerstrip.formats.records as records
import boilerstrip.running.progress as progress
import boilerstrip.cli._run as run
records.PART_BYTES, run.CHECKPOINT_BYTES, run.TEXTS_PER_CHECKPOINT, progress.SECONDS = 2000, 6000, 3, 0
dies, seen, whole, text = int(sys.argv.pop(1)), 0, run.tell, run.Run._text
def count():
    global seen
    seen += 1
    if seen == dies:
        os._exit(137)
import boilerstrip.cli._destinations as destinations
write = destinations.write_file
def half(path, data, **more):
    if dies and seen == dies - 1:
        more["partial"].write_bytes(data[:9])
    write(path, data, **more)
def tell(*args):
    count()
    return whole(*args)
def one(*args):
    count()
    return text(*args)
run.tell, run.Run._text, destinations.write_file = tell, one, half
from boilerstrip.__main__ import main
sys.exit(main())
"""
REPORTS = ("o.jsonl", "o.jsonl.removals.jsonl", "o.jsonl.diff")


def dump(count: int = 120) -> bytes:
    texts = (f"{A} {n}.\n" + "Zap this line.\n" * (n % 3 == 0) + A for n in range(count))
    return b"".join(json.dumps({"id": n, "text": text}).encode() + b"\n" for n, text in enumerate(texts))


def small(*args: str, dies: int = 0, seed: str = "0") -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    command = [sys.executable, "-c", SMALL, str(dies), *args, *OWN]
    return subprocess.run(command, capture_output=True, env=env, timeout=60)


def results(*names: str) -> list[bytes]:
    return [Path(name).read_bytes() for name in names]


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_the_same_bytes_whatever_the_processes_the_hash_seed_and_the_place(packed: str, run: Runner) -> None:
    Path("d.jsonl").write_bytes(dump())
    found = []
    for jobs, seed, folder in (("1", "0", "a"), ("2", "1", "b"), ("4", "2", "deep/c")):
        Path(folder).mkdir(parents=True)
        report = f"{folder}/r.jsonl{packed}"
        ran = small("clean", "d.jsonl", "-j", jobs, "-o", f"{folder}/o.jsonl{packed}", "--report", report, seed=seed)
        assert (ran.returncode, ran.stderr) == (
            0,
            b"boilerstrip: cleaned 40 of 120 texts: 40 removals, 600 characters\n",
        )
        found.append(results(f"{folder}/o.jsonl{packed}", report))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_after_a_kill_it_goes_on_and_the_bytes_are_the_same(packed: str, run: Runner) -> None:
    Path("d.jsonl").write_bytes(dump())
    Path("whole").mkdir()
    names = [f"o.jsonl{packed}", f"r.jsonl{packed}", "r.diff"]

    def clean(folder: str, *more: str, dies: int = 0) -> int:
        out = ("-o", f"{folder}/{names[0]}", "--report", f"{folder}/{names[1]}", "--report", f"{folder}/{names[2]}")
        return small("clean", "d.jsonl", *out, *more, dies=dies, seed=str(dies)).returncode

    assert clean("whole") == 0
    assert clean(".", "--resume", dies=9) == 137
    assert not Path(names[0]).exists()
    assert clean(".", "--resume", "-j", "2", dies=5) == 137
    state = json.loads(Path(f"{names[0]}.resume.json").read_text())["state"]
    assert 0 < state["first"] < 121 and state["length"] > 0
    assert clean(".", "--resume", dies=14) == 0  # fewer parts are left than there were
    assert results(*names) == results(*(f"whole/{name}" for name in names))
    assert sorted(path.name for path in Path().iterdir()) == sorted(["d.jsonl", "whole", *names])


def test_a_folder_goes_on_as_well_and_does_nothing_twice(run: Runner) -> None:
    Path("in/deep").mkdir(parents=True)
    for n in range(20):
        Path(f"in/deep/{n:02}.txt").write_text(f"{A}\nZap {n}.\n{A}\n")
    Path("in/dump.jsonl").write_bytes(dump())
    assert small("clean", "in", "-o", "whole").returncode == 0
    assert small("clean", "in", "-o", "out", "--resume", dies=14).returncode == 137
    done = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*.txt")}
    assert 9 <= len(done) < 20
    assert small("clean", "in", "-o", "out", "--resume", "-j", "2").returncode == 0
    kept = [path for path, when in done.items() if path.stat().st_mtime_ns == when]
    assert len(kept) >= 9
    for report in (".removals.jsonl", ".diff"):
        assert Path("out" + report).read_bytes() == Path("whole" + report).read_bytes()
    files = [path.relative_to("whole") for path in Path("whole").rglob("*") if path.is_file()]
    assert len(files) == 21 == sum(path.is_file() for path in Path("out").rglob("*")), "nothing is left over"
    assert all((Path("out") / file).read_bytes() == (Path("whole") / file).read_bytes() for file in files)
    assert run("restore", "out", "--report", "out.removals.jsonl", "-o", "back").code == 0
    assert all((Path("back") / file).read_bytes() == (Path("in") / file).read_bytes() for file in files)


def test_another_setting_starts_afresh_and_says_so(run: Runner) -> None:
    Path("d.jsonl").write_bytes(dump())
    assert small("clean", "d.jsonl", "-o", "o.jsonl", "--resume", dies=9).returncode == 137
    ran = small("clean", "d.jsonl", "-o", "o.jsonl", "--resume", "--budget", "0.01")
    assert ran.returncode == 0 and b"starting afresh" in ran.stderr
    assert Path("o.jsonl").read_bytes() == dump()  # over that budget, all records stay


def test_resume_needs_files(run: Runner) -> None:
    ran = run("clean", "-", "--format", "jsonl", "--resume", stdin=dump(1))
    assert ran.code == 2 and "--resume is for files and folders that are cleaned to -o PATH" in ran.err
    Path("d.jsonl").write_bytes(dump(1))
    ran = run("clean", "d.jsonl", "-o", "o.jsonl", "--resume", "--report", "r.sarif")
    assert ran.code == 2 and "removals and diff reports only: r.sarif is made as a whole" in ran.err


@pytest.mark.parametrize("suffix, pack", [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_compressed_in_and_out(suffix: str, pack, run: Runner) -> None:
    Path(f"d.jsonl{suffix}").write_bytes(pack(dump()))
    Path("t.txt" + suffix).write_bytes(pack(f"{A}\nZap this.\n".encode()))
    assert run("clean", f"d.jsonl{suffix}", "-o", f"o.jsonl{suffix}").code == 0
    assert run("restore", f"o.jsonl{suffix}", "--report", f"o.jsonl{suffix}.removals.jsonl", "-o", "b.jsonl").code == 0
    assert Path("b.jsonl").read_bytes() == dump()
    assert run("clean", f"t.txt{suffix}").out == f"{A}\n".encode()
    plain = run("clean", "--format", f"jsonl{suffix}", "-", stdin=pack(dump())).out
    assert plain == run("clean", "--format", "jsonl", "-", stdin=dump()).out != dump()


def test_a_compressed_file_that_is_cut_off_is_an_error(run: Runner) -> None:
    Path("d.jsonl.gz").write_bytes(gzip.compress(dump())[:-20])
    ran = run("clean", "d.jsonl.gz", "-o", "o.jsonl")
    assert (ran.code, Path("o.jsonl").exists()) == (2, False)
    assert "d.jsonl.gz: cannot be read: " in ran.err


def test_the_reader_of_a_pipe_may_leave(run: Runner) -> None:
    command = [sys.executable, "-c", SMALL, "0", "clean", "--format", "jsonl", "-", *OWN]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    Path("d.jsonl").write_bytes(dump(3000))
    with Path("d.jsonl").open("rb") as stdin:
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        assert process.stdout is not None and process.stderr is not None
        assert json.loads(process.stdout.readline())["id"] == 0
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(30) == 0


def test_dry_run_writes_nothing(run: Runner) -> None:
    Path("d.jsonl").write_bytes(dump())
    ran = run("clean", "d.jsonl", "-o", "o.jsonl", "--dry-run")
    assert (ran.code, ran.out, ran.err) == (
        0,
        b"",
        "boilerstrip: cleaned 40 of 120 texts: 40 removals, 600 characters\n",
    )
    assert [path.name for path in Path().iterdir()] == ["d.jsonl"]


def test_in_place(run: Runner) -> None:
    Path("d.jsonl").write_bytes(dump())
    assert run("clean", "d.jsonl", "--in-place").code == 0
    assert b"Zap" not in Path("d.jsonl").read_bytes()
    assert run("restore", "d.jsonl", "--report", "d.jsonl.removals.jsonl", "--in-place").code == 0
    assert Path("d.jsonl").read_bytes() == dump()


def test_the_diff_of_a_dump_says_that_it_is_for_reading(run: Runner) -> None:
    Path("d.jsonl").write_bytes(dump(4))
    run("clean", "d.jsonl", "-o", "o.jsonl")
    diff = Path("o.jsonl.diff").read_text()
    assert diff.startswith('# boilerstrip: "d.jsonl" holds many records: this is for reading, patch cannot apply it')
    assert "\n--- a/d.jsonl:1\n+++ b/d.jsonl:1\n" in diff and "\n-Zap this line.\n" in diff


SHARES = dump(400).replace(b'"text": "The council', b'"text": "' + f"{A}\\n".encode() * 9 + b"The council", 200)


@pytest.mark.parametrize("name", ["d.jsonl", "d.jsonl.gz"])
def test_a_report_that_is_still_needed_is_not_overwritten(name: str, run: Runner) -> None:
    source = gzip.compress(SHARES) if name.endswith("gz") else SHARES
    Path(name).write_bytes(source)
    assert run("clean", name, "--in-place", "--budget", "0.05").code == 0
    once = Path(name).read_bytes()
    report = Path(f"{name}.removals.jsonl").read_bytes()
    ran = run("clean", name, "--in-place")
    assert ran.code == 2 and f"{name}.removals.jsonl: is still needed to turn back {name}" in ran.err
    assert (Path(name).read_bytes(), Path(f"{name}.removals.jsonl").read_bytes()) == (once, report)
    assert run("restore", name, "--report", f"{name}.removals.jsonl", "--in-place").code == 0
    assert run("clean", name, "--in-place").code == 0, "what it undid is undone: it may go"


def test_a_report_whose_source_is_still_there_is_overwritten(run: Runner) -> None:
    Path("d.jsonl").write_bytes(dump())
    assert run("clean", "d.jsonl", "-o", "o.jsonl").code == 0
    assert run("clean", "d.jsonl", "-o", "o.jsonl", "--budget", "0.5").code == 0
    Path("d.jsonl").write_bytes(dump(5))
    ran = run("clean", "d.jsonl", "-o", "o.jsonl")
    assert ran.code == 2 and "o.jsonl.removals.jsonl: is still needed to turn back d.jsonl" in ran.err


def test_failures_before_a_kill_are_counted_after_it(run: Runner) -> None:
    lines = dump().splitlines(keepends=True)
    Path("d.jsonl").write_bytes(b"".join(line + b'{"text": \n' * 3 for line in lines))
    options = ("--on-error", "skip", "--annotate", "went")
    whole = small("clean", "d.jsonl", "-o", "w.jsonl", *options)
    assert small("clean", "d.jsonl", "-o", "o.jsonl", "--resume", *options, dies=9).returncode == 137
    ran = small("clean", "d.jsonl", "-o", "o.jsonl", "--resume", "-j", "2", *options, seed="7")
    assert ran.returncode == whole.returncode == 2
    assert ran.stderr == whole.stderr.replace(b"w.jsonl", b"o.jsonl") and b"; 360 failed\n" in ran.stderr
    for suffix in ("", ".removals.jsonl", ".diff"):
        assert Path(f"o.jsonl{suffix}").read_bytes() == Path(f"w.jsonl{suffix}").read_bytes()
    assert run("restore", "o.jsonl", "--report", "o.jsonl.removals.jsonl", "-o", "b.jsonl").code == 0
    assert Path("b.jsonl").read_bytes() == Path("d.jsonl").read_bytes()


def test_an_interrupted_folder_of_documents_goes_on(run: Runner) -> None:
    Path("in").mkdir()
    for name in "ab":
        Path(f"in/{name}.txt").write_text("-----\n".join(f"{A} {n}.\nZap this line.\n{A}\n" for n in range(60)))
    options = ("--split", "^-----$")
    assert small("clean", "in", "-o", "whole", *options).returncode == 0
    assert small("clean", "in", "-o", "out", "--resume", *options, dies=8).returncode == 137
    assert small("clean", "in", "-o", "out", "--resume", *options, dies=3).returncode == 137
    assert small("clean", "in", "-o", "out", "--resume", *options).returncode == 0
    for name in ("/a.txt", "/b.txt", ".removals.jsonl", ".diff"):
        assert Path(f"out{name}").read_bytes() == Path(f"whole{name}").read_bytes()
