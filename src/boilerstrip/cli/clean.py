"""The command `clean`: texts without their boilerplate, and reports of what went."""

from __future__ import annotations

import sys
from typing import Any

import click

from boilerstrip.cli import Status
from boilerstrip.cli._configuration import Configured
from boilerstrip.cli._destinations import Wanted
from boilerstrip.cli._options import (
    check_url,
    input_options,
    make_cleaner,
    named_paths,
    over_budget_option,
    quiet_option,
    record_options,
    selection_options,
)
from boilerstrip.cli._progress import make_progress
from boilerstrip.cli._reports import default_reports, diff_printer, report_files, report_paths
from boilerstrip.cli._run import Failures, Run, RunReport
from boilerstrip.errors import SettingsError
from boilerstrip.formats.compression import SUFFIXES
from boilerstrip.formats.sources import enumerate_sources
from boilerstrip.reports.terminal import Summary
from boilerstrip.running.containers import Choice


@click.command("clean", cls=Configured)
@click.argument("paths", metavar="[SRC]...", nargs=-1)
@click.option("-o", "--output", metavar="PATH", help="Write to a file, or mirror folders into a folder.")
@click.option("--in-place", is_flag=True, help="Replace the files that change.")
@click.option("--backup", metavar="SUFFIX", default="", help="With --in-place, keep the original as FILE + SUFFIX.")
@click.option("--diff", "show_diff", is_flag=True, help="Print the diff instead of the text; write no file.")
@click.option("--report", "reports", metavar="[KIND:]PATH", multiple=True,
              help="Write a report: removals (.jsonl), diff (.diff, .patch), a page to look at (.html), "
                   "SARIF (.sarif), also compressed (.gz .bz2 .xz). "
                   "Repeatable.")  # fmt: skip
@click.option("--no-report", is_flag=True, help="Do not write the reports that -o and --in-place write by themselves.")
@click.option("--concat", is_flag=True, help="Write several texts to standard output, one after the other.")
@click.option("--exit-non-zero-on-change", is_flag=True, help="Exit with 1 if anything goes.")
@click.option("--resume", is_flag=True, help="Go on where a run that was broken off got to; also fit for a first run.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would happen.")
@click.option("--annotate", metavar="NAME", help="Give each record a field of that name that says what went from it.")
@click.option("--compress", "compression", type=click.Choice([suffix[1:] for suffix in SUFFIXES]),
              help="Compress standard output.")  # fmt: skip
@record_options
@selection_options
@over_budget_option
@input_options
@quiet_option
@click.pass_obj
def command(
    status: Status, /, paths: tuple[str, ...], output: str | None, in_place: bool, backup: str, show_diff: bool,
    reports: tuple[str, ...], no_report: bool, concat: bool, exit_non_zero_on_change: bool, include: tuple[str, ...],
    encoding: str, url: str | None, on_error: str, quiet: bool, resume: bool, dry_run: bool, compression: str | None,
    field: str | None, url_field: str | None, format_: str | None, jobs: int, annotate: str | None, **selection: Any,
) -> None:  # fmt: skip
    """Take the boilerplate out of texts.

    SRC is a file, a folder or - for standard input, which is also read if a pipe is there and no SRC is named. The
    cleaned text goes to standard output, unless -o or --in-place is given. Those two also write what went to
    PATH.removals.jsonl and PATH.diff, from which `boilerstrip restore` and `patch -R` give the original back.
    """
    paths = named_paths(paths)
    wanted = Wanted(paths, output, in_place, backup, concat, show_diff or dry_run, selection["over_budget"],
                    report_paths(reports), f".{compression}" if compression else "")  # fmt: skip
    wanted.check()
    default = not (no_report or reports or show_diff or dry_run)
    if reports and (no_report or show_diff):
        raise SettingsError(f"--report and {'--no-report' if no_report else '--diff'} exclude each other")
    cleaner = make_cleaner(**selection)
    failures = Failures(on_error)
    # Each path cleaned in place has reports of its own, in which its files go by their names inside it.
    prefix = len(paths) > 1 and not (in_place and default)
    sources = enumerate_sources(paths, include, failures.add, prefix=prefix)
    check_url(url, sources)
    choice = Choice(format_, field, url_field, annotate)
    choice.check(sources.found)
    destination = wanted.destination(sources.found)
    shared = report_files(reports, sources.found, destination)
    local: dict[str, list[RunReport]] = {}
    if default:
        more, local = default_reports(sources.found, destination)
        shared += more
    if show_diff:
        shared.append(diff_printer())
    summary = Summary(sys.stderr, quiet=quiet, total=len(sources.found), skipped=sources.skipped,
                      failures=failures.messages)  # fmt: skip
    told: list[RunReport] = [*shared, summary]
    settings = (
        selection,
        reports,
        default,
        encoding,
        url,
        on_error,
        output,
        format_,
        choice.field,
        choice.url_field,
        annotate,
    )
    progress = make_progress(cleaner, sources.found, destination, told, resume, settings)
    run = Run(cleaner, sources.found, destination, told, failures, encoding, url, local, choice=choice, jobs=jobs,
              progress=progress)  # fmt: skip
    run.go(status)
    status.found |= exit_non_zero_on_change and run.changed
