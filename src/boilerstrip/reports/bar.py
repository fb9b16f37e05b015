"""How far a run is, shown while it lasts on a terminal; not what came of it (`terminal`)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, TextIO

from boilerstrip.reports import Header, Outcome

if TYPE_CHECKING:
    from rich.progress import Progress

    from boilerstrip.running.tally import Counts
    from boilerstrip.running.work import Done

WORTH_SHOWING = 1 << 20  # bytes of input


class Bar:
    """A bar of the bytes of input as they are stored, with their rate and the time left, and counts beside it.

    `sizes` are those of the inputs in order, `None` where nobody knows how many bytes will come, as from a pipe.
    """

    takes = ""

    def __init__(self, stream: TextIO, sizes: Sequence[int] | None) -> None:
        self._before = list(accumulate(sizes or (), initial=0))
        self._progress = _progress(stream)
        total = self._before[-1] if sizes is not None else None
        self._task = self._progress.add_task("", total=total, documents=0, removals=0)
        self._documents = self._removals = 0

    def begin(self, header: Header) -> None:
        """Show it."""
        self._progress.start()

    def reached(self, number: int, position: int | None) -> None:
        """The `number`th input is done, or so many bytes of it."""
        at = None
        if len(self._before) > 1:
            at = self._before[number] + position if position is not None else self._before[number + 1]
        self._progress.update(self._task, completed=at, documents=self._documents, removals=self._removals)

    def document(self, outcome: Outcome) -> None:
        """Count a document."""
        self._documents += 1
        self._removals += len(outcome.result.removals)

    def container(self, name: str, kind: str) -> None:
        """The records of a container follow."""

    def part(self, done: Done) -> None:
        """Count the records of a part of a container."""
        self.add(done.counts)

    def add(self, counts: Counts) -> None:
        """Count documents."""
        self._documents += counts.documents
        self._removals += counts.removals

    def end(self) -> None:
        """Take it away."""
        self._progress.stop()

    def break_off(self, delivered: bool) -> None:
        """Take it away: an error is about to be said."""
        self._progress.stop()


def _progress(stream: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    counts = TextColumn("{task.fields[documents]:,} texts, {task.fields[removals]:,} removals")
    return Progress(
        BarColumn(), TaskProgressColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(), counts,
        console=Console(file=stream), transient=True, redirect_stdout=False,
    )  # fmt: skip
