"""The command `stats`: removals by rule, category, publisher and language, in numbers; no text is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from boilerstrip.cli import Status
from boilerstrip.cli._configuration import Configured
from boilerstrip.cli._destinations import Nowhere
from boilerstrip.cli._intake import intake_options, take_in
from boilerstrip.cli._options import named_paths
from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.printable import printable
from boilerstrip.reports.terminal import colourful, count_of
from boilerstrip.rules import RuleSet
from boilerstrip.running.tally import Count, Tally, grouped
from boilerstrip.running.work import Done

if TYPE_CHECKING:
    from rich.table import Table as Grid

ANY = "any"
PIPED = 200  # columns, where nobody looks at a terminal
_NUMBERS = {"rules": ("removals", "documents", "characters"), "categories": ("removals", "characters"),
            "publishers": ("removals", "documents", "changed", "characters"),
            "languages": ("removals", "characters")}  # fmt: skip
_ONE = {"rules": "rule", "categories": "category", "publishers": "publisher", "languages": "language"}


@click.command("stats", cls=Configured)
@click.argument("paths", metavar="[SRC]...", nargs=-1)
@click.option("--output-format", "output_format", type=click.Choice(("text", "json")), default="text",
              show_default=True, help="Tables, or one JSON object.")  # fmt: skip
@click.option("--top", metavar="N", type=click.IntRange(min=0), default=20, show_default=True,
              help="How many rows of each table are shown; 0 for all.")  # fmt: skip
@intake_options
@click.pass_obj
def command(status: Status, /, paths: tuple[str, ...], output_format: str, top: int, **options: Any) -> None:
    """Say what texts are made of: removals by rule, category, publisher and language.

    The publisher is the one whose rules apply, else the host of the url, else the name that a record gives. The
    language is that of the rule.
    """
    intake = take_in(named_paths(paths), options, prefix=len(paths) > 1)
    counts = Counts(options["url"])
    intake.run(Nowhere(), [counts, *intake.bar()]).go(status)
    tables = tables_of(counts.tally, intake.cleaner.active_rules)
    if output_format == "json":
        sys.stdout.write(json.dumps(_plain(counts.tally, tables), ensure_ascii=False, indent=2) + "\n")
    else:
        _print(counts.tally, tables, top)


class Counts:
    """Counts what happens in a run."""

    takes = "tally"

    def __init__(self, url: str | None) -> None:
        self.tally = Tally()
        self._url = url

    def begin(self, header: Header) -> None:
        """Start to count."""

    def document(self, outcome: Outcome) -> None:
        """Count a document."""
        document = outcome.record.document
        self.tally.count(outcome.result, self._url or document.url, document.publisher)

    def container(self, name: str, kind: str) -> None:
        """The records of a container follow."""

    def part(self, done: Done) -> None:
        """Count the records of a part of a container."""
        self.tally.add(done.tally)

    def end(self) -> None:
        """All is counted."""

    def break_off(self, delivered: bool) -> None:
        """Nothing was said yet."""


class Table(NamedTuple):
    """Counts by name, the most removals first; `about` says more of a name: of a rule its category and language."""

    counts: Mapping[str, Count]
    about: Mapping[str, dict[str, str]] = {}


def tables_of(tally: Tally, rules: RuleSet) -> dict[str, Table]:
    """The tables that are shown."""
    languages = {rule.id: rule.lang or ANY for rule in rules}
    publishers = {name: key for name in tally.publishers if (key := rules.resolve(None, name))}
    about = {
        rule: {"category": category, "language": languages.get(rule, ANY)}
        for rule, category in tally.categories.items()
    }
    return {
        "rules": Table(grouped(tally.rules, {}), about),
        "categories": Table(grouped(tally.rules, tally.categories)),
        "publishers": Table(grouped(tally.publishers, publishers)),
        "languages": Table(grouped(tally.rules, {rule: languages.get(rule, ANY) for rule in tally.rules})),
    }


def _plain(tally: Tally, tables: Mapping[str, Table]) -> dict[str, Any]:
    counts = tally.all
    whole = {"documents": counts.documents, "changed": counts.changed, "removals": counts.removals,
             "characters": counts.chars, "removed_characters": counts.removed,
             "left_whole": dict(sorted(counts.left.items()))}  # fmt: skip
    return whole | {
        key: [
            {_ONE[key]: name} | table.about.get(name, {}) | {each: asdict(count)[each] for each in _NUMBERS[key]}
            for name, count in table.counts.items()
        ]
        for key, table in tables.items()
    }


def _print(tally: Tally, tables: Mapping[str, Table], top: int) -> None:
    from rich.console import Console

    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else PIPED, highlight=False,
                      color_system="auto" if colourful(sys.stdout) else None)  # fmt: skip
    counts = tally.all
    share = 100 * counts.removed / max(1, counts.chars)
    parts = (
        f"{count_of(counts.documents, 'text')}, {counts.changed:,} changed",
        f"{count_of(counts.removals, 'removal')}, {counts.removed:,} of {counts.chars:,} characters ({share:.1f} %)",
    )
    console.print("; ".join(parts), style="bold")
    for key, table in tables.items():
        if table.counts:
            console.print()
            console.print(_grid(key, table, top or len(table.counts)))
        if 0 < top < len(table.counts):
            console.print(f"and {len(table.counts) - top:,} more: --top 0 shows all")


def _grid(key: str, table: Table, top: int) -> Grid:
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=box.SIMPLE_HEAD if sys.stdout.isatty() else None, pad_edge=False)
    grid.add_column(_ONE[key], overflow="fold")
    about = list(next(iter(table.about.values()), {}))
    for name in (*about, *_NUMBERS[key]):
        grid.add_column(name, justify="left" if name in about else "right")
    for name, count in islice(table.counts.items(), top):
        numbers = (f"{asdict(count)[each]:,}" for each in _NUMBERS[key])
        grid.add_row(Text(printable(name)), *table.about.get(name, {}).values(), *numbers)
    return grid
