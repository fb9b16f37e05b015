"""Which documents of a run the page shows, the most suspicious first; chosen by what is in them, never by chance."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from boilerstrip.reports import Outcome
from boilerstrip.reports.html.overview import Overview
from boilerstrip.reports.html.shown import Shown

MOST_DOCUMENTS = 400
PER_RULE = 2  # so many documents of each rule are held, so that the rare ones can be shown
RARE = 3
LARGE_CHARS = 800
LARGE_SHARE = 0.25


@dataclass(slots=True)
class Sample:
    """Holds the most suspicious documents so far, and the first ones of each rule."""

    _worst: list[tuple[float, int, Shown]] = field(default_factory=list)
    _of_rule: dict[str, list[tuple[float, int, Shown]]] = field(default_factory=dict)
    _number: int = 0

    def offer(self, outcome: Outcome, make: Callable[[], Shown]) -> None:
        """Look at a document; `make` is called if it is held."""
        self._number += 1
        score = suspicion(outcome)
        key = (score, -self._number)
        rules = sorted({removal.rule for removal in outcome.result.removals})
        scarce = [rule for rule in rules if len(self._of_rule.get(rule, ())) < PER_RULE]
        among_worst = len(self._worst) < MOST_DOCUMENTS or key > self._worst[0][:2]
        if not scarce and not among_worst:
            return
        entry = (*key, make())
        for rule in scarce:
            self._of_rule.setdefault(rule, []).append(entry)
        if among_worst:
            push = heapq.heappush if len(self._worst) < MOST_DOCUMENTS else heapq.heapreplace
            push(self._worst, entry)

    def chosen(self, overview: Overview) -> list[Shown]:
        """The documents to show, the most suspicious first; each says why it is."""
        held = {entry[1]: entry for entries in (self._worst, *self._of_rule.values()) for entry in entries}
        rare = {rule for rule, count in overview.rules.items() if count <= RARE} if overview.notable > 50 else set()
        ranked = []
        for score, order, document in held.values():
            mine = rare & {mark.rule for mark in document.marks}
            if mine:
                document.suspicions.append("rare rule")
            ranked.append((score + 1.5 * bool(mine), order, document))
        ranked.sort(key=lambda entry: entry[:2], reverse=True)
        return [document for *_, document in ranked[:MOST_DOCUMENTS]]


def suspicion(outcome: Outcome) -> float:
    """How much a document deserves a look: what it lost, where, and in how large pieces."""
    score = 3.0 * (outcome.result.status in ("over_budget", "not_stable"))
    source, removals = outcome.result.source, outcome.result.removals
    if not removals:
        return score
    score += 4 * outcome.result.removed_chars / len(source)
    score += 1.0 * any(each.end - each.start >= LARGE_CHARS for each in removals)
    score += 0.5 * at_head(outcome)
    return score + {"possible": 0.5, "likely": 0.2, "certain": 0.0}[min(removals, key=_certainty).confidence]


def at_head(outcome: Outcome) -> bool:
    """Whether a text loses its beginning."""
    removals = outcome.result.removals
    return bool(removals) and not outcome.result.source[: removals[0].start].strip()


def reasons(outcome: Outcome) -> list[str]:
    """The same in words."""
    source, removals = outcome.result.source, outcome.result.removals
    said = [outcome.result.status.replace("_", " ")] if outcome.result.status in ("over_budget", "not_stable") else []
    if source and outcome.result.removed_chars / len(source) >= LARGE_SHARE:
        said.append("large share")
    if any(each.end - each.start >= LARGE_CHARS for each in removals):
        said.append("large removal")
    if at_head(outcome):
        said.append("head of text")
    return said


def _certainty(removal: object) -> int:
    return ("possible", "likely", "certain").index(getattr(removal, "confidence", "certain"))
