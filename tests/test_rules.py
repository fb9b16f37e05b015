"""Every rule that ships: its examples through the real engine, its bounds, its name and its place."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
import regex

from boilerstrip import Rule, load_rules
from boilerstrip.bounds import problems
from boilerstrip.catalogue import load_index, make_index
from boilerstrip.examples import failures
from boilerstrip.folding import core
from boilerstrip.matching import Matcher
from boilerstrip.rules import CATEGORIES

RULES = load_rules()
MATCHED = [rule for rule in RULES if rule.scope != "context"]


def test_every_example_does_what_its_rule_says() -> None:
    assert [str(failure) for failure in failures(RULES)] == []


def test_every_rule_is_bounded_and_its_keywords_are_in_all_it_matches() -> None:
    assert [f"{rule.path}:{rule.line}: {rule.id}: {p}" for rule in MATCHED for p in problems(rule)] == []


def test_every_pattern_compiles() -> None:
    for rule in MATCHED:
        for pattern in (*rule.patterns, *rule.requires, rule.start, rule.end):
            assert regex.compile(pattern) is not None


def test_a_rules_id_begins_with_its_language() -> None:
    wrong = [rule.id for rule in RULES if rule.lang and not rule.publisher and not rule.id.startswith(f"{rule.lang}-")]
    assert wrong == []


def test_no_example_stands_twice_in_a_language() -> None:
    counts = Counter((rule.lang, core(text)) for rule in MATCHED for text in rule.removes if "\n" not in text)
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("lang", ["en", "de", "fr", "es", "ru"])
def test_the_first_languages_have_every_category(lang: str) -> None:
    present = {rule.category for rule in RULES if rule.lang in (lang, None)}
    assert present >= set(CATEGORIES)


def _worst(rule: Rule) -> list[str]:
    """Lines as long as the rule looks at, made of what its patterns want to see again and again."""
    seeds = [*rule.keywords[:3], *(core(text)[:60] for text in rule.removes[:2]), "a", "a ", "1", "we our you "]
    return [(seed * (rule.max_chars // max(1, len(seed)) + 1))[: rule.max_chars] for seed in seeds if seed] + [
        (core(text)[:-2] + " " + "a b " * rule.max_chars)[: rule.max_chars] for text in rule.removes[:3]
    ]


def test_no_rule_takes_long_on_its_worst_line() -> None:
    slow = []
    for unit in Matcher(MATCHED).units:
        unit.fits(unit.branch.openings[0] if unit.branch.openings else "")  # compiles, which is not what is timed
        for text in _worst(unit.rule):
            start = time.process_time()
            unit.fits(text)
            seconds = time.process_time() - start
            if seconds > 0.1:
                slow.append((unit.rule.id, unit.branch.pattern[:60], round(seconds, 3), text[:40]))
    assert slow == []


def test_rule_files_are_where_they_say() -> None:
    root = Path(__file__).parent.parent / "src" / "boilerstrip" / "rulesets"
    for path in root.rglob("*.toml"):
        assert path.parent.parent == root, f"{path} is not in a folder of rulesets"


def test_the_index_made_at_build_time_is_the_rules() -> None:
    rules, text = make_index()
    assert load_index(text) == rules
