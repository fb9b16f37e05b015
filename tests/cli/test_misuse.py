"""What goes wrong: one clear line, the right exit code, no traceback, no half-written file."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from program import ARTICLE, OWN, PROGRAM, Runner, process

BADPACKS = Path(__file__).parents[1] / "badpacks"
ZAP = f"{ARTICLE}Zap this.\n".encode()

MISUSES = {
    "wrong path": (["clean", "none.txt"], "none.txt: no such file or folder"),
    "wrong path under check": (["check", "none.txt"], "none.txt: no such file or folder"),
    "broken link": (["clean", "broken.txt"], "broken.txt: a symbolic link that leads nowhere"),
    "binary": (["clean", "a.pdf"], "a.pdf: is not text but a PDF document"),
    "unknown option": (["clean", "--dif"],
                       "no such option '--dif'. Did you mean '--diff'?; see boilerstrip clean --help"),
    "unknown command": (["clen"], "no command 'clen'; did you mean 'clean'?; see boilerstrip --help"),
    "no command": ([], "no command; see boilerstrip --help"),
    "unknown rule": (["clean", "--ignore", "newsleter"],
                     "no rule or category is called 'newsleter'; did you mean 'newsletter'?"),
    "unknown rule to explain": (["explain", "--rule", "own-zapp"],
                                "no rule is called 'own-zapp'; did you mean 'own-zap'?"),
    "unknown publisher": (["clean", "--publisher", "no-such-paper"], "--publisher: no rules for 'no-such-paper'"),
    "budget": (["clean", "--budget", "7"], "budget 7.0 is not between 0 and 1"),
    "unknown encoding": (["clean", "a.txt", "--encoding", "utf-9"], "there is no text encoding called 'utf-9'"),
    "encoding without byte order": (["clean", "a.txt", "--encoding", "utf-16"],
                                    "a.txt: has no byte order mark: say utf-16-le or utf-16-be"),
    "not of that encoding": (["clean", "a.txt", "--encoding", "utf-7"],
                             "a.txt: does not survive being read as utf-7 and written again; name its encoding"),
    "output inside the input": (["clean", "in", "-o", "in/out"],
                                "in/out: lies inside the input in: an output goes beside it"),
    "report inside the input": (["clean", "in", "-o", "out", "--report", "in/r.jsonl"],
                                "in/r.jsonl: lies inside the input in: an output goes beside it"),
    "output onto the input": (["clean", "a.txt", "-o", "a.txt"],
                              "a.txt: would overwrite the input a.txt; use --in-place"),
    "report onto the input": (["clean", "a.txt", "--report", "removals:a.txt"],
                              "a.txt: is a text of this run, and no place for a report"),
    "two texts, one name": (["clean", "a.txt", "in/a.txt", "-o", "out"],
                            "out/a.txt: both a.txt and in/a.txt would go there"),
    "a file for a folder": (["clean", "in", "-o", "a.txt"], "a.txt: is a file; several texts need a folder"),
    "unknown report": (["clean", "a.txt", "--report", "r.doc"],
                       "r.doc: what kind of report is not said: write KIND:PATH (diff, "),
    "unknown compression": (["clean", "a.txt", "--report", "r.jsonl.zip"],
                            "r.jsonl.zip: cannot compress as .zip; use one of .gz, .bz2, .xz, .zst"),
    "both": (["clean", "a.txt", "-o", "b.txt", "--in-place"], "-o and --in-place exclude each other"),
    "stdin in place": (["clean", "-", "--in-place"], "standard input cannot be cleaned in place"),
    "drop in place": (["clean", "a.txt", "--in-place", "--over-budget", "drop"],
                      "--over-budget drop would delete files in place: use -o, or --over-budget empty"),
    "report no report": (["clean", "a.txt", "--no-report", "--report", "r.jsonl"],
                         "--report and --no-report exclude each other"),
    "url of several": (["clean", "a.txt", "in/a.txt", "--concat", "--url", "https://example.com/"],
                       "--url is for one text, and these are 2"),
    "no folder to write to": (["clean", "a.txt", "-o", "a.txt/b.txt", "--no-report"],
                              "a.txt/b.txt: cannot be written: its folder is a file"),
    "a report in the way": (["clean", "a.txt", "-o", "b.txt", "--report", "removals:notes"],
                            "notes: exists and is no report of this kind: it is not overwritten"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISUSES)
def test_misuse(run: Runner, tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_bytes(ZAP)
    (tmp_path / "a.txt").write_bytes(ZAP + "é".encode())
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "notes").write_bytes(b"notes of mine\n")
    (tmp_path / "broken.txt").symlink_to("nowhere")
    before = sorted(tmp_path.rglob("*"))
    arguments, message = MISUSES[name]
    result = run(*arguments, stdin=ZAP)
    lines = result.err.splitlines()
    assert (result.code, result.out) == (2, b"")
    assert len(lines) == 1
    assert lines[0].startswith(f"boilerstrip: {message}")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("pack", sorted(BADPACKS.glob("*.toml")), ids=lambda path: path.stem)
def test_bad_rule_pack(run: Runner, pack: Path) -> None:
    expected = pack.read_text().split("\n")[0].removeprefix("# expects ")
    where = f"{pack}: "
    if expected.startswith("line "):
        number, _, expected = expected.removeprefix("line ").partition(": ")
        where = f"{pack}:{number}: "
    result = run("clean", "--rules", str(pack), own=False)
    assert (result.code, result.out) == (2, b"")
    assert result.err.startswith(f"boilerstrip: {where}{expected}")
    assert result.err.count("\n") == 1


def test_unreadable_folder(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("in/a", "in/shut", "in/z"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "x.txt").write_bytes(ZAP)
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).endswith("shut"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    line = "boilerstrip: in/shut: cannot be read: permission denied\n"
    result = run("clean", "in", "-o", "out")
    assert (result.code, result.err) == (2, line)
    assert not (tmp_path / "out").exists()
    result = run("clean", "in", "-o", "out", "--on-error", "skip")
    assert result.code == 2
    assert result.err == f"boilerstrip: cleaned 2 of 2 texts: 2 removals, 20 characters; 1 failed\n{line}"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "z"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
def test_unreadable_folder_really(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o000)
    for parent in [tmp_path, *tmp_path.parents[:-2]]:
        parent.chmod(parent.stat().st_mode | 0o055)
    run("check", "none.txt")  # everything is imported while that is still allowed
    os.seteuid(65534)
    try:
        result = run("check", "shut")
    finally:
        os.seteuid(0)
    assert (result.code, result.out, result.err) == (2, b"", "boilerstrip: shut: cannot be read: permission denied\n")


@pytest.mark.parametrize(("mode", "names"), [("skip", {"a.txt"}), ("pass", {"a.txt", "b.txt"})])
def test_what_cannot_be_read_is_left_out_or_passed(run: Runner, tmp_path: Path, mode: str, names: set[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_bytes(ZAP)
    (tmp_path / "in/b.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    result = run("clean", "in", "-o", "out", "--on-error", mode)
    assert result.code == 2
    assert result.err.endswith("; 1 failed\nboilerstrip: in/b.txt: is not text but a PNG image\n")
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    assert run("check", "in", "--on-error", mode).code == 2, "an error weighs more than a finding"


class FullDisk:
    """A file that takes `room` bytes."""

    room = 0

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        if FullDisk.room < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        FullDisk.room -= len(data)
        return self._stream.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FullDisk]]:
    fdopen = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *args: FullDisk(fdopen(*args)))
    yield FullDisk


@pytest.mark.parametrize("room", [0, 150, 700])
def test_full_disk_leaves_no_half_written_file(
    run: Runner, tmp_path: Path, full_disk: type[FullDisk], room: int
) -> None:
    (tmp_path / "a.txt").write_bytes(ZAP)
    full_disk.room = room
    result = run("clean", "a.txt", "-o", "b.txt")
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "cannot be written: no space left on device" in result.err
    assert not list(tmp_path.glob(".boilerstrip-*"))
    if (tmp_path / "b.txt").exists():
        assert (tmp_path / "b.txt").read_bytes() == ARTICLE.encode()


def test_a_report_without_room_for_its_end_is_kept(run: Runner, tmp_path: Path, full_disk: type[FullDisk]) -> None:
    (tmp_path / "a.txt").write_bytes(ZAP)
    full_disk.room = 10_000
    run("clean", "a.txt", "-o", "b.txt", "--report", "whole.jsonl")
    rows = (tmp_path / "whole.jsonl").read_bytes().splitlines(keepends=True)
    full_disk.room = sum(map(len, rows[:-1])) + len(ARTICLE)
    result = run("clean", "a.txt", "--in-place", "--report", "cut.jsonl")
    assert (result.code, result.err) == (
        2, "boilerstrip: cut.jsonl: cannot be written: no space left on device; it lacks its end, and restore takes it "
        "with --partial\n",
    )  # fmt: skip
    full_disk.room = 10_000
    assert run("restore", "a.txt", "--report", "cut.jsonl", "--in-place").code == 2
    assert run("restore", "a.txt", "--report", "cut.jsonl", "--in-place", "--partial").code == 0
    assert (tmp_path / "a.txt").read_bytes() == ZAP


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk_at_standard_output(tmp_path: Path) -> None:
    for arguments in ["clean"], ["rules", "list"]:
        with Path("/dev/full").open("wb") as full:
            own = [] if arguments[0] == "rules" else OWN
            done = subprocess.run(
                [*PROGRAM, *arguments, *own], cwd=tmp_path, input=ZAP, stdout=full, stderr=subprocess.PIPE, check=False
            )
        assert (done.returncode, done.stderr) == (2, b"boilerstrip: standard output: no space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_device_is_not_replaced(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(ZAP)
    result = run("clean", "a.txt", "-o", "/dev/full")
    assert (result.code, result.err) == (2, "boilerstrip: /dev/full: cannot be written: no space left on device\n")
    assert Path("/dev/full").is_char_device()
    assert run("clean", "a.txt", "-o", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


def test_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(ZAP)
    for arguments, code in (["check", "a.txt", *OWN], 1), (["clean", "a.txt", *OWN], 0):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([*PROGRAM, *arguments], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, check=False)
        os.close(writing)
        assert (done.returncode, done.stderr) == (code, b"")


def test_ctrl_c_ends_with_130_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(12000):
        (tmp_path / f"in/{number:04}.txt").write_bytes(ZAP)
    started = subprocess.Popen(
        [*PROGRAM, "clean", "in", "--in-place", *OWN], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    last = tmp_path / "in/0020.txt"
    for _ in range(30000):
        if last.read_bytes() != ZAP:
            break
        time.sleep(0.001)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=30)
    assert (started.returncode, out, err) == (130, b"", b"")
    texts = {path.read_bytes() for path in (tmp_path / "in").iterdir()}
    assert texts == {ZAP, ARTICLE.encode()}
    assert not list(tmp_path.rglob(".boilerstrip-*"))
    done = process("restore", "in", "--report", "in.removals.jsonl", "--in-place", "--partial", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.read_bytes() for path in (tmp_path / "in").iterdir()} == {ZAP}
