"""The hooks for pre-commit, run as `pre-commit try-repo` runs them: one finds, the other takes out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARTICLE = "The council met on Monday to vote on the bridge, and the vote was put off again until the spring.\n"
NAMES = ("src", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


def git(folder: Path, *args: str) -> None:
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    subprocess.run(["git", *who, *args], cwd=folder, check=True, capture_output=True)


def repository(folder: Path, message: str) -> None:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", message)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of its own with the files of this one as they are now."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in NAMES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    repository(folder, "all files")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(f"{ARTICLE}Sign up for our weekly newsletter.\n")
    (tmp_path / "b.txt").write_text(ARTICLE)
    (tmp_path / "c.md").write_text("Sign up for our weekly newsletter.\n")
    repository(tmp_path, "texts")
    return tmp_path


def tried(hooks: Path, corpus: Path) -> subprocess.CompletedProcess[str]:
    """Both hooks, in their order: each time in an environment that is made anew."""
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(hooks), "--all-files", "--color", "never"]
    return subprocess.run([*command, "--verbose"], cwd=corpus, capture_output=True, text=True, timeout=900)


def test_one_hook_finds_and_one_cleans_and_then_both_are_content(hooks: Path, corpus: Path) -> None:
    done = tried(hooks, corpus)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert [row.rstrip(".").split(".")[0] for row in done.stdout.splitlines() if row.endswith("Failed")] == [
        "boilerstrip check", "boilerstrip clean",
    ], said  # fmt: skip
    found = [row for row in done.stdout.splitlines() if row.startswith(("a.txt", "b.txt", "c.md"))]
    assert len(found) == 1 and found[0].startswith("a.txt:2: ") and "newsletter" in found[0]
    assert (corpus / "a.txt").read_text() == ARTICLE
    assert sorted(path.name for path in corpus.iterdir()) == [".git", "a.txt", "b.txt", "c.md"]
    done = tried(hooks, corpus)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Passed") == 2
