"""Where the lines of one text stand: its article's body, head and tail, and its subject; not what goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from boilerstrip.blocks import ends_sentence, is_prose
from boilerstrip.consent import consent_boxes
from boilerstrip.matching import Line
from boilerstrip.removal import Verdict
from boilerstrip.rules import Rule, RuleSet

TOPIC_HITS = 3  # an article whose own running text uses a category's words this often is about them
SPOKEN_LINES = 3  # so many short lines in a row that end as sentences are running text too: dialogue, a live blog
SPOKEN_CHARS = 12


class Layout:
    """The filled lines of a text, in order, and the bounds of its article among them.

    The bounds are computed only from lines that no rule claims, so that they do not move when lines go. Indices are
    into `filled`.
    """

    def __init__(self, lines: Sequence[Line], rules: RuleSet) -> None:
        self.verdicts = [Verdict(line) for line in lines]
        self.filled = [v for v in self.verdicts if v.line.block.text.strip()]
        self.claimed = {id(v) for v in self.filled if v.line.matches}
        topics = dict(rules.topics)
        self.boxes = consent_boxes([v.line for v in self.filled], topics.get("legal", ()))
        prose = self._running_text()
        self.has_body = bool(prose)
        self.first_prose, self.last_prose = (prose[0], prose[-1]) if prose else (-1, -1)
        self.languages = Counter(m.rule.lang for v in self.filled for m in v.line.matches)
        self.topics = _subjects([self.filled[i].line for i in prose], topics) if topics else {}

    def _running_text(self) -> list[int]:
        """Indices of the lines that nobody claims and that read as running text, dialogue and short lines included."""
        found: set[int] = set()
        run: list[int] = []
        for index, verdict in enumerate(self.filled):
            if verdict.line.matches or index in self.boxes:
                continue
            text = verdict.line.block.content
            if is_prose(text):
                found.add(index)
            run = [*run, index] if ends_sentence(text) and len(text) >= SPOKEN_CHARS else []
            if len(run) >= SPOKEN_LINES:
                found.update(run)
        return sorted(found)

    def in_head(self, index: int) -> bool:
        """Whether filled line `index` stands before the article's first running text."""
        return self.has_body and index < self.first_prose

    def in_tail(self, index: int) -> bool:
        """Whether filled line `index` stands after the article's last running text."""
        return self.has_body and index > self.last_prose

    def at_edge(self, index: int) -> bool:
        """Whether filled line `index` stands in the head or the tail."""
        return self.in_head(index) or self.in_tail(index)

    def placed(self, rule: Rule, index: int) -> bool:
        """Whether `rule` may act at filled line `index`."""
        if rule.place == "anywhere":
            return True
        if rule.place == "head":
            return self.in_head(index)
        return self.in_tail(index) if rule.place == "tail" else self.at_edge(index)


def _subjects(body: Sequence[Line], topics: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """Category -> how often the running text uses that category's words, where it is often enough to be its subject."""
    text = "\n".join(line.fold() for line in body)
    counts = {category: sum(text.count(word) for word in words) for category, words in topics.items()}
    return {category: count for category, count in counts.items() if count >= TOPIC_HITS}
