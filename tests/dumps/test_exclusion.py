"""Files that are left out: `--exclude`, `.boilerstripignore`, the configuration, and paths that are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from program import ARTICLE, Runner

FILES = ("a.txt", "b.txt", "raw/a.txt", "raw/deep/c.txt", "deep/raw/d.txt", "deep/e.txt")


@pytest.fixture
def tree(run: Runner) -> Path:
    """A folder `in` with a text in each of `FILES`, all of which have a finding."""
    for name in FILES:
        path = Path("in", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{ARTICLE}Zap this.\n")
    return Path("in")


def taken(run: Runner, *args: str) -> list[str]:
    ran = run("check", *args, "--output-format", "concise")
    assert ran.code in (0, 1) and ran.err == ""
    return [line.split(":")[0].removeprefix("in/") for line in ran.out.decode().splitlines()]


PATTERNS = {
    "a name": (["a.txt"], ["b.txt", "deep/e.txt", "deep/raw/d.txt", "raw/deep/c.txt"]),
    "a folder": (["raw/"], ["a.txt", "b.txt", "deep/e.txt"]),
    "a path": (["/in/raw"], ["a.txt", "b.txt", "deep/e.txt", "deep/raw/d.txt"]),
    "a path from here": (["in/raw/*.txt"], ["a.txt", "b.txt", "deep/e.txt", "deep/raw/d.txt", "raw/deep/c.txt"]),
    "any depth": (["in/**/?.txt", "!b.txt"], ["b.txt"]),
    "all but": (["*.txt", "!c.txt"], ["raw/deep/c.txt"]),
    "nothing in it comes back": (["raw", "!c.txt"], ["a.txt", "b.txt", "deep/e.txt"]),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_exclude(run: Runner, tree: Path, name: str) -> None:
    patterns, expected = PATTERNS[name]
    assert taken(run, "in", *(f"--exclude={each}" for each in patterns)) == expected


@pytest.mark.parametrize("name", ["a name", "a folder", "all but", "nothing in it comes back"])
def test_an_ignore_file_says_the_same(run: Runner, tree: Path, name: str) -> None:
    patterns, expected = PATTERNS[name]
    for folder in (Path(), tree):
        (folder / ".boilerstripignore").write_text("# not these\n\n" + "\n".join(patterns) + "\n")
        assert taken(run, "in") == expected
        (folder / ".boilerstripignore").unlink()


def test_the_deepest_ignore_file_decides(run: Runner, tree: Path) -> None:
    Path("in/.boilerstripignore").write_text("*.txt\n!/b.txt\n")
    Path("in/deep/.boilerstripignore").write_text("!e.txt\n/raw/\n")
    assert taken(run, "in") == ["b.txt", "deep/e.txt"]


def test_what_is_named_is_read_unless_it_is_forced_out(run: Runner, tree: Path) -> None:
    Path(".boilerstripignore").write_text("in/raw/\n")
    named = ("in/a.txt", "in/raw/a.txt", "in/raw/deep")
    assert taken(run, *named) == ["a.txt", "raw/a.txt"]
    assert taken(run, *named, "--exclude", "a.txt", "--force-exclude") == []
    assert taken(run, *named, "--force-exclude") == ["a.txt"]
    ran = run("clean", "in/raw/a.txt", "--in-place", "--force-exclude")
    assert (ran.code, ran.err) == (0, "boilerstrip: cleaned 0 of 0 texts\n")


def test_in_the_configuration(run: Runner, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pyproject.toml").write_text('[tool.boilerstrip]\nexclude = ["/in/raw", "e.txt"]\nforce-exclude = true\n')
    assert taken(run, "in", "in/raw/a.txt") == ["a.txt", "b.txt", "deep/raw/d.txt"]
    monkeypatch.chdir("in")
    assert taken(run, ".") == ["a.txt", "b.txt", "deep/raw/d.txt"]
    monkeypatch.setenv("BOILERSTRIP_EXCLUDE", "/a.txt,deep/")
    assert taken(run, ".") == ["b.txt", "raw/a.txt"]


def test_a_folder_whose_name_looks_like_a_pattern(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / "[ab]* !x"
    (odd / "raw").mkdir(parents=True)
    monkeypatch.chdir(odd)
    for name in ("a.txt", "raw/a.txt"):
        Path(name).write_text(f"{ARTICLE}Zap this.\n")
    assert taken(run, ".", "--exclude", "/raw") == ["a.txt"]


def test_a_bad_pattern(run: Runner, tree: Path) -> None:
    Path("in/.boilerstripignore").write_text("ok\n!\n")
    ran = run("check", "in")
    assert ran.code == 2 and ran.err.startswith("boilerstrip: ") and ".boilerstripignore: " in ran.err
