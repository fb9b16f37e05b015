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
from boilerstrip.errors import RuleTimeout
from boilerstrip.folding import core, fold, strip_decoration
from boilerstrip.irregular import irregular_texts
from boilerstrip.rules import Keep, Publisher, Rule

LINE_CAP = 2_000  # code points; a longer line is looked at sentence by sentence only
SHRINK = 4  # folding rarely makes a line shorter than a quarter; a line longer than that is too long for a rule
FLAT_SENTENCES = 8  # a line of this many sentences is a whole article, or much of one
FLAT_CHARS = 900
USER_RULE_SECONDS = 2.0
_CLOSE = r"[\s.!?。！]*"
_PART = re.compile(r"\s*[|•·/›»>｜・,]\s*|(?<=[^\W\d_A-Z])(?=[A-ZÄÖÜÀ-ÞА-Я])|(?<=[.!?:)])(?=[^\W\d_])|\n")


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


class _Patterns:
    """A rule's compiled patterns, made when first needed."""

    __slots__ = ("end", "requires", "rule", "start", "timeout", "whole")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.timeout = None if rule.shipped else USER_RULE_SECONDS
        body = "|".join(rule.patterns)
        self.whole = regex.compile(f"(?:{body}){_CLOSE if rule.match == 'whole' else ''}") if body else None
        self.requires = tuple(regex.compile(p) for p in rule.requires)
        self.start = regex.compile(f"(?:{rule.start}){_CLOSE}") if rule.start else None
        self.end = regex.compile(f"(?:{rule.end}){_CLOSE}") if rule.end else None

    def fits(self, text: str) -> regex.Match[str] | bool | None:
        """How the rule fits a folded core."""
        rule = self.rule
        if len(text) > rule.max_chars:
            return None
        try:
            for required in self.requires:
                if not required.search(text, timeout=self.timeout):
                    return None
            if self.whole is None:
                return True
            if rule.match == "whole":
                return self.whole.fullmatch(text, timeout=self.timeout)
            if rule.match == "prefix":
                return self.whole.match(text, timeout=self.timeout)
            return self.whole.search(text, timeout=self.timeout)
        except TimeoutError:
            raise RuleTimeout(rule.id, USER_RULE_SECONDS) from None

    def cue(self, text: str) -> str:
        """Whether a folded core is the block's start or end: `start`, `end` or empty."""
        if self.start is not None and self.start.fullmatch(text, timeout=self.timeout):
            return "start"
        if self.end is not None and self.end.fullmatch(text, timeout=self.timeout):
            return "end"
        return ""


def _variants(keyword: str) -> Iterator[str]:
    """The keyword with each double s also as a sharp s, and an s at its edge as half of one."""
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


