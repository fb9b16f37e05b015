"""From matches to removals: guards, place, company, blocks, blank lines; not how rules are matched (`matching`).

Every decision on a line is a `Verdict` with its reasons in words, so that a reader can follow it without the code.
The order: guards weaken matches; the article's body is bounded by its first and last running text that no rule
claims; a line goes on its own evidence and place, as part of an appeal's block, or for its company; then the blank
lines between what is left are settled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

from boilerstrip.blocks import Block, ends_sentence, is_dense, is_prose
from boilerstrip.folding import core, fold
from boilerstrip.matching import Line, Match
from boilerstrip.rules import CONFIDENCES, Rule, RuleSet

POSSIBLE, LIKELY, CERTAIN = 1, 2, 3
LEVELS = {name: level for level, name in enumerate(CONFIDENCES, 1)}
TOPIC_HITS = 3  # an article whose own running text uses a category's words this often is about them
LIST_ENTRY_CHARS = 200
SENTENCE_IN_BODY_CHARS = 60
REPORTED_SPACES = 3
NAMED_SOURCES = ("agency", "legal", "bio", "byline", "credit")  # these do tell who reported, wrote or said
BOX_LINES = 8  # legal lines that make a consent box
BOX_GAP = 3  # filled lines between two of them
SPOKEN_LINES = 3  # so many short lines in a row that end as sentences are running text too: dialogue, a live blog
SPOKEN_CHARS = 12
FILLER_CHARS = 40
FILLER_LINES = 1


_ITEM = re.compile(r"\s*(?:\(\d{1,3}[a-z]?\)|\d{1,3}[.)]\s|§|Art(?:\.|icle|ikel|ículo|icolo)?\s?\d)")
_FULL_STOP = re.compile(r"[^.][.。]\s*$")


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
    """What was decided on one line, and why. `whole`: all of it goes; else only `sentences`, if any."""

    line: Line
    rule: Rule | None = None
    level: int = 0
    reasons: list[Evidence] = field(default_factory=list)
    whole: bool = False
    sentences: list[tuple[Match, int]] = field(default_factory=list)

    def note(self, rule: str, detail: str) -> None:
        """Add a reason, once."""
        evidence = Evidence(rule, detail)
        if evidence not in self.reasons:
            self.reasons.append(evidence)


class Words(NamedTuple):
    """What a decision needs of a rule set besides the matches: context rules by id, words of voice and of report."""

    context: dict[str, Rule]
    voice: regex.Pattern[str] | None
    reported: regex.Pattern[str] | None


class Decision:
    """Decides on the lines of one text. Made anew for each pass over a document; holds no state between documents."""

    def __init__(self, lines: Sequence[Line], rules: RuleSet, min_level: int, words: Words) -> None:
        self.rules = rules
        self.min_level = min_level
        self.context, self.voice, self.reported = words
        self.verdicts = [Verdict(line) for line in lines]
        self.filled = [v for v in self.verdicts if v.line.block.text.strip()]
        self.claimed = {id(v) for v in self.filled if v.line.matches}
        self.boxes = self._consent_boxes()
        prose = self._running_text()
        self.first_prose = prose[0] if prose else -1
        self.last_prose = prose[-1] if prose else -1
        self.has_body = bool(prose)
        self.languages = Counter(m.rule.lang for v in self.filled for m in v.line.matches)
        self.topics = self._topics([self.filled[i].line for i in prose])

    def _running_text(self) -> list[int]:
        """Indices of the lines that nobody claims and that read as running text, dialogue and short lines included."""
        free = [i for i, v in enumerate(self.filled) if not v.line.matches and i not in self.boxes]
        found: set[int] = set()
        run: list[int] = []
        for index in free:
            text = self.filled[index].line.block.content
            if is_prose(text):
                found.add(index)
            run = [*run, index] if ends_sentence(text) and len(text) >= SPOKEN_CHARS else []
            if len(run) >= SPOKEN_LINES:
                found.update(run)
        return sorted(found)

    def _consent_boxes(self) -> dict[int, Rule]:
        """Lines of consent managers' lists: so many legal lines, so close together, that what is between is theirs too.

        A line of running text is theirs only if it uses a word of that subject; else the box ends before it.
        """
        boxes: dict[int, Rule] = {}
        if sum(any(m.rule.category == "legal" for m in v.line.matches) for v in self.filled) < BOX_LINES:
            return boxes
        words = dict(self.rules.topics).get("legal", ())
        box: list[int] = []
        legal: dict[int, Rule] = {}

        def close() -> None:
            if len(legal) >= BOX_LINES:
                end = max(legal)
                last = next(iter(legal.values()))
                for index in (i for i in box if i <= end):
                    last = legal.get(index, last)
                    boxes[index] = last
            box.clear()
            legal.clear()

        for index, verdict in enumerate(self.filled):
            rule = next((m.rule for m in verdict.line.matches if m.rule.category == "legal"), None)
            text = verdict.line.block.content
            foreign = rule is None and is_prose(text) and not any(word in verdict.line.fold() for word in words)
            if box and (foreign or (rule is None and index - max(legal) > BOX_GAP)):
                close()
            if rule is not None:
                legal[index] = rule
            if legal:
                box.append(index)
        close()
        return boxes

    # ------------------------------------------------------------------ place and subject

    def in_head(self, index: int) -> bool:
        """Whether filled line `index` stands before the article's first running text."""
        return self.has_body and index < self.first_prose

    def in_tail(self, index: int) -> bool:
        """Whether filled line `index` stands after the article's last running text."""
        return self.has_body and index > self.last_prose

    def at_edge(self, index: int) -> bool:
        """Whether filled line `index` stands in the head or the tail."""
        return self.in_head(index) or self.in_tail(index)

    def _topics(self, body: list[Line]) -> dict[str, int]:
        """Category -> how often the running text that nobody claims uses that category's words."""
        if not self.rules.topics:
            return {}
        text = "\n".join(line.fold() for line in body)
        counts = {category: sum(text.count(word) for word in words) for category, words in self.rules.topics}
        return {category: count for category, count in counts.items() if count >= TOPIC_HITS}

    def placed(self, rule: Rule, index: int) -> bool:
        """Whether `rule` may act at filled line `index`."""
        if rule.place == "anywhere":
            return True
        if rule.place == "head":
            return self.in_head(index)
        return self.in_tail(index) if rule.place == "tail" else self.at_edge(index)

    # ------------------------------------------------------------------ the stages

    def run(self) -> list[Verdict]:
        """Decide; return a verdict for every line."""
        for index, verdict in enumerate(self.filled):
            self._own(index, verdict)
        self._boxed()
        self._repeated()
        self._blocks()
        self._accept_own()
        changed = True
        while changed:
            changed = self._company() | self._lists() | self._fillers()
        return self.verdicts

    def _own(self, index: int, verdict: Verdict) -> None:
        """The strongest match of a line after the guards, and its sentences'."""
        line = verdict.line
        if line.kept_by is not None:
            verdict.note(line.kept_by.id, f"kept by the entry {line.kept_by.id!r}")
            return
        best: tuple[int, Rule] | None = None
        for match in line.matches:
            if match.cue:
                continue
            level = self._level(index, verdict, match)
            if level and (best is None or self._rank(level, match.rule) > self._rank(*best)):
                best = (level, match.rule)
        if best is not None:
            verdict.level, verdict.rule = best
        self._own_sentences(index, verdict)

    def _own_sentences(self, index: int, verdict: Verdict) -> None:
        """The strongest match of each sentence that goes."""
        best: dict[int, tuple[Match, int]] = {}
        for match in verdict.line.sentence_matches:
            level = self._sentence_level(index, verdict, match)
            if level < self.min_level or not self.rules.removable(match.rule):
                continue
            other = best.get(match.start)
            if other is None or self._rank(level, match.rule) > self._rank(other[1], other[0].rule):
                best[match.start] = (match, level)
        verdict.sentences = [best[start] for start in sorted(best)]

    def _rank(self, level: int, rule: Rule) -> tuple[int, int, str]:
        """Of two rules that fit a line the surer one names the removal, then the one in the text's own language."""
        return level, self.languages[rule.lang], rule.id

    def _level(self, index: int, verdict: Verdict, match: Match) -> int:
        """A match's weight once the guards have spoken: 0 none, 1 possible, 2 likely, 3 certain."""
        rule = match.rule
        name = f"{rule.confidence} rule {rule.id!r} ({rule.category})"
        if not self.placed(rule, index):
            verdict.note(rule.id, f"{name} fits, but only counts at the {rule.place} of an article")
            return 0
        if match.quoted:
            verdict.note(rule.id, f"{name} fits inside quotation marks: reported speech stays")
            return 0
        text = verdict.line.block.content
        if rule.category == "legal" and _ITEM.match(text):
            verdict.note(rule.id, f"{name} fits an item of a list or a law: it stays")
            return 0
        if rule.heading and match.part == "line" and text.count(" ") > 2 and _FULL_STOP.search(text):
            verdict.note(rule.id, f"{name} fits, but a heading has no full stop")
            return POSSIBLE
        verdict.note(rule.id, f"{name} fits the {'parts of the line' if match.part == 'parts' else 'line'}")
        level = LEVELS[rule.confidence]
        weaker = self._weaker(index, verdict.line, rule) if level == CERTAIN and not self.at_edge(index) else ""
        if weaker:
            verdict.note(rule.id, weaker)
            level = LIKELY
        if rule.category not in NAMED_SOURCES and self._reports(verdict.line.fold()):
            verdict.note("guard-reported", "somebody is quoted or speaks in it: reported speech stays")
            return 0
        hits = self.topics.get(rule.category, 0)
        if hits and (rule.match == "contains" or level < CERTAIN):
            verdict.note(rule.id, f"the article itself is about this ({hits} mentions in its running text)")
            level = min(level, POSSIBLE)
        return level

    def _weaker(self, index: int, line: Line, rule: Rule) -> str:
        """Why a certain rule is only likely in the body of an article; empty where it is not."""
        text = line.block.content.rstrip()
        if not rule.alone and _one_word(line):
            return "one word alone in the body is not certain"
        sentence = len(text) > SENTENCE_IN_BODY_CHARS and text.endswith((".", "。"))
        if sentence and rule.scope == "line" and rule.category not in ("legal", "advert"):
            return "a whole sentence in the body is not certain"
        return ""

    def _reports(self, folded: str) -> bool:
        """Whether a line of some length has a verb of reported speech: boilerplate does not tell what people said."""
        found = self.reported is not None and folded.count(" ") >= REPORTED_SPACES
        return found and self.reported is not None and self.reported.search(folded) is not None

    def _sentence_level(self, index: int, verdict: Verdict, match: Match) -> int:
        rule = match.rule
        name = f"{rule.confidence} rule {rule.id!r} ({rule.category})"
        verdict.note(rule.id, f"{name} fits a sentence of the paragraph")
        level = LEVELS[rule.confidence]
        block = verdict.line.block
        sentence = fold(block.text[match.start - block.start : match.end - block.start])
        if rule.category not in NAMED_SOURCES and self._reports(sentence):
            verdict.note("guard-reported", "somebody speaks in that sentence: reported speech stays")
            return 0
        hits = self.topics.get(rule.category, 0)
        if hits:
            verdict.note(rule.id, f"the article itself is about this ({hits} mentions in its running text)")
            return POSSIBLE
        outer = match.end >= verdict.line.block.end or match.start == verdict.line.block.start
        edge = index >= self.last_prose or index <= self.first_prose
        if level < CERTAIN and not (outer and edge):
            verdict.note(rule.id, "a likely sentence counts only at the outer edge of the article")
            return POSSIBLE
        return level

    def _boxed(self) -> None:
        """All lines of a consent box, but for those that another kind of rule claims and these settings keep."""
        rule = self.context.get("context-consent-box")
        if rule is None or rule.id in self.rules.disabled or self.min_level > LIKELY:
            return
        for index, legal in self.boxes.items():
            verdict = self.filled[index]
            claims = [m.rule for m in verdict.line.matches]
            if verdict.line.kept_by is None and all(map(self.rules.removable, [legal, *claims])):
                verdict.rule, verdict.level, verdict.whole = verdict.rule or legal, max(verdict.level, LIKELY), True
                verdict.note(rule.id, f"in a box of legal and consent lines ({legal.id})")

    def _repeated(self) -> None:
        """A likely or possible line that stands more than once in the document is confirmed by it."""
        counts = Counter(core(v.line.block.content) for v in self.filled if v.level)
        for verdict in self.filled:
            text = verdict.line.block.content.rstrip()
            if verdict.level and verdict.level < CERTAIN and not text.endswith((":", "：")):
                times = counts[core(text)]
                if times > 1 and not is_prose(text):
                    verdict.note("context-repeated", f"the same line stands {times} times in the document")
                    verdict.level = max(verdict.level, LIKELY)
                    verdict.whole = self._may_go(verdict)

    def _accept_own(self) -> None:
        """Certain lines go anywhere; likely ones where boilerplate stands; with a low bar, possible ones too."""
        for index, verdict in enumerate(self.filled):
            if verdict.whole or not verdict.level:
                continue
            if verdict.level == LIKELY and not self.at_edge(index):
                verdict.note(verdict.rule.id if verdict.rule else "", "likely, but in the middle of the article")
                verdict.level = POSSIBLE
            elif verdict.level == LIKELY:
                place = "before the article's first" if self.in_head(index) else "after the article's last"
                verdict.note("place", f"stands {place} running text")
            verdict.whole = self._may_go(verdict)

    def _may_go(self, verdict: Verdict) -> bool:
        rule = verdict.rule
        if rule is None or verdict.line.kept_by is not None or verdict.level < self.min_level:
            return False
        if not self.rules.removable(rule):
            verdict.note(rule.id, f"{rule.category} is kept by these settings")
            return False
        return True

    def _company(self) -> bool:
        """A likely line beside one that goes is confirmed by it; a possible one only at the edge of the article."""
        changed = False
        for index, verdict in enumerate(self.filled):
            if verdict.whole or not verdict.level or verdict.rule is None:
                continue
            near = [self.filled[i] for i in (index - 1, index + 1) if 0 <= i < len(self.filled)]
            beside = next((v for v in near if v.whole and v.rule is not None), None)
            likely = LEVELS[verdict.rule.confidence] >= LIKELY
            prose = is_prose(verdict.line.block.content)
            allowed = self.at_edge(index) or (likely and not prose)
            if beside is None or beside.rule is None or not allowed or self.topics.get(verdict.rule.category):
                continue
            verdict.level = LIKELY
            if self._may_go(verdict):
                verdict.note("context-company", f"stands beside a line that goes ({beside.rule.id})")
                verdict.whole = changed = True
        return changed

    def _free(self, verdict: Verdict, limit: int) -> bool:
        """Whether a line that no rule claims may go for its company: short, and not a sentence."""
        text = verdict.line.block.content.strip()
        free = id(verdict) not in self.claimed and not verdict.line.sentence_matches and not verdict.sentences
        return free and verdict.line.kept_by is None and len(text) <= limit and not is_prose(text)

    def _lists(self) -> bool:
        """Titles under a heading such as "Read more", after the article's last running text."""
        changed = False
        for index, verdict in enumerate(self.filled):
            if not (verdict.whole and verdict.rule is not None and verdict.rule.heading and self.in_tail(index)):
                continue
            for entry in self.filled[index + 1 :]:
                if entry.whole:
                    continue
                if not self._free(entry, LIST_ENTRY_CHARS) or ends_sentence(entry.line.block.content):
                    break
                changed |= self._extend(entry, "context-list", verdict, "a title in the list under a heading that goes")
        return changed

    def _fillers(self) -> bool:
        """A short line between lines that go, after the article's last running text."""
        changed = False
        for index in range(self.last_prose + 2, len(self.filled)) if self.has_body else ():
            gap: list[Verdict] = []
            at = index
            while at < len(self.filled) and not self.filled[at].whole and len(gap) <= FILLER_LINES:
                gap.append(self.filled[at])
                at += 1
            before = self.filled[index - 1]
            if not gap or len(gap) > FILLER_LINES or at >= len(self.filled) or not before.whole:
                continue
            if all(self._is_filler(v) for v in gap):
                for verdict in gap:
                    changed |= self._extend(verdict, "context-filler", before, "a short line between lines that go")
        return changed

    def _is_filler(self, verdict: Verdict) -> bool:
        """A few letters of a script without spaces may be a name; elsewhere a short line is a label."""
        text = verdict.line.block.content
        return self._free(verdict, FILLER_CHARS) and not ends_sentence(text) and not is_dense(text)

    def _extend(self, verdict: Verdict, name: str, source: Verdict, detail: str) -> bool:
        rule = self.context.get(name)
        if rule is None or source.rule is None or self.min_level > LIKELY:
            return False
        if name in self.rules.disabled:
            return False
        verdict.rule = source.rule
        verdict.level, verdict.whole = LIKELY, True
        verdict.note(name, f"{detail} ({source.rule.id})")
        return True

    # ------------------------------------------------------------------ blocks

    def _blocks(self) -> None:
        """Appeals of several lines: from a start cue to an end cue, at the head or the tail of the article."""
        for index, verdict in enumerate(self.filled):
            for match in verdict.line.matches:
                if match.cue == "start":
                    self._block(index, match.rule)

    def _block(self, first: int, rule: Rule) -> None:
        last = self._block_end(first, rule)
        opening = self.filled[first]
        if last is None:
            opening.note(rule.id, f"{rule.id!r} starts here, but its end does not come: no running text goes")
            if rule.without_end == "start" and self.rules.removable(rule) and opening.line.kept_by is None:
                opening.rule, opening.level = opening.rule or rule, max(opening.level, LIKELY)
            return
        inside = self.filled[first : last + 1]
        silent = next((v for v in inside[1:-1] if not self._speaks(v)), None)
        if silent is not None:
            opening.note(rule.id, f"{rule.id!r} starts here, but a line before its end speaks of something else")
            return
        edge = self._reaches_edge(first, last)
        if not edge or rule.place not in ("anywhere", "edge", edge):
            opening.note(rule.id, f"{rule.id!r} starts here, but does not reach the edge of the text")
            return
        level = LEVELS[rule.confidence]
        if level < self.min_level or not self.rules.removable(rule) or any(v.line.kept_by for v in inside):
            return
        for verdict in inside:
            verdict.rule, verdict.level, verdict.whole = rule, level, True
            verdict.note(rule.id, f"in the block {rule.id!r} that ends the text, from its start cue to its end cue"
                         if edge == "tail" else f"in the block {rule.id!r} that opens the text")  # fmt: skip

    def _block_end(self, first: int, rule: Rule) -> int | None:
        last = None
        for at in range(first + 1, min(first + rule.max_lines, len(self.filled))):
            if any(m.cue == "end" and m.rule is rule for m in self.filled[at].line.matches):
                last = at
        return last

    def _speaks(self, verdict: Verdict) -> bool:
        """Whether a line inside a block is claimed by a rule, is short, or speaks as the newsroom or to the reader."""
        if verdict.line.matches or verdict.line.sentence_matches:
            return True
        text = verdict.line.block.content
        return not is_prose(text) or (self.voice is not None and self.voice.search(verdict.line.fold()) is not None)

    def _reaches_edge(self, first: int, last: int) -> str:
        """`tail` or `head` where no running text that nobody claims lies between the block and the text's edge."""

        def quiet(part: Iterable[Verdict]) -> bool:
            return all(id(v) in self.claimed or not is_prose(v.line.block.content) for v in part)

        before, after = self.filled[:first], self.filled[last + 1 :]
        if quiet(after) and any(is_prose(v.line.block.content) for v in before):
            return "tail"
        return "head" if quiet(before) and any(is_prose(v.line.block.content) for v in after) else ""


