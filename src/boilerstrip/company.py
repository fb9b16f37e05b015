"""Evidence from the lines around: repetition, neighbours, lists under a heading, short lines between; never on its own.

Each kind is a rule of its own (`context-...`) that names the removal's evidence and can be switched off. No running
text goes by company, but for that in a consent manager's box.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from boilerstrip.blocks import ends_sentence, is_brief, is_dense, is_prose
from boilerstrip.folding import core
from boilerstrip.layout import Layout
from boilerstrip.removal import CERTAIN, LIKELY, POSSIBLE, Verdict, Words
from boilerstrip.rules import RuleSet

CONSENT_BOX = "context-consent-box"
AUTHORS_OWN = ("related", "social", "comments")  # what authors, too, put under a text: their links, accounts, a count
LIST_ENTRY_CHARS = 200
LIST_TITLES = 2  # so many titles under a heading are a list
FILLER_CHARS = 40
LABEL_CHARS = 30
RUN_LINES = 5  # lines of a menu; more in the head, where names and dates stand close together
RUN_LINES_IN_HEAD = 8
_NO_LABEL = re.compile(r"[\d/@©%€$£:,]")
_TIME = re.compile(r"\W*(?:\d{1,2}:\d\d(?::\d\d)?(?:\s*[/|–-]?\s*)){1,3}\s*|\W*\d{1,3}\s*/\s*\d{1,3}\s*")
_STOP = re.compile(r"[.。;।][\"'”’»)\]」』]*\s*$")


class Company:
    """Adds to the verdicts of one text what the lines around a line say."""

    def __init__(self, layout: Layout, rules: RuleSet, words: Words, min_level: int) -> None:
        self.layout, self.filled, self.boxes = layout, layout.filled, layout.boxes
        self.rules, self.context, self.min_level = rules, words.context, min_level

    def boxed(self) -> None:
        """All lines of a consent box, but for those that another kind of rule claims and these settings keep."""
        if not self._allows(CONSENT_BOX):
            return
        for index, legal in self.boxes.items():
            verdict = self.filled[index]
            claims = [m.rule for m in verdict.line.matches]
            if verdict.line.kept_by is None and all(map(self.rules.removable, [legal, *claims])):
                verdict.rule, verdict.level, verdict.whole = verdict.rule or legal, max(verdict.level, LIKELY), True
                verdict.note(CONSENT_BOX, f"in a box of legal and consent lines ({legal.id})")

    def repeated(self) -> None:
        """A likely or possible line that stands more than once in the document is confirmed by it."""
        counts = Counter(core(v.line.block.content) for v in self.filled if v.level)
        for verdict in self.filled:
            text = verdict.line.block.content.rstrip()
            if verdict.level and verdict.placed and verdict.level < CERTAIN and not text.endswith((":", "：")):
                times = counts[core(text)]
                if times > 1 and not is_prose(text):
                    verdict.note("context-repeated", f"the same line stands {times} times in the document")
                    verdict.level = max(verdict.level, LIKELY)
                    verdict.whole = self.may_go(verdict)

    def spread(self) -> None:
        """Everything else, until nothing more goes."""
        while self._beside() | self._lists() | self._runs() | self._fillers():
            pass

    def alone(self) -> None:
        """One weak cue under a text otherwise clean stays, and so does a whole list under one heading."""
        going = [i for i, v in enumerate(self.filled) if v.whole or v.sentences]
        found = [i for i in going if self.filled[i].line.matches or self.filled[i].line.sentence_matches]
        if len(found) != 1:
            return
        cue = self.filled[found[0]]
        text = cue.line.block.content.strip()
        if self.layout.in_head(found[0]) and is_brief(text):
            return  # nobody puts a button above a text by hand
        rule = cue.rule
        if rule is None or rule.category not in AUTHORS_OWN or not rule.shipped or rule.publisher:
            return
        weak = cue.level < CERTAIN and not is_prose(text)
        if weak or (rule.heading and len(going) > LIST_TITLES):
            for verdict in map(self.filled.__getitem__, going):
                verdict.whole, verdict.level = False, POSSIBLE
                verdict.note("guard-alone", "but nothing else in the text is boilerplate: perhaps the author's own")

    def may_go(self, verdict: Verdict) -> bool:
        """Whether a line's own rule lets it go under these settings."""
        rule = verdict.rule
        if rule is None or verdict.line.kept_by is not None or verdict.level < self.min_level:
            return False
        if not self.rules.removable(rule):
            verdict.note(rule.id, f"{rule.category} is kept by these settings")
            return False
        return True

    def _beside(self) -> bool:
        """A line that a rule fits is confirmed by one that goes next to it, and two such lines by each other."""
        changed = False
        for index, verdict in enumerate(self.filled):
            if verdict.whole or not verdict.level or verdict.rule is None:
                continue
            if self.layout.mentions(verdict.rule.category):
                continue
            beside = next(filter(None, (self._neighbour(index, step) for step in (-1, 1))), None)
            if beside is None or beside.rule is None:
                continue
            level, verdict.level = verdict.level, LIKELY
            if self.may_go(verdict):
                how = "that goes" if beside.whole else "that a rule fits, too"
                verdict.note("context-company", f"stands beside a line {how} ({beside.rule.id})")
                verdict.whole = changed = True
            else:
                verdict.level = level
        return changed

    def _neighbour(self, index: int, step: int) -> Verdict | None:
        """The next line in one direction, rules and bullets aside, if it is company for filled line `index`."""
        at = index + step
        while 0 <= at < len(self.filled) and not _has_letters(self.filled[at]):
            at += step
        if not 0 <= at < len(self.filled):
            return None
        verdict, other = self.filled[index], self.filled[at]
        if step > 0 and other.rule is not None and other.rule.heading and "://" in verdict.line.block.content:
            return None  # an address above a heading belongs to the article
        if self.layout.at_edge(index) and verdict.placed:
            return other if other.whole else None
        return other if self._confirms(other, verdict) else None

    def _confirms(self, other: Verdict, verdict: Verdict) -> bool:
        """Whether `other` confirms a line in the body of the article, where it takes more, or away from its place.

        Adverts stand beside anything. Running text goes only if its own rule is certain. A source beside a player or a
        gallery may be a picture's.
        """
        rule, company = verdict.rule, other.rule
        if rule is None or company is None or company.category == "advert" != rule.category:
            return False
        if not verdict.placed and rule.category == "agency" and company.category == "interface":
            return False
        sure = rule.confidence == "certain"
        if not sure and (rule.confidence == "possible" or is_prose(verdict.line.block.content)):
            return False
        if other.whole:
            return True
        both = sure and verdict.placed and company.confidence == "certain" and other.level > 0
        return both and self.rules.removable(company) and other.line.kept_by is None

    def _free(self, verdict: Verdict, limit: int) -> bool:
        """Whether a line that no rule claims may go for its company: short, and not a sentence."""
        text = verdict.line.block.content.strip()
        free = not verdict.line.matches and not verdict.line.sentence_matches
        return free and verdict.line.kept_by is None and len(text) <= limit and not is_prose(text)

    def _lists(self) -> bool:
        """Titles under a heading such as "Read more", after the article's last running text."""
        changed = False
        for index, verdict in enumerate(self.filled):
            if not (verdict.whole and verdict.rule is not None and verdict.rule.heading and self.layout.in_tail(index)):
                continue
            for entry in self._entries(index):
                changed |= self._extend(entry, "context-list", verdict, "a title in the list under a heading that goes")
        return changed

    def _entries(self, heading: int) -> Iterator[Verdict]:
        """The titles of a list, up to the first line that may be something else."""
        for entry in self.filled[heading + 1 :]:
            if entry.whole:
                continue
            if entry.line.matches:
                if any(self.rules.removable(m.rule) for m in entry.line.matches):
                    return
                continue  # names and dates between titles stay, where they are kept
            if not self._free(entry, LIST_ENTRY_CHARS) or _STOP.search(entry.line.block.content):
                return
            yield entry

    def _runs(self) -> bool:
        """Labels among the words of a menu: a run of short lines, at least half of which rules fit and one goes."""
        changed = False
        run: list[int] = []
        for index in range(len(self.filled) + 1):
            if index < len(self.filled) and self._is_label(self.filled[index]):
                run.append(index)
                continue
            changed |= self._run(run)
            run = []
        return changed

    def _run(self, run: list[int]) -> bool:
        """Let the labels go that stand between the first and the last line of a run that rules fit."""
        fitted = [i for i in run if self.filled[i].level and self.filled[i].placed]
        source = next((self.filled[i] for i in fitted if self.filled[i].whole), None)
        inside = [i for i in run if fitted and fitted[0] <= i <= fitted[-1] and _has_letters(self.filled[i])]
        least = RUN_LINES_IN_HEAD if fitted and self.layout.in_head(fitted[0]) else RUN_LINES
        if source is None or len(inside) < least or 2 * len(fitted) < len(inside):
            return False
        changed = False
        for verdict in (self.filled[i] for i in inside):
            if not verdict.whole and verdict.placed:
                changed |= self._extend(verdict, "context-run", source, "a label among the words of a menu")
        return changed

    def _is_label(self, verdict: Verdict) -> bool:
        """Whether a line may be a word of a menu: short, known by rules that remove, or without figures and signs."""
        text = verdict.line.block.content.strip()
        if len(text) > LABEL_CHARS or ends_sentence(text) or is_dense(text) or verdict.line.kept_by is not None:
            return False
        if verdict.line.matches:
            return verdict.rule is not None and all(self.rules.removable(m.rule) for m in verdict.line.matches)
        return _NO_LABEL.search(text) is None

    def _fillers(self) -> bool:
        """A short line between lines that go, after the article's last running text; a player's time beside one."""
        changed = False
        for index, verdict in enumerate(self.filled) if self.layout.has_body else ():
            if verdict.whole or not self.layout.at_edge(index):
                continue
            before, after = (self.filled[i] if 0 <= i < len(self.filled) else None for i in (index - 1, index + 1))
            gone = [v for v in (before, after) if v is not None and v.whole]
            between = len(gone) == 2 and index >= self.layout.last_prose + 2 and self._is_filler(verdict)
            if gone and (between or self._is_time(verdict)):
                detail = (
                    "a short line between lines that go" if between else "a time or a counter beside a line that goes"
                )
                changed |= self._extend(verdict, "context-filler", gone[0], detail)
        return changed

    def _is_time(self, verdict: Verdict) -> bool:
        """Whether a line is only a player's time or a gallery's counter."""
        return self._free(verdict, FILLER_CHARS) and _TIME.fullmatch(verdict.line.block.content) is not None

    def _is_filler(self, verdict: Verdict) -> bool:
        """A few letters of a script without spaces may be a name; elsewhere a short line is a label."""
        text = verdict.line.block.content
        return self._free(verdict, FILLER_CHARS) and not ends_sentence(text) and not is_dense(text)

    def _allows(self, name: str) -> bool:
        return name in self.context and name not in self.rules.disabled and self.min_level <= LIKELY

    def _extend(self, verdict: Verdict, name: str, source: Verdict, detail: str) -> bool:
        if source.rule is None or not self._allows(name):
            return False
        verdict.rule, verdict.level, verdict.whole = source.rule, LIKELY, True
        verdict.note(name, f"{detail} ({source.rule.id})")
        return True


def _has_letters(verdict: Verdict) -> bool:
    return any(c.isalnum() for c in verdict.line.block.content)