class Matcher:
    """Finds the rules that fit the lines of a text. Immutable once made; safe to share between threads."""

    def __init__(self, rules: Iterable[Rule], keeps: Iterable[Keep] = (), publishers: Iterable[Publisher] = ()) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.keeps = tuple(keeps)
        self._names = {publisher.key: publisher.names for publisher in publishers}
        by_word: dict[str, list[int]] = {}
        for number, rule in enumerate(self.rules):
            for word in rule.keywords:
                by_word.setdefault(word, []).append(number)
        irregular = [_bytes(text.lower()) for text in irregular_texts()]
        words: dict[bytes, list[int]] = {}
        for word, numbers in by_word.items():
            for variant in _variants(word):
                words.setdefault(_bytes(variant), []).extend(numbers)
        self._irregular = len(irregular)
        self._owners = [tuple(dict.fromkeys(numbers)) for numbers in words.values()]
        kind = ahocorasick_rs.Implementation.DFA
        self._scan = ahocorasick_rs.BytesAhoCorasick([*irregular, *words], implementation=kind)
        self._words = ahocorasick_rs.BytesAhoCorasick(list(words) or [b"\xff"], implementation=kind)
        self._reach = [rule.max_chars * SHRINK for rule in self.rules]
        self._compiled: dict[int, _Patterns] = {}
        self._kept = [(k, core(k.text), regex.compile(k.pattern) if k.pattern else None) for k in self.keeps]

    def patterns(self, number: int) -> _Patterns:
        """The compiled patterns of rule `number`."""
        found = self._compiled.get(number)
        if found is None:
            found = self._compiled[number] = _Patterns(self.rules[number])
        return found

    def candidates(self, text: str) -> dict[int, set[int]]:
        """Line index -> numbers of the rules of which a keyword stands in that line. Empty for most clean texts."""
        data = _plain_bytes(text)
        hits = self._scan.find_matches_as_indexes(data, overlapping=True) if data is not None else None
        first = self._irregular
        if hits is None or any(hit[0] < first for hit in hits):
            data = _bytes("\n".join(map(fold, text.split("\n"))))
            hits, first = self._words.find_matches_as_indexes(data, overlapping=True), 0
        if not hits:
            return {}
        ends = _line_ends(data or b"")
        found: dict[int, set[int]] = {}
        for word, start, _ in hits:
            found.setdefault(bisect_right(ends, start), set()).update(self._owners[word - first])
        return found

    def lines(self, text: str, publisher: str | None = None, lang: str | None = None) -> list[Line] | None:
        """The lines of a text with their matches, by the rules for this publisher and language; `None` without any.

        `publisher` is the key of a pack, `None` where it is not known (then a pack's block counts if its start cue
        names the publisher), or empty where no pack may be used.
        """
        candidates = self.candidates(text)
        if not candidates:
            return None
        parts = text.split("\n")
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

    def _in_sentence(self, folded: str) -> set[int]:
        hits = self._words.find_matches_as_indexes(_bytes(folded), overlapping=True)
        return {number for hit in hits for number in self._owners[hit[0]]}

    def match(self, line: Line, numbers: Iterable[int], publisher: str | None = None, lang: str | None = None) -> None:
        """Fill in the matches of one line, trying the rules `numbers` that are for this publisher and language."""
        text = line.block.content
        ordered = [n for n in sorted(numbers) if self._applies(self.rules[n], publisher, lang)]
        if len(text) <= LINE_CAP and any(len(text) <= self._reach[n] for n in ordered):
            whole = core(text)
            line.matches = [m for n in ordered for m in self._line_matches(n, whole, line.block, publisher)]
            if not line.matches:
                line.matches = self._part_matches(text, ordered, line.block)
        if not line.matches:
            self._match_sentences(line, ordered)

    def _applies(self, rule: Rule, publisher: str | None, lang: str | None) -> bool:
        if lang is not None and rule.lang is not None and rule.lang != lang:
            return False
        if rule.publisher is None or rule.publisher == publisher:
            return True
        return publisher is None and rule.scope == "block"

    def _line_matches(self, number: int, whole: str, block: Block, publisher: str | None) -> Iterator[Match]:
        rule, patterns = self.rules[number], self.patterns(number)
        if rule.scope == "block":
            cue = patterns.cue(whole)
            foreign = rule.publisher is not None and rule.publisher != publisher
            if cue == "start" and foreign and not any(name in whole for name in self._names[rule.publisher or ""]):
                return
            if cue:
                yield Match(rule, block.start, block.end, cue=cue)
            return
        fit = patterns.fits(whole)
        if fit:
            quoted = fit is not True and rule.match == "contains" and whole.count('"', 0, fit.start()) % 2 == 1
            yield Match(rule, block.start, block.end, quoted=quoted)

    def _part_matches(self, text: str, numbers: list[int], block: Block) -> list[Match]:
        """A line of labels glued or listed together, each of which a whole-line rule knows."""
        if len(text) > 300:
            return []
        parts = [strip_decoration(fold(part)) for part in _PART.split(text)]
        parts = [part for part in parts if part]
        if len(parts) < 2:
            return []
        rules = [n for n in numbers if self.rules[n].scope in ("line", "sentence") and self.rules[n].match == "whole"]
        found: list[Match] = []
        for part in parts:
            fitting = next((n for n in rules if self.patterns(n).fits(part)), None)
            if fitting is None:
                return []
            found.append(Match(self.rules[fitting], block.start, block.end, part="parts"))
        return found

    def _match_sentences(self, line: Line, numbers: list[int]) -> None:
        """Whole sentences inside a longer line, outside quotation marks."""
        long = len(line.block.text) >= FLAT_CHARS
        if not any(self._in_paragraph(self.rules[n], long) for n in numbers):
            return
        tiles = sentences(line.block)
        if len(tiles) < 2:
            return
        flat = long and len(tiles) >= FLAT_SENTENCES
        usable = {n for n in numbers if self._in_paragraph(self.rules[n], flat)}
        quotes = 0
        for tile in tiles if usable else ():
            folded = fold(tile.text)
            inside = quotes % 2 == 1
            quotes += folded.count('"')
            if inside or '"' in folded or len(folded) > LINE_CAP:
                continue
            whole = core(tile.text)
            if self._keep(whole, None):
                continue
            for number in sorted(usable & self._in_sentence(whole)):
                if self.patterns(number).fits(whole):
                    part = "sentence" if self.rules[number].scope == "sentence" else "flat"
                    line.sentence_matches.append(Match(self.rules[number], tile.start, tile.end, part=part))

    def _in_paragraph(self, rule: Rule, flat: bool) -> bool:
        if rule.match == "contains" or rule.place != "anywhere":
            return False
        if rule.scope == "sentence":
            return True
        return flat and rule.scope == "line" and rule.confidence == "certain"

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
