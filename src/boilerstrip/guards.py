"""What a match weighs once the guards have spoken: place, quotation, reported speech, subject; not its company."""

from __future__ import annotations

import re

from boilerstrip.blocks import PROSE_CHARS, is_brief, is_dense, sentences
from boilerstrip.folding import core, fold
from boilerstrip.layout import Layout
from boilerstrip.matching import Line, Match
from boilerstrip.removal import CERTAIN, LEVELS, LIKELY, POSSIBLE, Verdict, Words
from boilerstrip.rules import Rule

UNPLACED = -1
SENTENCE_IN_BODY_CHARS = 60
REPORTED_SPACES = 3
REPORTED_CHARS_DENSE = 12
INVITATIONS = ("appeal", "newsletter", "social", "comments", "related")
TELLING_CHARS = 60  # a sentence of this length that speaks neither as the newsroom nor to the reader tells something,
TELLING_SENTENCES = 2  # and so many of them, or one as long as those, are a paragraph of the article
NAMED_SOURCES = ("agency", "legal", "bio", "byline", "credit")  # these do tell who reported, wrote or said
_ITEM = re.compile(r"\s*(?:\(\d{1,3}[a-z]?\)|\d{1,3}[.)]\s|§|Art(?:\.|icle|ikel|ículo|icolo)?\s?\d)")
_QUOTATION = re.compile(r"\s*(?:「[^」]{8,}」|『[^』]{8,}』)\s*")
_CREDIT = ("(", "[", "-", "–", "—", "（", "【")
_FULL_STOP = re.compile(r"[^.][.。]\s*$")


