"""The command `check`: what would go, as findings; nothing is written."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import click

from boilerstrip.cli import Status
from boilerstrip.cli._destinations import Nowhere
from boilerstrip.cli._options import (
    check_url,
    input_options,
    make_cleaner,
    named_paths,
    quiet_option,
    selection_options,
)
from boilerstrip.cli._reports import diff_printer, report_files
from boilerstrip.cli._run import Failures, Run, RunReport
from boilerstrip.formats.sources import enumerate_sources
from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.printable import excerpt, printable


class Findings:
    """Prints a line per finding, or with `statistics` a line per rule at the end; neither with `silent`."""

    def __init__(self, *, statistics: bool, silent: bool) -> None:
        self.found = False
        self._statistics, self._silent = statistics, silent
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def begin(self, header: Header) -> None:
        """Findings have no header."""

    def document(self, outcome: Outcome) -> None:
        """Print what would go; that a text is left whole for a reason is a notice on standard error, no finding."""
        result = outcome.result
        if result.status == "cleaned":
            self.found = True
            for removal in result.removals:
                self._counts[removal.rule, removal.category, removal.confidence] += 1
            if not (self._silent or self._statistics):
                self._print(outcome)
        elif outcome.notable and not self._silent:
            sys.stderr.write(f"boilerstrip: {printable(outcome.shown)}: {result.status.replace('_', ' ')}\n")

    def _print(self, outcome: Outcome) -> None:
        source = outcome.result.source
        for each in outcome.result.removals:
            text = excerpt(source[each.start : min(each.end, each.start + 1000)])
            sys.stdout.write(f"{printable(outcome.shown)}:{each.line}: {each.rule} {each.category} "
                             f"{each.confidence}: {text}\n")  # fmt: skip
        sys.stdout.flush()

    def end(self) -> None:
        """Print the statistics: how many removals, rule, category, confidence; the most frequent first."""
        if self._statistics:
            for (rule, category, confidence), count in sorted(self._counts.items(), key=lambda x: (-x[1], x[0])):
                sys.stdout.write(f"{count:>7}  {rule} {category} {confidence}\n")
        sys.stdout.flush()

    def break_off(self, delivered: bool) -> None:
        """What is printed is printed."""


@click.command("check")
@click.argument("paths", metavar="[SRC]...", nargs=-1)
@click.option("--diff", "show_diff", is_flag=True, help="Print the diff instead of findings.")
@click.option("--statistics", is_flag=True, help="Print how often each rule fires instead of findings.")
@click.option("--report", "reports", metavar="[KIND:]PATH", multiple=True, help="Write a report as well. Repeatable.")
@selection_options
@input_options
@quiet_option
@click.pass_obj
def command(
    status: Status, /, paths: tuple[str, ...], show_diff: bool, statistics: bool, reports: tuple[str, ...],
    include: tuple[str, ...], encoding: str, url: str | None, on_error: str, quiet: bool, **selection: Any,
) -> None:  # fmt: skip
    """Say what `clean` would take out; write no text.

    A finding is `path:line: rule-id category confidence: excerpt`. Exit 1 if there is any, 0 if there is none, 2 on
    any error.
    """
    paths = named_paths(paths)
    cleaner = make_cleaner(**selection)
    failures = Failures(on_error)
    sources = enumerate_sources(paths, include, failures.add, prefix=len(paths) > 1)
    check_url(url, sources)
    findings = Findings(statistics=statistics, silent=quiet or show_diff)
    told: list[RunReport] = [*report_files(reports, sources.found, Nowhere()), findings]
    if show_diff:
        told.append(diff_printer())
    try:
        Run(cleaner, sources.found, Nowhere(), told, failures, encoding, url).go(status)
    finally:
        status.found |= findings.found
