"""Runs a rule's own examples through the real engine; not the tests of the engine itself.

Each text of `removes` is put where the rule acts: after an article with an ad label before it (a rule of the tail, or
less than certain), before one (of the head), or between its paragraphs; all of it has to go, this rule among the
evidence, and nothing else but the label. Each text of `keeps` has to stay wherever it is put.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boilerstrip.blocks import is_brief
from boilerstrip.bounds import problems
from boilerstrip.cleaner import Cleaner, CleanResult
from boilerstrip.rules import OPT_IN, Rule, RuleSet

_ARTICLE = (
    "The bridge over the river was closed to lorries on Monday after engineers found cracks in two of its pillars.",
    "Drivers had to take a detour of thirty kilometres through the hills, and the queue reached the old mill by noon.",
    "The repair will take until autumn, the mayor said, and nobody in the village expects it to be finished earlier.",
)
_COMPANY = "Advertisement"


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that did not do what it should: the rule's id, `removes`, `keeps` or `bounds`, the text, and why."""

    rule: str
    kind: str
    text: str
    problem: str


def failures(rules: RuleSet, only: RuleSet | None = None) -> Iterator[Failure]:
    """Yield what fails of `only` (default: all rules) when all `rules` run: examples, and the proofs of `bounds`."""
    cleaner = Cleaner(rules=rules, extend_select=OPT_IN)
    for rule in only if only is not None else rules:
        for problem in problems(rule) if rule.scope != "context" else ():
            yield Failure(rule.id, "bounds", rule.path, problem)
        for text in rule.removes:
            problem = _removes(cleaner, rule, text)
            if problem:
                yield Failure(rule.id, "removes", text, problem)
        for text in rule.keeps:
            problem = _keeps(cleaner, rule, text)
            if problem:
                yield Failure(rule.id, "keeps", text, problem)


def _layouts(rule: Rule, text: str) -> Iterator[tuple[str, str]]:
    """(source, expected) for a text that has to go."""
    first, middle, last = _ARTICLE
    body = f"{first}\n{middle}\n{last}\n"
    if rule.place == "head":
        yield f"{text}\n{body}", body
    elif rule.confidence == "possible":
        yield f"{body}{_COMPANY}\n{text}\n", body
    elif (
        rule.place in ("tail", "edge")
        or rule.scope in ("block", "context")
        or rule.confidence == "likely"
        or (is_brief(text) and text.rstrip().endswith((".", "。")))
    ):
        yield f"{_COMPANY}\n{body}{text}\n", body
    elif rule.scope == "sentence":
        if not is_brief(text):
            yield f"{first}\n{middle} {text}\n{last}\n", body
        yield f"{first}\n{text}\n{middle}\n{last}\n", body
    elif rule.alone or " " in text.strip():
        yield f"{first}\n{text}\n{middle}\n{last}\n", body
    else:
        yield f"{body}{text}\n", body


def _clean(cleaner: Cleaner, rule: Rule, text: str) -> CleanResult:
    url = f"https://{rule.publisher}/" if rule.publisher else None
    return cleaner.clean(text, url=url)


def _removes(cleaner: Cleaner, rule: Rule, text: str) -> str:
    for source, expected in _layouts(rule, text):
        result = _clean(cleaner, rule, source)
        if result.text != expected:
            return f"left {result.text.replace(expected, '')!r}" if result.status != "over_budget" else "over budget"
        if not any(rule.id in (r.rule, *(e.rule for e in r.evidence)) for r in result.removals):
            return f"removed by {', '.join(sorted({r.rule for r in result.removals}))}, not by this rule"
    return ""


def _keeps(cleaner: Cleaner, rule: Rule, text: str) -> str:
    first, middle, last = _ARTICLE
    for source in (f"{first}\n{middle}\n{last}\n{text}\n", f"{first}\n{text}\n{middle}\n{last}\n",
                   f"{text}\n{first}\n{middle}\n{last}\n"):  # fmt: skip
        result = _clean(cleaner, rule, source)
        if result.text != source:
            return f"removed by {', '.join(sorted({r.rule for r in result.removals}))}"
    return ""