class Guards:
    """Weighs the matches of one text's lines: 0 none, 1 possible, 2 likely, 3 certain; notes each reason.

    `UNPLACED` is a match away from where its rule acts.
    """

    def __init__(self, layout: Layout, words: Words) -> None:
        self.layout, self.reported, self.voice = layout, words.reported, words.voice

    def line_level(self, index: int, verdict: Verdict, match: Match) -> int:
        """The weight of a match with filled line `index`."""
        rule = match.rule
        text = verdict.line.block.content
        verdict.note(rule.id, f"{'its parts read' if match.part == 'parts' else 'reads'} as: {_name(rule)}")
        if match.quoted or _QUOTATION.fullmatch(text):
            verdict.note(rule.id, "but inside quotation marks: reported speech stays")
            return 0
        if rule.category == "legal" and _ITEM.match(text):
            verdict.note(rule.id, "but it is an item of a list or a law: it stays")
            return 0
        if rule.heading and match.part == "line" and text.count(" ") > 2 and _FULL_STOP.search(text):
            verdict.note(rule.id, "but a heading has no full stop")
            return POSSIBLE
        level = LEVELS[rule.confidence]
        weaker = _weaker(verdict.line, rule) if level == CERTAIN and not self.layout.at_edge(index) else ""
        if weaker:
            verdict.note(rule.id, weaker)
            level = LIKELY
        if rule.category not in NAMED_SOURCES and self._reports(verdict.line.fold()):
            verdict.note("guard-reported", "somebody is quoted or speaks in it: reported speech stays")
            return 0
        if self._says_more(verdict, rule):
            verdict.note(rule.id, "but other sentences of the paragraph neither fit nor speak to the reader")
            level = POSSIBLE
        if (rule.match == "contains" or level < CERTAIN) and self._is_subject(verdict, rule):
            level = min(level, POSSIBLE)
        if not self.layout.placed(rule, index):
            verdict.note(rule.id, f"by itself it only counts at the {rule.place} of an article")
            return UNPLACED
        return level

    def sentence_level(self, index: int, verdict: Verdict, match: Match) -> int:
        """The weight of a match with a sentence of filled line `index`."""
        rule = match.rule
        verdict.note(rule.id, f"a sentence reads as: {_name(rule)}")
        level = LEVELS[rule.confidence]
        block = verdict.line.block
        source = block.text[match.start - block.start : match.end - block.start].strip()
        sentence = fold(source)
        if rule.category not in NAMED_SOURCES and self._reports(sentence):
            verdict.note("guard-reported", "somebody speaks in that sentence: reported speech stays")
            return 0
        if self._is_subject(verdict, rule):
            return POSSIBLE
        if match.part == "sentence" and self._belongs(verdict, rule):
            verdict.note(rule.id, "but what is left of the paragraph belongs to it, and no rule claims that")
            return POSSIBLE
        outer = match.end >= block.end or match.start == block.start
        credit = outer and rule.category == "agency" and source.startswith(_CREDIT)
        if match.part == "sentence" and rule.shipped and is_brief(source) and not credit:
            verdict.note(rule.id, "but a brief sentence in a paragraph may be part of what it tells")
            return POSSIBLE
        edge = index >= self.layout.last_prose or index <= self.layout.first_prose
        if level < CERTAIN and not (outer and edge):
            verdict.note(rule.id, "a likely sentence counts only at the outer edge of the article")
            return POSSIBLE
        return level

    def _says_more(self, verdict: Verdict, rule: Rule) -> bool:
        """Whether what the rule finds is only appended to a paragraph about something else."""
        if rule.match == "whole" or rule.publisher:
            return False
        tiles = [fold(tile.text) for tile in sentences(verdict.line.block)]
        opens = len(tiles) > 1 and self._tells(tiles[0])
        if rule.category not in INVITATIONS:
            return opens and bool(verdict.line.sentence_matches)
        if opens or rule.match == "prefix":
            return opens
        long = [len(tile) for tile in tiles[:-1] if len(tile) >= TELLING_CHARS and self._tells(tile)]
        return len(long) >= TELLING_SENTENCES or sum(long) >= TELLING_CHARS * TELLING_SENTENCES

    def _tells(self, sentence: str) -> bool:
        """Whether a sentence neither asks, calls, speaks as the newsroom nor addresses the reader."""
        return not (sentence.endswith(("?", "!")) or self.voice.is_used_in(sentence))

    def _belongs(self, verdict: Verdict, rule: Rule) -> bool:
        """Whether a sentence is part of an unclaimed whole: an author's own disclaimer, or a few words on somebody."""
        if rule.category not in ("legal", "social"):
            return False
        claimed = {(match.start, match.end) for match in verdict.line.sentence_matches}
        left = [tile for tile in sentences(verdict.line.block) if (tile.start, tile.end) not in claimed]
        rest = fold("".join(tile.text for tile in left))
        if rule.category == "social":
            return 0 < len(rest) < PROSE_CHARS
        return any(word in rest for word in self.layout.subject_words.get(rule.category, ()))

    def _is_subject(self, verdict: Verdict, rule: Rule) -> bool:
        """Whether the article is about what the rule looks for."""
        hits = self.layout.mentions(rule.category)
        if hits:
            verdict.note(rule.id, f"the article itself is about this ({hits} mentions in its running text)")
        return hits > 0

    def _reports(self, folded: str) -> bool:
        """Whether a line of some length has a verb of reported speech: boilerplate does not tell what people said."""
        long = folded.count(" ") >= REPORTED_SPACES or (len(folded) >= REPORTED_CHARS_DENSE and is_dense(folded))
        return long and self.reported.is_used_in(folded)


def _name(rule: Rule) -> str:
    return f"{rule.description} ({rule.confidence}, {rule.category})"


def _weaker(line: Line, rule: Rule) -> str:
    """Why a certain rule is only likely in the body of an article; empty where it is not."""
    text = line.block.content.rstrip()
    if not rule.alone and _one_word(text):
        return "one word alone in the body is not certain"
    odd = (rule.shipped and is_brief(text)) or (rule.scope == "line" and len(text) > SENTENCE_IN_BODY_CHARS)
    if odd and text.endswith((".", "。")) and rule.scope != "block" and rule.category not in ("legal", "advert"):
        return "a whole sentence in the body, brief or long, is not certain"
    return ""


def _one_word(text: str) -> bool:
    word = core(text)
    return " " not in word and (len(word) <= 4 or not is_dense(word))
