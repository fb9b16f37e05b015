"""Options that several commands share, and the `Cleaner` that they ask for; not what commands do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from boilerstrip import Cleaner, SettingsError, load_rules
from boilerstrip.cleaner import OVER_BUDGET
from boilerstrip.formats.sources import STDIN, Sources
from boilerstrip.rules import CONFIDENCES, RuleSet, nearest

F = TypeVar("F", bound=Callable[..., Any])


def together(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    """Several options as one decorator, in the order in which help shows them."""

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


rules_option = click.option("--rules", "packs", metavar="FILE", multiple=True, help="Add a rule pack. Repeatable.")

selection_options = together(
    click.option("--select", metavar="RULES", multiple=True, help="Only these rule ids or categories (a,b)."),
    click.option("--ignore", metavar="RULES", multiple=True, help="All but these rule ids or categories."),
    click.option("--extend-select", metavar="RULES", multiple=True, help="These as well: byline, bio, credit, ids."),
    click.option("--publisher", metavar="auto|NAME|none", default="auto", show_default=True,
                 help="Whose texts these are: by --url, a name or domain, or no publisher's rules at all."),
    click.option("--lang", metavar="LANG", multiple=True, help="Only rules of these languages, and of any language."),
    click.option("--min-confidence", type=click.Choice(CONFIDENCES), default="likely", show_default=True,
                 help="How sure a removal has to be."),
    rules_option,
    click.option("--budget", type=float, metavar="SHARE", default=0.6, show_default=True,
                 help="Leave a text whole that would lose more than this share of its code points."),
)  # fmt: skip

over_budget_option = click.option(
    "--over-budget", type=click.Choice(OVER_BUDGET), default="keep", show_default=True,
    help="What to do with a text over budget instead of leaving it whole.",
)  # fmt: skip

input_options = together(
    click.option("--include", metavar="GLOB", multiple=True, help="Take files of such names in folders as well."),
    click.option("--encoding", metavar="NAME", default="utf-8", show_default=True,
                 help="The encoding of texts without a byte order mark."),
    click.option("--url", metavar="URL", help="Where the one text comes from; decides whose rules apply."),
    click.option("--on-error", type=click.Choice(("fail", "skip", "pass")), default="fail", show_default=True,
                 help="A text that cannot be read: stop, leave it out, or write it as it is."),
)  # fmt: skip

exclusion_options = together(
    click.option("--exclude", metavar="PATTERN", multiple=True,
                 help="Leave such files and folders out, as gitignore and .boilerstripignore have it. Repeatable."),
    click.option("--force-exclude", is_flag=True, help="Leave them out also where they are named."),
)  # fmt: skip

record_options = together(
    click.option("--split", metavar="REGEX",
                 help="Divide a text into documents where this fits: '^-----$', or '\\f' for form feeds."),
    click.option("--field", metavar="PATH", help="Where a record has its text, as in a.b[].c."),
    click.option("--url-field", metavar="PATH", help="Where a record has its url."),
    click.option("--format", "format_", metavar="KIND", help="What is read, whatever its name: as in jsonl.zst, csv."),
    click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", default=1, show_default=True,
                 help="How many processes to use. The output does not depend on it."),
)  # fmt: skip

quiet_option = click.option("-q", "--quiet", is_flag=True, help="No summary and no progress; errors are still said.")


def split_names(values: Sequence[str]) -> tuple[str, ...]:
    """`a,b` and repeated options as one tuple of names."""
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def make_cleaner(*, packs: Sequence[str], select: Sequence[str], ignore: Sequence[str], extend_select: Sequence[str],
                 publisher: str, lang: Sequence[str], min_confidence: str, budget: float,
                 over_budget: str = "keep") -> Cleaner:  # fmt: skip
    """The cleaner that the selection options ask for. Raise `RuleError` or `SettingsError`."""
    rules = load_rules(packs)
    languages = split_names(lang)
    _check_languages(rules, languages)
    if publisher not in ("auto", "none") and rules.resolve(None, publisher) is None:
        known = {name for each in rules.publishers for name in (*each.names, *each.domains)}
        raise SettingsError(f"--publisher: no rules for {publisher!r}{nearest(publisher.lower(), known)}")
    return Cleaner(rules, split_names(select), split_names(ignore), split_names(extend_select), min_confidence,
                   languages, publisher, budget, over_budget)  # fmt: skip


def _check_languages(rules: RuleSet, languages: Sequence[str]) -> None:
    known = {rule.lang for rule in rules if rule.lang is not None}
    for name in languages:
        if name not in known:
            raise SettingsError(f"--lang: no rules for {name!r}; there are {', '.join(sorted(known))}")


def named_paths(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The paths to read; standard input where none is named and something is piped in. Raise `SettingsError`."""
    if paths:
        return paths
    if sys.stdin is None or sys.stdin.isatty():
        raise SettingsError("nothing to read: name a file or folder, or pipe a text in")
    return (STDIN,)


def check_url(url: str | None, sources: Sources) -> None:
    """Raise `SettingsError` where one url is given for several texts."""
    if url is not None and len(sources.found) > 1:
        raise SettingsError(f"--url is for one text, and these are {len(sources.found)}")
