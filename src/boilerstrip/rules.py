"""Rules and rule sets as data, and their selection; not read from files (`packs`), not applied (`matching`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from boilerstrip.errors import SettingsError
from boilerstrip.folding import fold

CATEGORIES = (
    "appeal", "newsletter", "social", "related", "advert", "legal", "agency", "comments", "contact", "interface",
)  # fmt: skip
OPT_IN = ("byline", "bio", "credit")
CONFIDENCES = ("possible", "likely", "certain")
SCOPES = ("line", "sentence", "block", "context")
PLACES = ("anywhere", "head", "tail", "edge")
MATCHES = ("whole", "prefix", "contains")
WITHOUT_END = ("start", "nothing")
STATUSES = ("verified", "unverified")


class Branch(NamedTuple):
    """One alternative of a rule's patterns: a text it fits holds one of `literals` and begins with one of `openings`.

    It also holds one of each set of `also`. Empty `openings` say nothing. `cue` is `start` or `end` in a block rule.
    Literals that are not `rare` are looked for in short lines only.
    """

    pattern: str
    literals: tuple[str, ...]
    openings: tuple[str, ...]
    cue: str = ""
    rare: bool = True
    also: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of a rule pack. Patterns are regular expressions over the folded form (`folding`).

    `max_chars` bounds the folded line in code points; `max_lines` a block from its start to its end line.
    `branches` are worked out from the patterns (`bounds`) so that lines are found faster.
    `lang` is `None` for rules of any language; `publisher` is the pack's key for rules of one publisher.
    """

    id: str
    category: str
    confidence: str
    description: str
    scope: str = "line"
    place: str = "anywhere"
    match: str = "whole"
    patterns: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    max_chars: int = 300
    heading: bool = False
    alone: bool = False
    start: str = ""
    end: str = ""
    max_lines: int = 30
    without_end: str = "nothing"
    status: str = "verified"
    removes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    lang: str | None = None
    publisher: str | None = None
    path: str = ""
    line: int = 0
    shipped: bool = True
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Publisher:
    """A publisher's key, the names it goes by (folded) and its domains; `agency` names never count in a text."""

    key: str
    names: tuple[str, ...]
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keep:
    """A text or pattern that is never removed, whatever any rule says."""

    id: str
    text: str = ""
    pattern: str = ""
    scope: str = "line"
    publisher: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules with what they need to know of languages and publishers. Immutable; selection returns another one.

    `voice` are folded words in which a newsroom speaks of itself or addresses its readers, `reported` those in which
    an article tells what somebody said; `topics` are, per
    category, folded words that an article about that category's subject uses.
    """

    rules: tuple[Rule, ...] = ()
    publishers: tuple[Publisher, ...] = ()
    keeps: tuple[Keep, ...] = ()
    voice: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    topics: tuple[tuple[str, tuple[str, ...]], ...] = ()
    active: frozenset[str] = frozenset(CATEGORIES)
    disabled: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __getitem__(self, rule_id: str) -> Rule:
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    @property
    def digest(self) -> str:
        """SHA-256 over the rules as data (64 hex digits): equal digests remove equal things."""
        rows = sorted(
            json.dumps(_plain(item), sort_keys=True, ensure_ascii=False)
            for item in (*self.rules, *self.publishers, *self.keeps)
        )
        rows += [
            json.dumps(
                [
                    sorted(self.voice),
                    sorted(self.reported),
                    sorted(self.topics),
                    sorted(self.active),
                    sorted(self.disabled),
                ]
            )
        ]
        return hashlib.sha256("\n".join(rows).encode("utf-8", "surrogatepass")).hexdigest()

    def removable(self, rule: Rule) -> bool:
        """Whether what `rule` claims may be removed; otherwise the line is recognised and kept."""
        return rule.id not in self.disabled and (rule.category in self.active or rule.id in self.active)

    def select(
        self,
        *,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        extend_select: Iterable[str] = (),
        lang: Iterable[str] = (),
    ) -> RuleSet:
        """Narrow to rule ids or categories, and to languages (rules of any language always stay).

        >>> RuleSet().select(select=['newsletter']).active
        frozenset({'newsletter'})
        """
        chosen, more, less = list(select), list(extend_select), frozenset(ignore)
        known = {*CATEGORIES, *OPT_IN, *(rule.id for rule in self.rules)}
        for name in (*chosen, *more, *less):
            if name not in known:
                raise SettingsError(f"no rule or category is called {name!r}{nearest(name, known)}")
        wanted = frozenset(lang)
        return replace(
            self,
            rules=tuple(r for r in self.rules if not wanted or r.lang is None or r.lang in wanted),
            active=(frozenset(chosen) if chosen else self.active) | frozenset(more) - less,
            disabled=(self.disabled | less) - frozenset(more),
        )

    def resolve(self, url: str | None, publisher: str | None) -> str | None:
        """The key of the publisher pack of a document: its url decides; a name or domain only where there is none."""
        host = _host(url) if url else ""
        if host:
            return self._by_domain().get(_registered(host, self._by_domain()))
        if not publisher:
            return None
        name = fold(publisher)
        by_domain = self._by_domain()
        named = {n: p.key for p in self.publishers for n in p.names}
        return named.get(name) or by_domain.get(_registered(name, by_domain))

    def _by_domain(self) -> dict[str, str]:
        return {d: p.key for p in self.publishers for d in p.domains}


def _plain(item: Any) -> dict[str, Any]:
    skipped = ("path", "line", "removes", "keeps", "description", "branches")
    return {f.name: getattr(item, f.name) for f in fields(item) if f.name not in skipped}


def _host(url: str) -> str:
    rest = url.split("//", 1)[-1]
    return rest.split("/", 1)[0].split("?", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0].lower().rstrip(".")


def _registered(host: str, domains: dict[str, str]) -> str:
    """The longest known domain that `host` is or lies under; empty where there is none."""
    labels = host.split(".")
    for start in range(len(labels)):
        candidate = ".".join(labels[start:])
        if candidate in domains:
            return candidate
    return ""


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` with the closest known name, or nothing."""
    import difflib

    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
