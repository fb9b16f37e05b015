"""What a person sees of a run: a one-line summary, and a diff that is safe to show; not files for programs."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sized
from typing import TYPE_CHECKING, TextIO

from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.printable import printable
from boilerstrip.reports.unified_diff import unified_diff

if TYPE_CHECKING:
    from boilerstrip.running.tally import Counts
    from boilerstrip.running.work import Done


def colourful(stream: TextIO) -> bool:
    """Whether colours may go there: a terminal, unless `NO_COLOR` or `FORCE_COLOR` says otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


# Of the sixteen colours of a terminal only those that can be read on light and on dark.
_STYLES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36}
NARROWEST, WIDEST, PIPED = 40, 140, 100


class Page:
    """A stream as a person sees it: its width in columns, and its colours where there are any."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.colour = colourful(stream)
        self.shown = stream.isatty()
        columns = shutil.get_terminal_size((80, 24)).columns if self.shown else PIPED
        self.width = min(max(columns, NARROWEST), WIDEST)

    def paint(self, text: str, *styles: str) -> str:
        """The text in these styles, where there are colours."""
        codes = ";".join(str(_STYLES[style]) for style in styles if style)
        return f"\x1b[{codes}m{text}\x1b[0m" if codes and text and self.colour else text

    def wrapped(self, text: str, indent: int, style: str = "", most: int = 0) -> Iterator[str]:
        """The text in lines of the width, all but the first indented; at most so many, if `most` is given.

        Characters of East Asian scripts count as the two columns that they fill.
        """
        from rich.console import Console
        from rich.text import Text

        width = max(self.width - indent, 20)
        rows = [str(row).rstrip() for row in Text(text).wrap(Console(width=width, file=self._stream), width)]
        if most and len(rows) > most:
            rows = [*rows[: most - 1], f"{rows[most - 1][: width // 2 - 1]} …"]
        for number, row in enumerate(rows or [""]):
            yield " " * indent * bool(number) + self.paint(row, style)

    def block(self, head: str, text: str, head_style: str = "", style: str = "", most: int = 0) -> None:
        """Write `head` and beside it the text: wrapped beneath itself on a terminal, in one line elsewhere."""
        rows = list(self.wrapped(text, len(head), style, most)) if self.shown else [self.paint(text, style)]
        self.line((self.paint(head.rstrip(), head_style) + head[len(head.rstrip()) :] + rows[0]).rstrip())
        for row in rows[1:]:
            self.line(row)

    def line(self, text: str = "") -> None:
        """Write a line."""
        self._stream.write(f"{text}\n")

    def flush(self) -> None:
        """Notice now if what was printed is not taken."""
        self._stream.flush()


class Summary:
    """Counts what happens in a run, and says it in one line at the end."""

    takes = ""

    def __init__(self, stream: TextIO, *, quiet: bool = False, skipped: int = 0, failures: Sized = ()) -> None:
        self.documents = self.changed = self.removals = self.removed = 0
        self.left: Counter[str] = Counter()
        self._stream, self._quiet, self._skipped, self._failures = stream, quiet, skipped, failures

    def begin(self, header: Header) -> None:
        """Start to count."""

    def document(self, outcome: Outcome) -> None:
        """Count a document."""
        self.documents += 1
        self.changed += outcome.changed
        self.removals += len(outcome.result.removals)
        self.removed += outcome.result.removed_chars
        if outcome.notable and outcome.result.status != "cleaned":
            self.left[outcome.result.status] += 1

    def container(self, name: str, kind: str) -> None:
        """The records of a container follow."""

    def part(self, done: Done) -> None:
        """Count the records of a part of a container."""
        self.add(done.counts)

    def add(self, counts: Counts) -> None:
        """Count documents."""
        self.documents += counts.documents
        self.changed += counts.changed
        self.removals += counts.removals
        self.removed += counts.removed
        self.left += counts.left

    def end(self) -> None:
        """Print the summary."""
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

    def line(self) -> str:
        """The summary, for example `boilerstrip: cleaned 1 of 2 texts: 3 removals, 120 characters`."""
        parts = [f"cleaned {self.changed:,} of {count_of(self.documents, 'text')}"]
        if self.changed:
            parts[0] += f": {count_of(self.removals, 'removal')}, {count_of(self.removed, 'character')}"
        parts += [f"{number} {status.replace('_', ' ')}" for status, number in sorted(self.left.items())]
        if self._skipped:
            parts.append(f"{count_of(self._skipped, 'other file')} skipped")
        if self._failures:
            parts.append(f"{len(self._failures):,} failed")
        return f"boilerstrip: {'; '.join(parts)}"


def count_of(number: int, noun: str) -> str:
    """A number with its noun, for example `1 text`, `2,000 texts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


class ShownDiff:
    """Prints a diff for people: coloured, and with control characters of the texts shown as escapes."""

    takes = "diff"

    def __init__(self, stream: TextIO) -> None:
        self._page = Page(stream)

    def begin(self, header: Header) -> None:
        """A diff has no header of its own."""

    def document(self, outcome: Outcome) -> None:
        """Print the diff of one document."""
        for piece in unified_diff(outcome):
            self._show(piece)

    def container(self, name: str, kind: str) -> None:
        """The records of a container follow."""

    def part(self, done: Done) -> None:
        """Print the diff of the records of a part."""
        if done.diff:
            self._show(done.diff)

    def _show(self, piece: bytes) -> None:
        for line in piece.decode("utf-8", "surrogateescape").rstrip("\n").split("\n"):
            style = "bold" if line.startswith(("--- ", "+++ ")) else _COLOURS.get(line[:1], "")
            self._page.line(self._page.paint(printable(line), style))

    def end(self) -> None:
        """Notice now if what was printed is not taken."""
        self._page.flush()

    def break_off(self, delivered: bool) -> None:
        """What is printed is printed."""
