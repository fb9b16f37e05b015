"""The command `rules`: the catalogue of rules, their examples as tests, the form of a rule file; nothing is cleaned."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

import click

from boilerstrip import Rule, RuleSet, load_rules
from boilerstrip.cli import Status
from boilerstrip.cli._options import rules_option, split_names
from boilerstrip.errors import SettingsError
from boilerstrip.reports.printable import excerpt, printable
from boilerstrip.reports.terminal import Page
from boilerstrip.rules import CATEGORIES, OPT_IN, nearest

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="As JSON.")
_UNSHOWN = ("shipped", "branches")  # worked out, not written


@click.group("rules")
def command() -> None:
    """Show the rules, test them, print the form of a rule file."""


@command.command("list")
@click.option("--category", metavar="NAME", multiple=True, help="Only rules of these categories (a,b).")
@click.option("--lang", metavar="LANG", multiple=True, help="Only rules of these languages, and of any language.")
@rules_option
@_AS_JSON
def list_rules(category: tuple[str, ...], lang: tuple[str, ...], packs: tuple[str, ...], as_json: bool) -> None:
    """List all rules: id, category, confidence, language or publisher, description."""
    categories, languages = split_names(category), split_names(lang)
    known = (*CATEGORIES, *OPT_IN)
    for name in categories:
        if name not in known:
            raise SettingsError(f"no category is called {name!r}{nearest(name, known)}")
    rules = [
        rule for rule in load_rules(packs)
        if (not categories or rule.category in categories) and (not languages or rule.lang in (None, *languages))
    ]  # fmt: skip
    if as_json:
        _write_json([_plain(rule) for rule in rules])
    else:
        _write_table([(r.id, r.category, r.confidence, r.publisher or r.lang or "any", r.description) for r in rules])


@command.command("show")
@click.argument("rule_id", metavar="ID")
@rules_option
@_AS_JSON
def show_rule(rule_id: str, packs: tuple[str, ...], as_json: bool) -> None:
    """Show one rule in full."""
    plain = _plain(find_rule(load_rules(packs), rule_id))
    if as_json:
        _write_json(plain)
        return
    page = Page(sys.stdout)
    for key, value in plain.items():
        if isinstance(value, list):
            page.line(page.paint(f"{key}:", "cyan"))
            for each in value:
                page.block("  - ", printable(each))
        else:
            page.block(f"{key}: ", printable(str(value)), "cyan")


@command.command("test")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.pass_obj
def test_rules(status: Status, /, files: tuple[str, ...]) -> None:
    """Run the examples of the rules in FILEs (default: of all that ship) through the real engine.

    Exit 1 if one does not do what it should, 2 if a file cannot be read or is no rule file.
    """
    from boilerstrip.examples import failures

    rules = load_rules(files)
    only = replace(rules, rules=tuple(r for r in rules if r.path in files)) if files else rules
    failed = 0
    for failure in failures(rules, only):
        failed += 1
        rule = rules[failure.rule]
        sys.stdout.write(f"{printable(rule.path)}:{rule.line}: {rule.id} {failure.kind} {excerpt(failure.text)!r}: "
                         f"{excerpt(failure.problem, 200)}\n")  # fmt: skip
    examples = sum(len(rule.removes) + len(rule.keeps) for rule in only)
    sys.stdout.flush()
    sys.stderr.write(f"boilerstrip: {examples:,} examples of {len(only):,} rules, {failed:,} failed\n")
    status.found |= bool(failed)


@command.command("schema")
def print_schema() -> None:
    """Print a JSON Schema of the rule file."""
    from boilerstrip.cli._schema import rule_file_schema

    _write_json(rule_file_schema())


def find_rule(rules: RuleSet, rule_id: str) -> Rule:
    """The rule of that id. Raise `SettingsError` with the nearest one."""
    try:
        return rules[rule_id]
    except KeyError:
        raise SettingsError(f"no rule is called {rule_id!r}{nearest(rule_id, [r.id for r in rules])}") from None


def _plain(rule: Rule) -> dict[str, Any]:
    """The fields of a rule that say something."""
    row = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(rule).items()}
    return {key: value for key, value in row.items() if key not in _UNSHOWN and value not in ("", [], None)}


def _write_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _write_table(rows: Sequence[Iterable[str]]) -> None:
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        sys.stdout.write("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")
