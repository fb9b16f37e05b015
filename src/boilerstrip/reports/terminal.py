"""What a person sees of a run: a one-line summary, and a diff that is safe to show; not files for programs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sized
from typing import TYPE_CHECKING, TextIO

from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.printable import printable
from boilerstrip.reports.unified_diff import unified_diff

if TYPE_CHECKING:
    from rich.progress import Progress


def colourful(stream: TextIO) -> bool:
    """Whether colours may go there: a terminal, unless `NO_COLOR` or `FORCE_COLOR` says otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


class Summary:
    """Counts what happens in a run, shows progress on a terminal, and says it in one line at the end."""

    def __init__(
        self, stream: TextIO, *, quiet: bool = False, total: int = 0, skipped: int = 0, failures: Sized = ()
    ) -> None:
        self.documents = self.changed = self.removals = self.removed = 0
        self.left: Counter[str] = Counter()
        self._stream, self._quiet, self._skipped, self._failures = stream, quiet, skipped, failures
        self._progress = _progress(stream, total) if not quiet and total > 1 and stream.isatty() else None

    def begin(self, header: Header) -> None:
        """Start to count."""
        if self._progress is not None:
            self._progress.start()

    def document(self, outcome: Outcome) -> None:
        """Count a document."""
        self.documents += 1
        self.changed += outcome.changed
        self.removals += len(outcome.result.removals)
        self.removed += outcome.result.removed_chars
        if outcome.notable and outcome.result.status != "cleaned":
            self.left[outcome.result.status] += 1
        if self._progress is not None:
            self._progress.advance(self._progress.task_ids[0])

    def end(self) -> None:
        """Print the summary."""
        if self._progress is not None:
            self._progress.stop()
        if self._quiet:
            return
        line = self.line()
        if colourful(self._stream):
            from rich.console import Console

            console = Console(file=self._stream, soft_wrap=True, highlight=True, force_terminal=True)
            console.print(line, style="green" if not self._failures else "red", markup=False)
        else:
            self._stream.write(f"{line}\n")

    def break_off(self, delivered: bool) -> None:
        """Stop without a summary: an error is about to be said."""
        if self._progress is not None:
            self._progress.stop()

    def line(self) -> str:
        """The summary, for example `boilerstrip: cleaned 1 of 2 texts: 3 removals, 120 characters`."""
        parts = [f"cleaned {self.changed} of {_count(self.documents, 'text')}"]
        if self.changed:
            parts[0] += f": {_count(self.removals, 'removal')}, {_count(self.removed, 'character')}"
        parts += [f"{number} {status.replace('_', ' ')}" for status, number in sorted(self.left.items())]
        if self._skipped:
            parts.append(f"{_count(self._skipped, 'other file')} skipped")
        if self._failures:
            parts.append(f"{len(self._failures)} failed")
        return f"boilerstrip: {'; '.join(parts)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _progress(stream: TextIO, total: int) -> Progress:
    from rich.console import Console
    from rich.progress import Progress

    progress = Progress(console=Console(file=stream), transient=True)
    progress.add_task("cleaning", total=total)
    return progress


_PLAIN = "\x1b[0m"
_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m", "@": "\x1b[36m"}


class ShownDiff:
    """Prints a diff for people: coloured, and with control characters of the texts shown as escapes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._colour = colourful(stream)

    def begin(self, header: Header) -> None:
        """A diff has no header of its own."""

    def document(self, outcome: Outcome) -> None:
        """Print the diff of one document."""
        for piece in unified_diff(outcome):
            for line in piece.decode("utf-8", "surrogateescape").rstrip("\n").split("\n"):
                self._line(line)

    def _line(self, line: str) -> None:
        colour = _COLOURS.get(line[:1], "") if self._colour else ""
        self._stream.write(f"{colour}{printable(line)}{_PLAIN if colour else ''}\n")

    def end(self) -> None:
        """Notice now if what was printed is not taken."""
        self._stream.flush()

    def break_off(self, delivered: bool) -> None:
        """What is printed is printed."""
