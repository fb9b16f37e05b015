"""Whether and from where a run goes on after an earlier one; not how progress is kept (`running.progress`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from boilerstrip import Cleaner
from boilerstrip.cli import say
from boilerstrip.cli._destinations import Destination, Files
from boilerstrip.cli._run import RunReport, header_of
from boilerstrip.errors import SettingsError
from boilerstrip.formats.sources import Source
from boilerstrip.reports.files import ReportFile
from boilerstrip.running.progress import Progress, State, digest_of

WORTH_KEEPING = 64 << 20  # bytes of input from which on every run can be resumed
MANY = 1000  # files


def make_progress(
    cleaner: Cleaner, sources: Sequence[Source], destination: Destination, reports: Sequence[RunReport], resume: bool,
    settings: Any,
) -> Progress | None:  # fmt: skip
    """How the run keeps its progress; `None` where it keeps none. Raise `SettingsError` where it could not resume."""
    if not isinstance(destination, Files) or any(source.path is None for source in sources):
        if resume:
            raise SettingsError("--resume is for files and folders that are cleaned to -o PATH")
        return None
    path = destination.path
    if (path.exists() and not (path.is_file() or path.is_dir())) or not (resume or _long(sources)):
        return None
    header = header_of(cleaner)
    made_by = (header.version, header.rules_sha256, header.settings_sha256)
    digest = digest_of({"header": made_by, "settings": settings}, sources)
    progress = Progress(path, digest, keep=resume)
    destination.resumable = True
    if resume:
        for report in reports:
            if isinstance(report, ReportFile) and report.takes == "outcomes":
                raise SettingsError(f"--resume goes on with removals and diff reports only: {report.path} is made as a "
                                    "whole, write it in a run of its own")  # fmt: skip
        complaint = progress.load()
        if complaint or not _fits(progress, sources, destination, reports):
            say(complaint or "what the interrupted run wrote is not there any more; starting afresh")
            progress.state = State()
    return progress


def _fits(
    progress: Progress, sources: Sequence[Source], destination: Files, reports: Sequence[RunReport]
) -> bool:  # fmt: skip
    state = progress.state
    files = [Path(report.path) for report in reports if isinstance(report, ReportFile)]
    growing = list(zip(files, state.reports, strict=False))
    if state.length:
        growing.append((destination.target(sources[state.done].id), state.length))
    return progress.fits(growing)


def _long(sources: Sequence[Source]) -> bool:
    sizes = (source.path.stat().st_size for source in sources if source.path is not None)
    return len(sources) >= MANY or sum(sizes) >= WORTH_KEEPING