def _one_word(line: Line) -> bool:
    text = core(line.block.content)
    return " " not in text and (len(text) <= 4 or not is_dense(text))


def spans(verdicts: Sequence[Verdict]) -> list[tuple[int, int, Verdict, Match | None, int]]:
    """What goes, as (start, end, verdict, sentence match or None, level), in order and apart, blank lines settled."""
    found: list[tuple[int, int, Verdict, Match | None, int]] = []
    blank = [not v.line.block.text.strip() for v in verdicts]
    goes = [v.whole for v in verdicts]
    last_kept_blank = True  # the text's edge counts as a blank line
    for at, verdict in enumerate(verdicts):
        block = verdict.line.block
        if goes[at]:
            found.append((block.start, block.end, verdict, None, verdict.level))
        elif blank[at] and at and goes[at - 1] and last_kept_blank:
            goes[at] = True
            _widen(found, block)
        else:
            found += [(s, e, verdict, m, level) for s, e, m, level in _sentence_spans(verdict)]
            last_kept_blank = blank[at]
    return _trailing_blank(found, verdicts, goes, blank)


def _widen(found: list[tuple[int, int, Verdict, Match | None, int]], block: Block) -> None:
    start, _, verdict, match, level = found[-1]
    found[-1] = (start, block.end, verdict, match, level)


