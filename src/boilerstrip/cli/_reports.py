"""Which reports a run writes, and where: those asked for, those written by default; not their rows (`reports`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from boilerstrip.cli._destinations import Destination, Files, InPlace, standard_output
from boilerstrip.cli._needed import needed_for
from boilerstrip.cli._run import RunReport
from boilerstrip.errors import SettingsError
from boilerstrip.formats.sources import Source
from boilerstrip.reports import Header, Outcome, kind_of, kinds
from boilerstrip.reports.files import Needed, ReportFile
from boilerstrip.reports.terminal import ShownDiff
from boilerstrip.reports.unified_diff import unified_diff
from boilerstrip.running.work import Done

DEFAULT = (("removals", ".removals.jsonl"), ("diff", ".diff"))


class PrintedDiff:
    """Writes a diff to standard output, byte for byte."""

    takes = "diff"

    def container(self, name: str, kind: str) -> None:
        """The records of a container follow."""

    def part(self, done: Done) -> None:
        """Write the diff of the records of a part."""
        standard_output().write(done.diff)

    def begin(self, header: Header) -> None:
        """A diff has no header of its own."""

    def document(self, outcome: Outcome) -> None:
        """Write the diff of one document."""
        stream = standard_output()
        for piece in unified_diff(outcome):
            stream.write(piece)

    def end(self) -> None:
        """Notice now if what was printed is not taken."""
        standard_output().flush()

    def break_off(self, delivered: bool) -> None:
        """What is printed is printed."""


def diff_printer() -> RunReport:
    """The diff on standard output: fit to be shown on a terminal, byte for byte elsewhere."""
    return ShownDiff(sys.stdout) if sys.stdout is not None and sys.stdout.isatty() else PrintedDiff()


def report_paths(reports: Sequence[str]) -> list[str]:
    """The paths of `[KIND:]PATH` arguments. Raise `SettingsError` where one is not understood, or given twice."""
    paths = [kind_of(text)[1] for text in reports]
    if len({os.path.realpath(path) for path in paths}) < len(paths):
        raise SettingsError("two reports would be one file")
    return paths


def report_files(reports: Sequence[str], sources: Sequence[Source], destination: Destination) -> list[RunReport]:
    """The reports that were asked for. Raise `SettingsError` where one would be the file of a text."""
    files = [file for each in sources for file in (each.path, destination.target(each.id))]
    texts = {os.path.realpath(file) for file in files if file is not None}
    for path in report_paths(reports):
        if os.path.realpath(path) in texts:
            raise SettingsError(f"{path}: is a text of this run, and no place for a report")
    needed = needed_for(sources, destination.target)
    return [ReportFile(*kind_of(text), needed) for text in reports]


def default_reports(
    sources: Sequence[Source], destination: Destination
) -> tuple[list[RunReport], dict[str, list[RunReport]]]:
    """The reports that stand beside the output: of the whole run, and of each path that is cleaned in place."""
    if isinstance(destination, Files):
        path = destination.path
        if path.exists() and not (path.is_file() or path.is_dir()):
            return [], {}  # a device or a pipe
        return _beside(str(path), needed_for(sources, destination.target), late=False), {}
    if not isinstance(destination, InPlace):
        return [], {}
    local: dict[str, list[RunReport]] = {}
    for named in dict.fromkeys(source.named for source in sources):
        own = [source for source in sources if source.named == named]
        local[named] = _beside(named, needed_for(own, partial(_inside, Path(named))), late=True)
    return [], local


def _beside(path: str, needed: Needed, *, late: bool) -> list[RunReport]:
    base = os.path.normpath(path)
    if Path(base).name in ("", ".."):
        base = os.path.realpath(base)
    known = kinds()
    return [ReportFile(known[kind], base + suffix, needed, late=late) for kind, suffix in DEFAULT]


def _inside(named: Path, name: str) -> Path:
    return named / name if named.is_dir() else named
