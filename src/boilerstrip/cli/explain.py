"""The command `explain`: every line of a text with its verdict and the evidence for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from boilerstrip import Cleaner, Removal, Rule
from boilerstrip.cli import Status
from boilerstrip.cli._options import check_url, input_options, make_cleaner, named_paths, selection_options
from boilerstrip.cli._run import Failures, examine
from boilerstrip.cli.rules import find_rule
from boilerstrip.errors import InputError, SettingsError
from boilerstrip.formats.sources import enumerate_sources
from boilerstrip.reports import Outcome
from boilerstrip.reports.printable import excerpt, printable
from boilerstrip.reports.terminal import Page

KEPT, PARTLY, GONE = "keep  ", "part  ", "remove"
STYLES = {KEPT: "", PARTLY: "yellow", GONE: "red"}
EXCERPT_CHARS, EXCERPT_LINES = 100, 2


@click.command("explain")
@click.argument("paths", metavar="[SRC]", nargs=-1)
@click.option("--rule", "rule_id", metavar="ID", help="Say what this rule removes and what it keeps instead.")
@selection_options
@input_options
@click.pass_obj
def command(
    status: Status, /, paths: tuple[str, ...], rule_id: str | None, include: tuple[str, ...], encoding: str,
    url: str | None, on_error: str, **selection: Any,
) -> None:  # fmt: skip
    """Print each line of a text with its verdict (keep, part, remove) and the evidence for it."""
    if rule_id is not None:
        if paths:
            raise SettingsError("--rule explains a rule, and takes no text")
        _explain_rule(find_rule(make_cleaner(**selection).active_rules, rule_id))
        return
    cleaner = make_cleaner(**selection)
    failures = Failures(on_error)
    sources = enumerate_sources(named_paths(paths), include, failures.add)
    check_url(url, sources)
    for source in sources.found:
        if len(sources.found) > 1:
            sys.stdout.write(f"{printable(source.shown)}\n")
        try:
            for outcome in examine(cleaner, source, source.read(), encoding, url):
                _write(Page(sys.stdout), cleaner, outcome, url)
        except InputError as error:
            failures.add(error)
    failures.say(status)


def _explain_rule(rule: Rule) -> None:
    page = Page(sys.stdout)
    page.block(f"{rule.id} ({rule.category}, {rule.confidence}): ", printable(rule.description), "bold")
    for title, texts, style in (("removes", rule.removes, "red"), ("keeps", rule.keeps, "green")):
        page.line(page.paint(title, "bold"))
        for text in texts:
            for number, line in enumerate(text.split("\n")):
                page.block(f"  {'- ' if not number else '  '}", printable(line), style=style)


def _write(page: Page, cleaner: Cleaner, outcome: Outcome, url: str | None) -> None:
    result, document = outcome.result, outcome.record.document
    verdicts = cleaner.explain(document.text, url=url or document.url, publisher=document.publisher, lang=document.lang)
    fates = _fates([(v.line.block.start, v.line.block.end) for v in verdicts], result.removals)
    width = len(str(len(verdicts)))
    for number, (verdict, fate) in enumerate(zip(verdicts, fates, strict=True), 1):
        text = excerpt(verdict.line.block.text, EXCERPT_CHARS)
        page.block(f"{number:>{width}} {fate} ", text, STYLES[fate], STYLES[fate], EXCERPT_LINES)
        for reason in verdict.reasons:
            page.block(f"{'':>{width}}        ", f"{reason.rule}: {printable(reason.detail)}")
    if result.status == "over_budget":
        page.line(f"over budget: more than {cleaner.budget:.0%} of the text would go ({cleaner.over_budget})")
    elif result.status == "not_stable":
        page.line("not stable: cleaning the cleaned text would remove more, without end; nothing goes")


def _fates(lines: Sequence[tuple[int, int]], removals: Sequence[Removal]) -> Iterator[str]:
    """Whether each line, from `start` to `end`, is kept, goes in part, or goes; both lists are in order."""
    at = 0
    for start, end in lines:
        gone = 0
        while at < len(removals) and removals[at].start < end:
            gone += max(0, min(end, removals[at].end) - max(start, removals[at].start))
            if removals[at].end > end:
                break
            at += 1
        yield GONE if gone == end - start else PARTLY if gone else KEPT
