"""Which rules fit which lines and sentences of a text: keyword prefilter, then patterns; not what goes (`removal`).

The whole text is scanned once for the rules' keywords, as lower-cased UTF-8; only where a keyword stands is a line
folded and a pattern tried. Characters through which a keyword could hide (ligatures, entities, zero-width ...) are
keywords too: a text that has one is folded before it is scanned.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, product

import ahocorasick_rs
import regex

from boilerstrip.blocks import Block, sentences
from boilerstrip.blocks import lines as split_lines
from boilerstrip.bounds import OPENING_CHARS
from boilerstrip.errors import RuleTimeout
from boilerstrip.folding import core, fold, strip_decoration
from boilerstrip.irregular import irregular_texts
from boilerstrip.rules import CATEGORIES, Branch, Keep, Publisher, Rule

PARTS_CHARS = 300  # a longer line is no list of labels
SENTENCE_CHARS = 2_000
SHORT_CHARS = 160  # where no rare word tells a rule's line, only lines up to this length are tried
FLAT_SENTENCES = 15  # a line of this many sentences is a whole article, or much of one
FLAT_CHARS = 1_800
FLAT_SENTENCE_CHARS = 100  # a longer one may be a cue with a title that runs on into the article
USER_RULE_SECONDS = 2.0
_CLOSE = r"[\s.!?。！]*"
_PART = re.compile(r"\s*[|•·/›»>｜・]\s*|(?<=[^\W\d_A-Z])(?=[A-ZÄÖÜÀ-ÞА-Я])|(?<=[.!?:)])(?=[^\W\d_])|\n")


@dataclass(frozen=True, slots=True)
class Match:
    """Rule `rule` fits `source[start:end]`. `part` says how: line, sentence, parts (every part of the line), flat."""

    rule: Rule
    start: int
    end: int
    part: str = "line"
    quoted: bool = False
    cue: str = ""  # for a block rule: `start` or `end`


@dataclass(slots=True)
class Line:
    """A line of the text with what was found in it."""

    block: Block
    matches: list[Match] = field(default_factory=list)
    sentence_matches: list[Match] = field(default_factory=list)
    kept_by: Keep | None = None
    folded: str | None = None

    def fold(self) -> str:
        """The folded line, made once."""
        if self.folded is None:
            self.folded = fold(self.block.content)
        return self.folded


class _Unit:
    """One branch of a rule, compiled when it is first tried."""

    __slots__ = (
        "_pattern", "_requires", "branch", "cue", "flat", "openings", "paragraph", "rare", "reach", "rule", "timeout",
    )  # fmt: skip

    def __init__(self, rule: Rule, branch: Branch) -> None:
        self.rule, self.branch, self.cue = rule, branch, branch.cue
        self.timeout = None if rule.shipped else USER_RULE_SECONDS
        self.openings = frozenset(branch.openings)
        self.rare = branch.rare
        # A longer line, as it stands in the source, is never tried.
        self.reach = rule.max_chars * 3 // 2 + 40 if self.rare else min(rule.max_chars, SHORT_CHARS)
        free = self.rare and rule.match != "contains" and rule.place == "anywhere" and not self.cue
        self.paragraph = free and rule.scope == "sentence"
        self.flat = self.paragraph or (free and rule.scope == "line" and rule.confidence == "certain")
        self._pattern: regex.Pattern[str] | None = None
        self._requires: tuple[regex.Pattern[str], ...] = ()

    def fits(self, text: str) -> regex.Match[str] | None:
        """How the branch fits a folded core; `None` where it does not."""
        rule = self.rule
        if len(text) > rule.max_chars or not self._opens(text):
            return None
        pattern = self._pattern or self._compile()
        try:
            for required in self._requires:
                if not required.search(text, timeout=self.timeout):
                    return None
            if rule.match == "prefix":
                return pattern.match(text, timeout=self.timeout)
            if rule.match == "contains":
                return pattern.search(text, timeout=self.timeout)
            return pattern.fullmatch(text, timeout=self.timeout)
        except TimeoutError:
            raise RuleTimeout(rule.id, USER_RULE_SECONDS) from None

    def _opens(self, text: str) -> bool:
        """Whether the text begins as something that the branch fits does: a cheap way to say no."""
        known = self.openings
        return not known or text[:OPENING_CHARS] in known or text[:2] in known or text[:1] in known

    def _compile(self) -> regex.Pattern[str]:
        close = _CLOSE if self.rule.match == "whole" else ""
        self._requires = tuple(regex.compile(p) for p in self.rule.requires)
        self._pattern = regex.compile(f"(?:{self.branch.pattern}){close}")
        return self._pattern


def _variants(keyword: str) -> Iterator[str]:
    """The keyword with each double s also as a sharp s, and an s at its edge as half of one."""
    if "s" not in keyword:
        yield keyword
        return
    parts = keyword.split("ss")
    for joints in product(("ss", "ß"), repeat=len(parts) - 1):
        word = "".join(a + b for a, b in zip(parts, (*joints, ""), strict=True))
        heads = (word, "ß" + word[1:]) if word.startswith("s") else (word,)
        for head in heads:
            yield head
            if head.endswith("s"):
                yield head[:-1] + "ß"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _automaton(words: list[bytes]) -> ahocorasick_rs.BytesAhoCorasick:
    """A scan for the words. A DFA scans no faster here, as most time goes into the hits, and takes longer to make."""
    kind = ahocorasick_rs.Implementation.ContiguousNFA
    return ahocorasick_rs.BytesAhoCorasick(words or [b"\xff"], implementation=kind)


class Matcher:
    """Finds the rules that fit the lines of a text. Immutable once made; safe to share between threads."""

    def __init__(self, rules: Iterable[Rule], keeps: Iterable[Keep] = (), publishers: Iterable[Publisher] = ()) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.keeps = tuple(keeps)
        self._names = {publisher.key: publisher.names for publisher in publishers}
        self.units = [_Unit(rule, branch) for rule in self.rules for branch in rule.branches]
        irregular = [_bytes(text.lower()) for text in irregular_texts()]
        self._irregular = len(irregular)
        rare, self._owners = self._words(rare=True)
        frequent, self._frequent_owners = self._words(rare=False)
        self._rare, self._rare_only = _automaton([*irregular, *rare]), _automaton(rare)
        self._frequent = _automaton(frequent)
        self._word_reach = [max(map(self._reach, owners)) for owners in self._owners]
        self._kept = [(k, core(k.text), regex.compile(k.pattern) if k.pattern else None) for k in self.keeps]

    def _words(self, rare: bool) -> tuple[list[bytes], list[tuple[int, ...]]]:
        """The words of rare or of frequent units, and the numbers of each word's units."""
        by_word: dict[bytes, list[int]] = {}
        for number, unit in enumerate(self.units):
            for word in unit.branch.literals if unit.rare == rare else ():
                for variant in _variants(word):
                    by_word.setdefault(_bytes(variant), []).append(number)
        return list(by_word), [tuple(dict.fromkeys(numbers)) for numbers in by_word.values()]

    def _reach(self, number: int) -> float:
        return float("inf") if self.units[number].flat else self.units[number].reach

    def candidates(self, text: str, parts: list[str]) -> dict[int, set[int]]:
        """Line index -> numbers of the units to try on that line. `parts` are the text's lines, without their ends."""
        lengths = list(map(len, parts))
        data = _plain_bytes(text)
        hits = self._rare.find_matches_as_indexes(data, overlapping=True) if data is not None else None
        first = self._irregular
        if hits is None or any(hit[0] < first for hit in hits):
            parts = list(map(fold, parts))
            data = _bytes("\n".join(parts))
            hits, first = self._rare_only.find_matches_as_indexes(data, overlapping=True), 0
        found: dict[int, set[int]] = {}
        if hits:
            ends, reach = _line_ends(data or b""), self._word_reach
            for index, word in {(bisect_right(ends, start), word - first) for word, start, _ in hits}:
                if lengths[index] <= reach[word]:
                    found.setdefault(index, set()).update(self._owners[word])
        self._frequent_in_short(parts, [i for i, length in enumerate(lengths) if 0 < length <= SHORT_CHARS], found)
        return found

    def _frequent_in_short(self, parts: list[str], short: list[int], found: dict[int, set[int]]) -> None:
        """Add the units without a rare word, on short lines."""
        data = _bytes("\n".join([parts[index] for index in short]).lower())
        hits = self._frequent.find_matches_as_indexes(data, overlapping=True)
        if hits:
            ends = _line_ends(data)
            for at, word in {(bisect_right(ends, start), word) for word, start, _ in hits}:
                found.setdefault(short[at], set()).update(self._frequent_owners[word])

    def lines(self, text: str, publisher: str | None = None, lang: str | None = None) -> list[Line] | None:
        """The lines of a text with their matches, by the rules for this publisher and language; `None` without any.

        `publisher` is the key of a pack, `None` where it is not known (then a pack's block counts if its start cue
        names the publisher), or empty where no pack may be used.
        """
        parts = text.split("\n")
        candidates = self.candidates(text, parts)
        if not candidates:
            return None
        starts = [0, *accumulate(len(part) + 1 for part in parts)]
        found: dict[int, Line] = {}
        for index, numbers in candidates.items():
            start, end = starts[index], min(starts[index + 1], len(text))
            line = Line(Block(start, end, text[start:end]))
            self.match(line, numbers, publisher, lang)
            if line.matches or line.sentence_matches:
                found[index] = line
        if not found:
            return None
        lines = [found.get(index) or Line(block) for index, block in enumerate(split_lines(text))]
        if self.keeps:
            for line in lines:
                line.kept_by = self._keep(core(line.block.content), publisher)
        return lines

    def match(self, line: Line, numbers: Iterable[int], publisher: str | None = None, lang: str | None = None) -> None:
        """Fill in the matches of one line, trying the units `numbers` that are for this publisher and language."""
        text = line.block.content
        units = [u for u in map(self.units.__getitem__, sorted(numbers)) if self._applies(u.rule, publisher, lang)]
        near = [unit for unit in units if len(text) <= unit.reach]
        if near:
            whole = core(text)
            begins = {whole[:size] for size in range(1, OPENING_CHARS + 1)}
            fitting = [unit for unit in near if not unit.openings or not begins.isdisjoint(unit.openings)]
            line.matches = list(self._line_matches(fitting, whole, line.block, publisher))
            if not line.matches:
                line.matches = self._part_matches(text, near, line.block)
        if not any(match.rule.match == "whole" and match.rule.category in CATEGORIES for match in line.matches):
            self._match_sentences(line, units, publisher)

    def _applies(self, rule: Rule, publisher: str | None, lang: str | None) -> bool:
        if lang is not None and rule.lang is not None and rule.lang != lang:
            return False
        if rule.publisher is None or rule.publisher == publisher:
            return True
        return publisher is None and rule.scope == "block"

    def _line_matches(self, units: list[_Unit], whole: str, block: Block, publisher: str | None) -> Iterator[Match]:
        done: set[tuple[str, str]] = set()
        for unit in units:
            rule = unit.rule
            if (rule.id, unit.cue) in done:
                continue
            fit = unit.fits(whole)
            if fit is None or (unit.cue == "start" and not self._may_start(rule, whole, publisher)):
                continue
            done.add((rule.id, unit.cue))
            quoted = rule.match == "contains" and whole.count('"', 0, fit.start()) % 2 == 1
            yield Match(rule, block.start, block.end, quoted=quoted, cue=unit.cue)

    def _may_start(self, rule: Rule, whole: str, publisher: str | None) -> bool:
        """A publisher's block starts in its own documents, or where its start cue names it."""
        if rule.publisher is None or rule.publisher == publisher:
            return True
        return any(name in whole for name in self._names[rule.publisher])

    def _part_matches(self, text: str, units: list[_Unit], block: Block) -> list[Match]:
        """A line of labels glued or listed together, each of which a whole-line rule knows."""
        if len(text) > PARTS_CHARS:
            return []
        parts = [part for part in (strip_decoration(fold(part)) for part in _PART.split(text)) if part]
        if len(parts) < 2:
            return []
        whole = [unit for unit in units if unit.rule.match == "whole" and not unit.cue]
        found: list[Match] = []
        for part in parts:
            fitting = next((unit for unit in whole if unit.fits(part)), None)
            if fitting is None:
                return []
            found.append(Match(fitting.rule, block.start, block.end, part="parts"))
        return found

    def _match_sentences(self, line: Line, units: list[_Unit], publisher: str | None) -> None:
        """Whole sentences inside a longer line, outside quotation marks."""
        long = len(line.block.text) >= FLAT_CHARS
        if not any(unit.flat if long else unit.paragraph for unit in units):
            return
        tiles = sentences(line.block)
        if len(tiles) < 2:
            return
        flat = long and len(tiles) >= FLAT_SENTENCES
        usable = {unit for unit in units if (unit.flat if flat else unit.paragraph)}
        quotes = 0
        for tile in tiles if usable else ():
            folded = fold(tile.text)
            inside = quotes % 2 == 1
            quotes += folded.count('"')
            if inside or '"' in folded or len(folded) > SENTENCE_CHARS:
                continue
            whole = core(tile.text)
            if self._keep(whole, publisher):
                continue
            done: set[str] = set()
            for unit in self._in_sentence(whole):
                if unit not in usable or unit.rule.id in done:
                    continue
                if (unit.paragraph or len(whole) <= FLAT_SENTENCE_CHARS) and unit.fits(whole):
                    done.add(unit.rule.id)
                    part = "sentence" if unit.paragraph else "flat"
                    line.sentence_matches.append(Match(unit.rule, tile.start, tile.end, part=part))

    def _in_sentence(self, folded: str) -> list[_Unit]:
        hits = self._rare_only.find_matches_as_indexes(_bytes(folded), overlapping=True)
        return [self.units[number] for number in sorted({n for hit in hits for n in self._owners[hit[0]]})]

    def _key_of(self, publisher: str) -> str:
        """The key of the pack of a publisher given by name or domain; the name itself where there is no pack."""
        folded = fold(publisher)
        return next((key for key, names in self._names.items() if folded in (key, *names)), publisher)

    def _keep(self, whole: str, publisher: str | None) -> Keep | None:
        for keep, text, pattern in self._kept:
            if keep.publisher and self._key_of(keep.publisher) != publisher:
                continue
            if whole == text or (pattern and pattern.search(whole, timeout=USER_RULE_SECONDS)):
                return keep
        return None


def _plain_bytes(text: str) -> bytes | None:
    """The text as lower-cased bytes of the same lines, or `None` where it has to be folded first."""
    if "&" in text and re.search(r"&(?:#[0-9a-zA-Z]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});", text):
        return None
    if "\\" in text and re.search(r"\\[nrt]", text):
        return None
    return _bytes(text).lower() if text.isascii() else _bytes(text.lower())


def _line_ends(data: bytes) -> list[int]:
    """Offsets just past each line feed, so that `bisect_right` over them gives a line's index."""
    ends, at = [], data.find(b"\n")
    while at >= 0:
        ends.append(at + 1)
        at = data.find(b"\n", at + 1)
    return ends
