"""The command `check`: what would go, as findings; no text is written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, TextIO

import click

from boilerstrip.cli import Status
from boilerstrip.cli._baseline import NewOnly
from boilerstrip.cli._configuration import Configured
from boilerstrip.cli._destinations import Nowhere
from boilerstrip.cli._findings import Concise, Found, Printed, Statistics, Text
from boilerstrip.cli._intake import intake_options, take_in
from boilerstrip.cli._options import named_paths
from boilerstrip.cli._reports import diff_printer, report_files
from boilerstrip.cli._run import RunReport
from boilerstrip.errors import SettingsError
from boilerstrip.reports import kinds
from boilerstrip.reports.baseline import Baseline

PRINTED = {"jsonl": "findings", "sarif": "sarif", "github": "github"}  # as which report each of these is printed
FORMATS = ("text", "concise", *PRINTED)


@click.command("check", cls=Configured)
@click.argument("paths", metavar="[SRC]...", nargs=-1)
@click.option("--output-format", "output_format", type=click.Choice(FORMATS),
              help="How findings are printed.  [default: text on a terminal, concise elsewhere]")  # fmt: skip
@click.option("--diff", "show_diff", is_flag=True, help="Print the diff; findings go to standard error.")
@click.option("--statistics", is_flag=True, help="Print how often each rule fires instead of findings.")
@click.option("--baseline", metavar="FILE", help="Let be the findings that this file lists.")
@click.option("--update-baseline", is_flag=True, help="Write the findings to the baseline; none is printed.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 also if something is found.")
@click.option("--report", "reports", metavar="[KIND:]PATH", multiple=True, help="Write a report as well. Repeatable.")
@intake_options
@click.pass_obj
def command(
    status: Status, /, paths: tuple[str, ...], output_format: str | None, show_diff: bool, statistics: bool,
    baseline: str | None, update_baseline: bool, exit_zero: bool, reports: tuple[str, ...], **options: Any,
) -> None:  # fmt: skip
    """Say what `clean` would take out; write no text.

    A finding is `path:line: rule-id category confidence: excerpt`. Exit 1 if there is any, 0 if there is none, 2 on
    any error.
    """
    paths = named_paths(paths)
    quiet = options["quiet"]
    known = _baseline(baseline, update_baseline)
    printers = _printers(output_format, show_diff, statistics, quiet)
    intake = take_in(paths, options, prefix=len(paths) > 1)
    found = Found(quiet=quiet or output_format == "github")
    told: list[RunReport] = [
        *report_files(reports, intake.sources.found, Nowhere()),
        found,
        *printers,
    ]
    if known is not None:
        told = [NewOnly(known, told, update=update_baseline)]
    try:
        intake.run(Nowhere(), [*intake.bar(mixed=True), *told]).go(status)
    finally:
        status.found |= found.found and not exit_zero


def _baseline(path: str | None, update: bool) -> Baseline | None:
    if path is None:
        if update:
            raise SettingsError("--update-baseline needs --baseline FILE")
        return None
    return Baseline.read(Path(path), missing=update)


def _printers(output_format: str | None, show_diff: bool, statistics: bool, quiet: bool) -> list[RunReport]:
    """What is printed. A diff and the formats for programs have standard output to themselves."""
    if show_diff and output_format in PRINTED:
        raise SettingsError(f"--diff and --output-format {output_format} would mix: write one of them with --report")
    printers: list[RunReport] = []
    beside = sys.stderr if show_diff or output_format in PRINTED else sys.stdout
    if statistics:
        printers.append(Statistics(beside))
    elif not quiet and output_format not in PRINTED:
        printers.append(_for_people(output_format, beside))
    if show_diff:
        printers.append(diff_printer())
    if output_format in PRINTED:
        printers.append(Printed(kinds()[PRINTED[output_format]]))
    return printers


def _for_people(output_format: str | None, stream: TextIO) -> RunReport:
    if output_format is None:
        output_format = "text" if stream.isatty() else "concise"
    return Text(stream) if output_format == "text" else Concise(stream)
