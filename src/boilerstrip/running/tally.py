"""What happens to documents, in numbers, by rule and publisher too; not how they are shown (`cli`, `reports`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from boilerstrip.cleaner import CleanResult

NAMES = 50_000  # publishers that are told apart; a dump of the whole web has millions
OTHERS, UNKNOWN = "(others)", "(unknown)"


@dataclass(slots=True)
class Counts:
    """What happened to documents. `chars` and `removed` are code points, `left` counts those left whole by status."""

    documents: int = 0
    changed: int = 0
    removals: int = 0
    removed: int = 0
    chars: int = 0
    left: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Add other counts to these."""
        self.documents += other.documents
        self.changed += other.changed
        self.removals += other.removals
        self.removed += other.removed
        self.chars += other.chars
        self.left += other.left

    def count(self, result: CleanResult) -> None:
        """Add one document."""
        self.documents += 1
        self.changed += bool(result.removals)
        self.removals += len(result.removals)
        self.removed += result.removed_chars
        self.chars += len(result.source)
        if result.status not in ("untouched", "cleaned"):
            self.left[result.status] += 1


@dataclass(slots=True)
class Count:
    """Texts, those of them that change, removals, and their code points."""

    documents: int = 0
    changed: int = 0
    removals: int = 0
    characters: int = 0

    def add(self, other: Count) -> None:
        """Add other counts to these."""
        self.documents += other.documents
        self.changed += other.changed
        self.removals += other.removals
        self.characters += other.characters


Counted = defaultdict[str, Count]


def counted() -> Counted:
    """Counts by name, none so far."""
    return defaultdict(Count)


@dataclass(slots=True)
class Tally:
    """Counts of all, by rule, and by publisher (the host of the url, else the publisher's name).

    A rule's `documents` are those in which it fires.
    """

    all: Counts = field(default_factory=Counts)
    rules: Counted = field(default_factory=counted)
    publishers: Counted = field(default_factory=counted)
    categories: dict[str, str] = field(default_factory=dict)

    def count(self, result: CleanResult, url: str | None, publisher: str | None) -> None:
        """Count one document."""
        self.all.count(result)
        for removal in result.removals:
            self.categories[removal.rule] = removal.category
            self.rules[removal.rule].add(Count(0, 0, 1, removal.end - removal.start))
        for rule in {removal.rule for removal in result.removals}:
            self.rules[rule].add(Count(1, 1))
        whole = Count(1, bool(result.removals), len(result.removals), result.removed_chars)
        self.publishers[publisher_of(url, publisher)].add(whole)

    def add(self, other: Tally) -> None:
        """Add other counts to these."""
        self.all.add(other.all)
        self.categories |= other.categories
        for rule, count in other.rules.items():
            self.rules[rule].add(count)
        for name, count in other.publishers.items():
            known = name in self.publishers or len(self.publishers) < NAMES
            self.publishers[name if known else OTHERS].add(count)


def publisher_of(url: str | None, publisher: str | None) -> str:
    """Whose text it is, as a name to count by."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname if url else None
    except ValueError:
        host = None
    return (host or "").removeprefix("www.") or publisher or UNKNOWN


def grouped(counts: Mapping[str, Count], name_of: Mapping[str, str]) -> dict[str, Count]:
    """Counts by the names that `name_of` gives, the most removals first; what it does not know keeps its name."""
    groups = counted()
    for name, count in counts.items():
        groups[name_of.get(name, name)].add(count)
    return dict(sorted(groups.items(), key=lambda each: (-each[1].removals, -each[1].documents, each[0])))
