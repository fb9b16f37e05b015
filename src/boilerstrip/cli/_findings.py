"""Findings for people: grouped by text, one a line, or counted by rule; those for programs are reports."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TextIO

from boilerstrip.cli._destinations import standard_output
from boilerstrip.reports import Header, Kind, Outcome
from boilerstrip.reports.findings import Finding, findings
from boilerstrip.reports.printable import excerpt, printable
from boilerstrip.reports.terminal import Page

CONFIDENCE_STYLES = {"certain": "green", "likely": "yellow", "possible": "magenta"}
EXCERPT_LINES, EXCERPT_CHARS = 3, 600


class Found:
    """Counts findings by rule, and says on standard error which texts are left whole for a reason."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.documents = self.changed = 0
        self._quiet = quiet

    @property
    def found(self) -> bool:
        """Whether there is any finding."""
        return bool(self.counts)

    def begin(self, header: Header) -> None:
        """Start to count."""

    def document(self, outcome: Outcome) -> None:
        """Count; that a text is left whole for a reason is a notice, and no finding."""
        self.documents += 1
        if outcome.result.status == "cleaned":
            self.changed += 1
            self.counts.update((each.rule, each.category, each.confidence) for each in outcome.result.removals)
        elif outcome.notable and not self._quiet:
            sys.stderr.write(f"boilerstrip: {printable(outcome.shown)}: {outcome.result.status.replace('_', ' ')}\n")

    def end(self) -> None:
        """Nothing more is said."""

    def break_off(self, delivered: bool) -> None:
        """What is said is said."""


class Statistics(Found):
    """Prints a line per rule at the end, the most frequent first."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(quiet=True)
        self._stream = stream

    def end(self) -> None:
        """Print how many removals, rule, category, confidence."""
        page = Page(self._stream)
        for (rule, category, confidence), count in sorted(self.counts.items(), key=lambda x: (-x[1], x[0])):
            page.line(f"{page.paint(f'{count:>7}', 'bold')}  {rule} {page.paint(category, 'cyan')} "
                      f"{page.paint(confidence, CONFIDENCE_STYLES[confidence])}")  # fmt: skip
        page.flush()


class Concise:
    """Prints `path:line: rule category confidence: excerpt` for each finding."""

    def __init__(self, stream: TextIO) -> None:
        self._page = Page(stream)

    def begin(self, header: Header) -> None:
        """Findings have no header."""

    def document(self, outcome: Outcome) -> None:
        """Print the findings of a document."""
        page = self._page
        for each in findings(outcome):
            removal = each.removal
            style = CONFIDENCE_STYLES[removal.confidence]
            page.line(f"{page.paint(printable(outcome.shown), 'bold')}:{each.place.line}: "
                      f"{removal.rule} {page.paint(removal.category, 'cyan')} "
                      f"{page.paint(removal.confidence, style)}: {excerpt(each.text.strip())}")  # fmt: skip
        page.flush()

    def end(self) -> None:
        """Notice now if what was printed is not taken."""
        self._page.flush()

    def break_off(self, delivered: bool) -> None:
        """What is printed is printed."""


class Text(Concise):
    """Prints the findings of a text below its path, each with the text that would go, and a count at the end."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._count = Found(quiet=True)

    def document(self, outcome: Outcome) -> None:
        """Print the findings of a document."""
        self._count.document(outcome)
        page = self._page
        for number, each in enumerate(findings(outcome)):
            if not number:
                page.line(page.paint(printable(outcome.shown), "bold"))
            self._finding(each)
        page.flush()

    def _finding(self, each: Finding) -> None:
        page, removal = self._page, each.removal
        confidence = page.paint(removal.confidence, CONFIDENCE_STYLES[removal.confidence])
        where = f"{each.place.line}:{each.place.column}"
        page.line(f"  {where:<8}{page.paint(removal.rule, 'bold')}  {page.paint(removal.category, 'cyan')}  "
                  f"{confidence}  {removal.start}-{removal.end}")  # fmt: skip
        text = excerpt(each.text.strip(), EXCERPT_CHARS)
        for row_number, row in enumerate(page.wrapped(text, 10, "red", EXCERPT_LINES)):
            page.line(row if row_number else f"          {row}")

    def end(self) -> None:
        """Print the count."""
        counted = self._count
        total = sum(counted.counts.values())
        if total:
            self._page.line()
        self._page.line(f"{total:,} {'finding' if total == 1 else 'findings'} in {counted.changed:,} of "
                        f"{counted.documents:,} {'text' if counted.documents == 1 else 'texts'}")  # fmt: skip
        super().end()


class Printed:
    """A report that is printed: to standard output, byte for byte."""

    def __init__(self, kind: Kind) -> None:
        self._writer = kind.Writer(standard_output())

    def begin(self, header: Header) -> None:
        """Print what stands before the findings."""
        self._writer.begin(header)

    def document(self, outcome: Outcome) -> None:
        """Print what there is to say of a document."""
        self._writer.document(outcome)

    def end(self) -> None:
        """Print the rest, and notice now if it is not taken."""
        self._writer.end()
        standard_output().flush()

    def break_off(self, delivered: bool) -> None:
        """Print the rest all the same: what was printed stays readable."""
        self.end()