def _trailing_blank(
    found: list[tuple[int, int, Verdict, Match | None, int]], verdicts: Sequence[Verdict], goes: list[bool],
    blank: list[bool],
) -> list[tuple[int, int, Verdict, Match | None, int]]:  # fmt: skip
    """Where the text's end goes, the blank line before it goes too."""
    at = len(verdicts) - 1
    while at >= 0 and goes[at]:
        at -= 1
    if 0 <= at < len(verdicts) - 1 and blank[at]:
        block = verdicts[at].line.block
        for number, (start, end, verdict, match, level) in enumerate(found):
            if start == block.end:
                found[number] = (block.start, end, verdict, match, level)
    return found


def _sentence_spans(verdict: Verdict) -> list[tuple[int, int, Match, int]]:
    """Sentences that go; those that end a line take the space before them instead of the line end after them."""
    block = verdict.line.block
    found = [(match.start, match.end, match, level) for match, level in verdict.sentences]
    edge = block.end
    for at in range(len(found) - 1, -1, -1):
        start, end, match, level = found[at]
        if end < edge:
            break
        edge = start
        before = block.text[: start - block.start]
        start = block.start + len(before.rstrip())
        found[at] = (start, min(end, block.start + len(block.content)), match, level)
        if at + 1 < len(found):  # the space between two that go belongs to the first
            following = found[at + 1]
            found[at] = (start, following[0], match, level)
    return [span for span in found if span[0] < span[1]]
