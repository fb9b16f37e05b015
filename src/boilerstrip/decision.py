"""From matches to verdicts: the order in which evidence is weighed; not how rules are matched (`matching`).

Guards weaken matches; the article's body is bounded by its first and last running text that no rule claims; a line
goes on its own evidence and place, as part of an appeal's passage, or for its company. Every decision is a `Verdict`
with its reasons in words, so that a reader can follow it without the code.
"""

from __future__ import annotations

from collections.abc import Sequence

from boilerstrip.company import Company
from boilerstrip.guards import UNPLACED, Guards
from boilerstrip.layout import Layout
from boilerstrip.matching import Line, Match
from boilerstrip.passages import Passages
from boilerstrip.removal import LIKELY, POSSIBLE, Verdict, Words
from boilerstrip.rules import Rule, RuleSet


class Decision:
    """Decides on the lines of one text. Made anew for each pass over a document; holds no state between documents."""

    def __init__(self, lines: Sequence[Line], rules: RuleSet, min_level: int, words: Words) -> None:
        self.rules, self.min_level = rules, min_level
        self.layout = Layout(lines, rules)
        self.guards = Guards(self.layout, words)
        self.passages = Passages(self.layout, rules, words, min_level)
        self.company = Company(self.layout, rules, words, min_level)

    def run(self) -> list[Verdict]:
        """Decide; return a verdict for every line."""
        for index, verdict in enumerate(self.layout.filled):
            self._own(index, verdict)
        self.company.boxed()
        self.company.repeated()
        self.passages.mark()
        self._accept_own()
        self.company.spread()
        self.company.alone()
        return self.layout.verdicts

    def _own(self, index: int, verdict: Verdict) -> None:
        """The strongest match of a line after the guards, and its sentences'."""
        line = verdict.line
        if line.kept_by is not None:
            verdict.note(line.kept_by.id, f"kept by the entry {line.kept_by.id!r}")
            return
        best: tuple[int, Rule] | None = None
        shield = next((m.rule for m in line.matches if m.part == "parts" and not self.rules.removable(m.rule)), None)
        if shield is not None:
            verdict.note(shield.id, f"{shield.category} is kept by these settings, and with it the line it is part of")
        for match in line.matches if shield is None else ():
            if match.cue:
                continue
            level = self.guards.line_level(index, verdict, match)
            if level and (best is None or self._rank(level, match.rule) > self._rank(*best)):
                best = (level, match.rule)
        if best is not None:
            verdict.level, verdict.rule = max(best[0], POSSIBLE), best[1]
            verdict.placed = best[0] != UNPLACED
            verdict.reasons.sort(key=lambda reason: reason.rule != best[1].id)
        self._own_sentences(index, verdict)

    def _own_sentences(self, index: int, verdict: Verdict) -> None:
        """The strongest match of each sentence that goes."""
        best: dict[int, tuple[Match, int]] = {}
        for match in verdict.line.sentence_matches:
            level = self.guards.sentence_level(index, verdict, match)
            if level < self.min_level or not self.rules.removable(match.rule):
                continue
            other = best.get(match.start)
            if other is None or self._rank(level, match.rule) > self._rank(other[1], other[0].rule):
                best[match.start] = (match, level)
        verdict.sentences = [best[start] for start in sorted(best)]

    def _rank(self, level: int, rule: Rule) -> tuple[int, int, str]:
        """Of two rules that fit a line the surer one names the removal, then the one in the text's own language."""
        return level, self.layout.languages[rule.lang], rule.id

    def _accept_own(self) -> None:
        """Certain lines go anywhere; likely ones where boilerplate stands; with a low bar, possible ones too."""
        for index, verdict in enumerate(self.layout.filled):
            if verdict.whole or not verdict.level or not verdict.placed:
                continue
            if verdict.level == LIKELY and not self.layout.at_edge(index):
                verdict.note(verdict.rule.id if verdict.rule else "", "likely, but in the middle of the article")
                verdict.level = POSSIBLE
            elif verdict.level == LIKELY:
                place = "before the article's first" if self.layout.in_head(index) else "after the article's last"
                verdict.note("place", f"stands {place} running text")
            verdict.whole = self.company.may_go(verdict)
