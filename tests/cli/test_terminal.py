"""What people see on a terminal: it fits its width, has colours that can be turned off, and no escapes of texts."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import termios
from pathlib import Path

import pytest
from rich.cells import cell_len

from program import ARTICLE, OWN, PROGRAM

TEXT = f"{ARTICLE * 9}Zap \x1b[31mthis\u202e {'thing and ' * 20}more.\nZap {'日本語の記事' * 30}。\n"
COMMANDS = {
    "check": ["check", "a.txt", *OWN],
    "explain": ["explain", "a.txt", *OWN],
    "diff": ["clean", "a.txt", "--diff", *OWN],
    "show": ["rules", "show", "own-zap", *OWN[:2]],
}


def on_terminal(command: list[str], cwd: Path, columns: int, **env: str) -> str:
    """What the program writes to a terminal of that many columns."""
    child, terminal = pty.fork()
    if not child:
        os.chdir(cwd)
        kept = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
        path = str(Path(__file__).parents[2] / "src")
        os.execve(PROGRAM[0], [*PROGRAM, *command], kept | {"TERM": "xterm", "PYTHONPATH": path} | env)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    said = b""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            break
        if not data:
            break
        said += data
    os.waitpid(child, 0)
    os.close(terminal)
    return said.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("command", ["check", "explain", "show"])
@pytest.mark.parametrize("columns", [80, 200])
def test_lines_fit_the_terminal(tmp_path: Path, command: str, columns: int) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    said = on_terminal(COMMANDS[command], tmp_path, columns)
    rows = re.sub(r"\x1b\[[\d;]*m", "", said).split("\n")
    assert len(rows) > 5
    assert max(map(cell_len, rows)) <= columns
    assert "\x1b[" in said
    assert "\x1b[31mthis" not in said and "\u202e" not in said


@pytest.mark.parametrize("command", COMMANDS)
def test_no_color(tmp_path: Path, command: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    said = on_terminal(COMMANDS[command], tmp_path, 80, NO_COLOR="1")
    assert len(said) > 100 and "\x1b" not in said


def test_a_bar_of_bytes_while_a_dump_is_cleaned(tmp_path: Path) -> None:
    record = json.dumps({"text": f"{ARTICLE}Zap this.\n"}) + "\n"
    (tmp_path / "d.jsonl").write_text(record * 12_000)
    said = on_terminal(["clean", "d.jsonl", "-o", "o.jsonl", *OWN], tmp_path, 120, NO_COLOR="1")
    assert re.search(r"1?\d?\d% +\d\.\d/1\.5 MB", said)
    assert "removals" in said.partition("boilerstrip: cleaned")[0]
    assert "boilerstrip: cleaned 12,000 of 12,000 texts: 12,000 removals, 120,000 characters" in said
    assert "MB" not in on_terminal(["clean", "d.jsonl", "-o", "o.jsonl", "-q", *OWN], tmp_path, 120)
