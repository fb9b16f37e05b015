"""What a run comes to in numbers, ready to be drawn: by category, rule, publisher and share; not the documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from boilerstrip.reports import Outcome

MOST_BARS = 12
UNKNOWN = "not said"  # the publisher of a text that does not say it
SHARES = (0.02, 0.05, 0.1, 0.2, 0.4)  # upper edges of the columns; the last column is open


class Bar(NamedTuple):
    """A drawn number: `part` is its length from 0 to 100, `said` what stands beside it."""

    name: str
    part: float
    said: str


@dataclass(slots=True)
class Overview:
    """Counts of all documents of a run, those that are not shown too."""

    documents: int = 0
    changed: int = 0
    notable: int = 0
    removals: int = 0
    chars: int = 0
    removed: int = 0
    unnamed: int = 0  # code points of untouched records, of which it is not known whose they are
    rules: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    _categories: Counter[str] = field(default_factory=Counter)
    _category_removals: Counter[str] = field(default_factory=Counter)
    _publishers: Counter[str] = field(default_factory=Counter)
    _publisher_chars: Counter[str] = field(default_factory=Counter)
    _shares: Counter[int] = field(default_factory=Counter)

    def add(self, outcome: Outcome, publisher: str) -> None:
        """Count a document."""
        result = outcome.result
        self.documents += 1
        self.changed += outcome.changed
        self.notable += outcome.notable
        self.chars += len(result.source)
        self.removed += result.removed_chars
        self._publisher_chars[publisher] += len(result.source)
        self._publishers[publisher] += result.removed_chars
        if outcome.notable and result.status != "cleaned":
            self.left[result.status.replace("_", " ")] += 1
        if outcome.changed:
            share = result.removed_chars / len(result.source)
            self._shares[sum(share >= edge for edge in SHARES)] += 1
        for removal in result.removals:
            self.removals += 1
            self.rules[removal.rule] += 1
            self._categories[removal.category] += removal.end - removal.start
            self._category_removals[removal.category] += 1

    @property
    def share(self) -> float:
        """The share of all code points that went, in percent."""
        return 100 * self.removed / self.chars if self.chars else 0.0

    @property
    def by_category(self) -> list[Bar]:
        """How much went of each category."""
        most = max(self._categories.values(), default=1)
        return [
            Bar(name, 100 * chars / most, f"{chars:,} characters in {self._category_removals[name]:,}")
            for name, chars in _first(self._categories)
        ]

    @property
    def by_rule(self) -> list[Bar]:
        """How often each rule removed something."""
        most = max(self.rules.values(), default=1)
        return [Bar(name, 100 * count / most, f"{count:,}") for name, count in _first(self.rules)]

    @property
    def by_publisher(self) -> list[Bar]:
        """Which share of each publisher's texts went, or how many characters; empty where no text says whose it is."""
        if set(self._publishers) <= {UNKNOWN}:
            return []
        if self.unnamed:  # a share would be that of the changed records alone
            highest = max(self._publishers.values()) or 1
            return [Bar(name, 100 * chars / highest, f"{chars:,}") for name, chars in _first(self._publishers) if chars]
        shares = {
            name: 100 * removed / self._publisher_chars[name] for name, removed in _first(self._publishers) if removed
        }
        most = max(shares.values(), default=1)
        ranked = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
        return [Bar(name, 100 * share / most, f"{share:.1f} %") for name, share in ranked]

    @property
    def by_share(self) -> list[Bar]:
        """How many documents lost which share; empty where it would be only one."""
        if self.changed < 2:
            return []
        most = max(self._shares.values(), default=1)
        edges = [0.0, *SHARES, 1.0]
        names = [f"{low:.0%}–{high:.0%}" for low, high in pairwise(edges)]
        return [Bar(name, 100 * self._shares[at] / most, f"{self._shares[at]:,}") for at, name in enumerate(names)]

    @property
    def more_rules(self) -> int:
        """How many rules have no bar."""
        return max(0, len(self.rules) - MOST_BARS)


def _first(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_BARS]
