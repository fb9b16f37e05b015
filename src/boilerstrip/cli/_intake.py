"""What a run reads, and with which rules, from the options that the commands share; not what it does with that."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boilerstrip import Cleaner
from boilerstrip.cli._destinations import Destination
from boilerstrip.cli._options import (
    check_url,
    exclusion_options,
    input_options,
    make_cleaner,
    quiet_option,
    record_options,
    selection_options,
    together,
)
from boilerstrip.cli._run import Failures, Run, RunReport
from boilerstrip.errors import SettingsError
from boilerstrip.formats.documents import separator
from boilerstrip.formats.encoding import encoding_name
from boilerstrip.formats.exclusion import Exclusion
from boilerstrip.formats.sources import STDIN, Sources, enumerate_sources
from boilerstrip.reports.bar import WORTH_SHOWING, Bar
from boilerstrip.running.containers import Choice
from boilerstrip.running.progress import Progress

intake_options = together(record_options, selection_options, input_options, exclusion_options, quiet_option)
_OF_CLEANER = (
    "packs", "select", "ignore", "extend_select", "publisher", "lang", "min_confidence", "budget", "over_budget",
)  # fmt: skip
_WITHOUT_EFFECT = ("jobs", "quiet")  # on what comes out


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that a run takes in. `options` are those of `intake_options`, by their names in Python."""

    cleaner: Cleaner
    failures: Failures
    sources: Sources
    choice: Choice
    options: Mapping[str, Any]

    @property
    def decisive(self) -> dict[str, Any]:
        """The options that decide what comes out."""
        return {name: value for name, value in self.options.items() if name not in _WITHOUT_EFFECT}

    def run(
        self, destination: Destination, reports: Sequence[RunReport],
        local: dict[str, list[RunReport]] | None = None, progress: Progress | None = None,
    ) -> Run:  # fmt: skip
        """The run over it. `local` are reports of one named path."""
        return Run(
            self.cleaner, self.sources.found, destination, reports, self.failures, self.options["encoding"],
            self.options["url"], local or {}, choice=self.choice, jobs=self.options["jobs"], progress=progress,
        )  # fmt: skip

    def bar(self, *, mixed: bool = False) -> list[RunReport]:
        """What shows how far the run is, where somebody looks; `mixed`: standard output is written to meanwhile."""
        sizes = [source.size for source in self.sources.found]
        piped = STDIN in (source.id for source in self.sources.found)
        worth = piped or len(sizes) > 1 or sum(sizes) >= WORTH_SHOWING
        disturbed = mixed and sys.stdout is not None and sys.stdout.isatty()
        if self.options["quiet"] or disturbed or not worth or sys.stderr is None or not sys.stderr.isatty():
            return []
        return [Bar(sys.stderr, None if piped else sizes)]


def take_in(
    paths: Sequence[str], options: Mapping[str, Any], *, prefix: bool, annotate: str | None = None
) -> Intake:  # fmt: skip
    """What the options ask for. With `prefix`, the id of a file in a folder begins with that folder's name.

    Raise `SettingsError`, `RuleError`, or `InputError` where a source is missing.
    """
    cleaner = make_cleaner(**{name: options[name] for name in _OF_CLEANER if name in options})
    failures = Failures(options["on_error"])
    choice = _choice(options, annotate)
    exclusion = Exclusion(options["exclude"], options["force_exclude"])
    sources = enumerate_sources(paths, options["include"], failures.add, prefix=prefix, exclusion=exclusion)
    check_url(options["url"], sources)
    choice.check(sources.found)
    return Intake(cleaner, failures, sources, choice, options)


def _choice(options: Mapping[str, Any], annotate: str | None) -> Choice:
    split = options["split"]
    if split is not None:
        separator(split)
        if encoding_name(options["encoding"]) != "utf-8":
            raise SettingsError("--split divides UTF-8 only: it does not go with --encoding")
    return Choice(options["format_"], options["field"], options["url_field"], annotate, split)
