"""Appeals of several lines, from a start cue to an end cue at the edge of an article; not single lines.

An appeal is prose, so no phrase list finds all of it. A passage goes only if it has both cues, reaches the text's
edge, and each long line between speaks as the newsroom or to the reader.
"""

from __future__ import annotations

from collections.abc import Iterable

from boilerstrip.blocks import is_prose
from boilerstrip.layout import Layout
from boilerstrip.removal import LEVELS, LIKELY, Verdict, Words
from boilerstrip.rules import Rule, RuleSet


class Passages:
    """Marks the passages of one text."""

    def __init__(self, layout: Layout, rules: RuleSet, words: Words, min_level: int) -> None:
        self.layout, self.filled, self.claimed = layout, layout.filled, layout.claimed
        self.rules, self.voice, self.min_level = rules, words.voice, min_level

    def mark(self) -> None:
        """Let every passage go."""
        for index, verdict in enumerate(self.filled):
            for match in verdict.line.matches:
                if match.cue == "start":
                    self._from(index, match.rule)

    def _from(self, first: int, rule: Rule) -> None:
        opening = self.filled[first]
        last = self._end(first, rule)
        if last is None:
            self._without_end(opening, rule)
            return
        inside = self.filled[first : last + 1]
        edge = self._reaches_edge(first, last)
        if not all(map(self._speaks, inside[1:-1])):
            opening.note(rule.id, f"{rule.id!r} starts here, but a line before its end speaks of something else")
        elif not edge or rule.place not in ("anywhere", "edge", edge):
            opening.note(rule.id, f"{rule.id!r} starts here, but does not reach the edge of the text")
        elif self._may_go(inside, rule):
            where = "that ends the text, from its start cue to its end cue" if edge == "tail" else "that opens the text"
            for verdict in inside:
                verdict.rule, verdict.level, verdict.whole = rule, LEVELS[rule.confidence], True
                verdict.note(rule.id, f"in the block {rule.id!r} {where}")

    def _without_end(self, opening: Verdict, rule: Rule) -> None:
        opening.note(rule.id, f"{rule.id!r} starts here, but its end does not come: no running text goes")
        if rule.without_end == "start" and self.rules.removable(rule) and opening.line.kept_by is None:
            opening.rule, opening.level = opening.rule or rule, max(opening.level, LIKELY)

    def _may_go(self, inside: Iterable[Verdict], rule: Rule) -> bool:
        sure = LEVELS[rule.confidence] >= self.min_level
        return sure and self.rules.removable(rule) and not any(v.line.kept_by for v in inside)

    def _end(self, first: int, rule: Rule) -> int | None:
        last = None
        for at in range(first + 1, min(first + rule.max_lines, len(self.filled))):
            if any(m.cue == "end" and m.rule is rule for m in self.filled[at].line.matches):
                last = at
        return last

    def _speaks(self, verdict: Verdict) -> bool:
        """Whether a line is claimed by a rule, is short, or speaks as the newsroom or to the reader."""
        if verdict.line.matches or verdict.line.sentence_matches:
            return True
        text = verdict.line.block.content
        return not is_prose(text) or self.voice.is_used_in(verdict.line.fold())

    def _reaches_edge(self, first: int, last: int) -> str:
        """`tail` or `head` where no running text that nobody claims lies between the passage and the text's edge."""

        def quiet(part: Iterable[Verdict]) -> bool:
            return all(id(v) in self.claimed or not is_prose(v.line.block.content) for v in part)

        before, after = self.filled[:first], self.filled[last + 1 :]
        if quiet(after) and any(is_prose(v.line.block.content) for v in before):
            return "tail"
        return "head" if quiet(before) and any(is_prose(v.line.block.content) for v in after) else ""
