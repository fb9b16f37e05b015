"""Which files of a run are left out: `--exclude` and `.boilerstripignore`, as gitignore has it; not which are found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from boilerstrip.errors import SettingsError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".boilerstripignore"
_SPECIAL = re.compile(r"([*?\[\]\\!# ])")


def anchored(pattern: str, folder: str) -> str:
    """A pattern that means a path in `folder`, as one that means it from everywhere; others as they are.

    >>> anchored('raw/*.txt', '/data'), anchored('!/raw', '/data'), anchored('raw/', '/data')
    ('//data/raw/*.txt', '!//data/raw', 'raw/')
    """
    negated, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if body.startswith("//") or "/" not in body.rstrip("/"):
        return pattern
    literal = _SPECIAL.sub(r"\\\1", folder.rstrip("/"))
    return f"{negated}/{literal}/{body.lstrip('/')}"


@dataclass(slots=True)
class Exclusion:
    """Patterns of the command line and the configuration, and the ignore files of the folders that are met.

    The pattern that comes last decides, and of ignore files the deepest that has one. With `force`, paths that were
    named are left out too.
    """

    patterns: Sequence[str] = ()
    force: bool = False
    _files: dict[Path, GitIgnoreSpec | None] = field(default_factory=dict)
    _own: GitIgnoreSpec | None = None

    def __post_init__(self) -> None:
        if self.patterns:
            here = Path.cwd().as_posix()
            rooted = (anchored(pattern, here).replace("//", "/", 1) for pattern in self.patterns)
            self._own = _spec(rooted, "--exclude")

    def excludes(self, path: Path, *, folder: bool) -> bool:
        """Whether a path, met in a folder that is not left out, is. Raise `SettingsError` for a bad pattern."""
        whole = _whole(path)
        slash = "/" * folder
        if self._own is not None and self._own.match_file(whole.as_posix().lstrip("/") + slash):
            return True
        for parent in whole.parents:
            spec = self._ignore_file(parent)
            if spec is not None:
                verdict = spec.check_file(whole.relative_to(parent).as_posix() + slash).include
                if verdict is not None:
                    return verdict
        return False

    def excludes_named(self, path: Path) -> bool:
        """Whether a path that was named is left out all the same, itself or a folder that it lies in."""
        if not self.force:
            return False
        folders = [*reversed(_whole(path).parents)][1:]
        return any(self.excludes(each, folder=True) for each in folders) or self.excludes(path, folder=path.is_dir())

    def _ignore_file(self, folder: Path) -> GitIgnoreSpec | None:
        if folder not in self._files:
            path = folder / IGNORE_FILE
            try:
                lines = path.read_text("utf-8", "surrogateescape").splitlines() if path.is_file() else []
            except OSError as error:
                raise SettingsError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from None
            self._files[folder] = _spec(lines, str(path)) if lines else None
        return self._files[folder]


def _whole(path: Path) -> Path:
    """A path from the root, without following links."""
    return Path(os.path.normpath(Path.cwd() / path))


def _spec(lines: Iterable[str], where: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None
