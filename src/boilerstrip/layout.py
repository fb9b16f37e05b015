"""Where the lines of one text stand: its article's body, head and tail, and its subject; not what goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from functools import cached_property

from boilerstrip.blocks import ends_sentence, is_prose
from boilerstrip.consent import consent_boxes
from boilerstrip.matching import Line
from boilerstrip.removal import Verdict
from boilerstrip.rules import Rule, RuleSet

TOPIC_HITS = 3  # an article whose own running text uses a category's words this often is about them
SPOKEN_LINES = 3  # so many short lines in a row that end as sentences are running text too: dialogue, a live blog
SPOKEN_CHARS = 12
SOFT_TAIL_RULES = 4  # so many certain rules fit lines from here to the end,
SOFT_TAIL_RATIO = 3  # and so many to each line of running text among them


def is_about(folded: str, words: Iterable[str]) -> bool:
    """Whether a folded text uses a category's words so often that these may be its subject."""
    return sum(map(folded.count, words)) >= TOPIC_HITS


class Layout:
    """The filled lines of a text, in order, and the bounds of its article among them.

    The bounds are computed only from lines that no rule claims, so that they do not move when lines go. Indices are
    into `filled`.
    """

    def __init__(self, lines: Sequence[Line], rules: RuleSet) -> None:
        self.verdicts = [Verdict(line) for line in lines]
        self.filled = [v for v in self.verdicts if v.line.block.text.strip()]
        self.claimed = {id(v) for v in self.filled if v.line.matches}
        self.subject_words = dict(rules.topics)
        self.boxes = consent_boxes([v.line for v in self.filled], self.subject_words.get("legal", ()))
        self._prose = prose = self._running_text()
        self.has_body = bool(prose)
        self.first_prose, self.last_prose = (prose[0], prose[-1]) if prose else (-1, -1)
        self.languages = Counter(m.rule.lang for v in self.filled for m in v.line.matches)
        self.soft_tail = self._soft_tail(prose, rules)
        self._mentions: dict[str, int] = {}

    def _running_text(self) -> list[int]:
        """Indices of the lines that nobody claims and that read as running text, dialogue and short lines included."""
        found: set[int] = set()
        run: list[int] = []
        for index, verdict in enumerate(self.filled):
            if verdict.line.matches or index in self.boxes:
                run = [] if any(match.rule.heading for match in verdict.line.matches) else run
                continue
            text = verdict.line.block.content
            if is_prose(text):
                found.add(index)
            run = [*run, index] if ends_sentence(text) and len(text) >= SPOKEN_CHARS else []
            if len(run) >= SPOKEN_LINES:
                found.update(run)
        return sorted(found)

    def _soft_tail(self, prose: Sequence[int], rules: RuleSet) -> int:
        """Index of the first claimed line of the longest end in which certain lines far outnumber running text.

        Teasers, readers' comments and captions read like an article; among so much that goes they do not make it one.
        A rule counts once: a list of addresses is no proof of anything but addresses.
        """
        body = set(prose)
        start, free = len(self.filled), 0
        sure: set[str] = set()
        for index in range(len(self.filled) - 1, self.first_prose, -1):
            free += index in body
            found = [m.rule for m in self.filled[index].line.matches]
            sure.update(rule.id for rule in found[:1] if rule.confidence == "certain" and rules.removable(rule))
            if found and len(sure) >= max(SOFT_TAIL_RULES, SOFT_TAIL_RATIO * free):
                start = index
        return start

    def in_head(self, index: int) -> bool:
        """Whether filled line `index` stands before the article's first running text."""
        return self.has_body and index < self.first_prose

    def in_tail(self, index: int) -> bool:
        """Whether filled line `index` stands after the article's last running text."""
        return self.has_body and index > self.last_prose

    def near_end(self, index: int) -> bool:
        """Whether filled line `index` stands in the tail, or in an end of the text that is mostly claimed by rules."""
        return self.in_tail(index) or (self.has_body and index >= self.soft_tail)

    def at_edge(self, index: int) -> bool:
        """Whether filled line `index` stands in the head or near the end."""
        return self.in_head(index) or self.near_end(index)

    def placed(self, rule: Rule, index: int) -> bool:
        """Whether `rule` may act at filled line `index`."""
        if rule.place == "anywhere":
            return True
        if rule.place == "head":
            return self.in_head(index)
        return self.near_end(index) if rule.place == "tail" else self.at_edge(index)

    def mentions(self, category: str) -> int:
        """How often the running text uses that category's words, where that makes it the subject; else 0.

        A paragraph beside a line that a rule of the category claims is not the article's word on it.
        """
        if category not in self._mentions:
            self._mentions[category] = self._count(category, self.subject_words.get(category, ()))
        return self._mentions[category]

    def _count(self, category: str, words: tuple[str, ...]) -> int:
        if not is_about(self._running_text_folded, words):
            return 0
        hits = {i: n for i in self._prose if (n := sum(map(self.filled[i].line.fold().count, words)))}
        count = sum(hits[i] for i in hits if not self._stands_among(i, hits, category))
        return count if count >= TOPIC_HITS else 0

    @cached_property
    def _running_text_folded(self) -> str:
        return "\n".join(self.filled[index].line.fold() for index in self._prose)

    def _stands_among(self, index: int, hits: Container[int], category: str) -> bool:
        """Whether line `index`, or an unbroken row of such lines from it, touches a line claimed by the category."""
        for step in (-1, 1):
            at = index + step
            while at in hits:
                at += step
            if 0 <= at < len(self.filled) and any(m.rule.category == category for m in self.filled[at].line.matches):
                return True
        return False
