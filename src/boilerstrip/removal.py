"""Verdicts and removals as plain data: what goes, and why, in words; not how it is decided (`decision`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from boilerstrip.matching import Line, Match
from boilerstrip.rules import CONFIDENCES, Rule
from boilerstrip.vocabulary import Vocabulary

POSSIBLE, LIKELY, CERTAIN = 1, 2, 3
LEVELS = {name: level for level, name in enumerate(CONFIDENCES, 1)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a removal: the id of the rule that gives it, and what it saw, in words."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Removal:
    """`source[start:end]` goes (code points, line ends included), because of `rule` and the rest of the evidence.

    `line` is the 1-based number of the first line it touches.
    """

    start: int
    end: int
    rule: str
    category: str
    confidence: str
    line: int
    evidence: tuple[Evidence, ...] = ()


@dataclass(slots=True)
class Verdict:
    """What was decided on one line, and why. `whole`: all of it goes; else only `sentences`, if any.

    `placed`: whether the rule stands where it acts; if not, only company can let the line go.
    """

    line: Line
    rule: Rule | None = None
    level: int = 0
    reasons: list[Evidence] = field(default_factory=list)
    whole: bool = False
    placed: bool = True
    sentences: list[tuple[Match, int]] = field(default_factory=list)

    def note(self, rule: str, detail: str) -> None:
        """Add a reason, once."""
        evidence = Evidence(rule, detail)
        if evidence not in self.reasons:
            self.reasons.append(evidence)


class Words(NamedTuple):
    """What a decision needs of a rule set besides the matches: context rules by id, words of voice and of report."""

    context: dict[str, Rule]
    voice: Vocabulary
    reported: Vocabulary
