"""The command `clean`: texts without their boilerplate, and reports of what went."""

from __future__ import annotations

import sys
from typing import Any

import click

from boilerstrip.cli import Status
from boilerstrip.cli._configuration import Configured
from boilerstrip.cli._destinations import Files, Wanted
from boilerstrip.cli._intake import intake_options, take_in
from boilerstrip.cli._options import named_paths, over_budget_option
from boilerstrip.cli._progress import make_progress
from boilerstrip.cli._reports import default_reports, diff_printer, report_files, report_paths
from boilerstrip.cli._run import RunReport
from boilerstrip.errors import SettingsError
from boilerstrip.formats.compression import SUFFIXES
from boilerstrip.reports.terminal import Summary


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
@over_budget_option
@intake_options
@click.pass_obj
def command(
    status: Status, /, paths: tuple[str, ...], output: str | None, in_place: bool, backup: str, show_diff: bool,
    reports: tuple[str, ...], no_report: bool, concat: bool, exit_non_zero_on_change: bool, resume: bool,
    dry_run: bool, compression: str | None, annotate: str | None, **options: Any,
) -> None:  # fmt: skip
    """Take the boilerplate out of texts.

    SRC is a file, a folder or - for standard input, which is also read if a pipe is there and no SRC is named. The
    cleaned text goes to standard output, unless -o or --in-place is given. Those two also write what went to
    PATH.removals.jsonl and PATH.diff, from which `boilerstrip restore` and `patch -R` give the original back.
    """
    paths = named_paths(paths)
    wanted = Wanted(paths, output, in_place, backup, concat, show_diff or dry_run, options["over_budget"],
                    report_paths(reports), f".{compression}" if compression else "")  # fmt: skip
    wanted.check()
    default = not (no_report or reports or show_diff or dry_run)
    if reports and (no_report or show_diff):
        raise SettingsError(f"--report and {'--no-report' if no_report else '--diff'} exclude each other")
    # Each path cleaned in place has reports of its own, in which its files go by their names inside it.
    intake = take_in(paths, options, prefix=len(paths) > 1 and not (in_place and default), annotate=annotate)
    sources = intake.sources.found
    destination = wanted.destination(sources)
    if isinstance(destination, Files) and destination.single:
        intake.choice.check_target(sources[0], destination.path)
    shared = report_files(reports, sources, destination)
    local: dict[str, list[RunReport]] = {}
    if default:
        more, local = default_reports(sources, destination)
        shared += more
    if show_diff:
        shared.append(diff_printer())
    summary = Summary(sys.stderr, quiet=options["quiet"], skipped=intake.sources.skipped,
                      failures=intake.failures)  # fmt: skip
    # The bar goes before the summary is said.
    told: list[RunReport] = [*shared, *intake.bar(mixed=output is None and not in_place), summary]
    settings = (intake.decisive, reports, default, output, annotate)
    progress = make_progress(intake.cleaner, sources, destination, told, resume, settings)
    run = intake.run(destination, told, local, progress)
    run.go(status)
    status.found |= exit_non_zero_on_change and run.changed
