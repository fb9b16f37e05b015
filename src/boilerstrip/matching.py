"""Which rules fit which lines and sentences of a text, by their patterns; not what goes (`decision`).

`lookup` says which few branches may fit a line; only for those is it folded and a pattern tried. What was found in a
line is remembered: in a dump the same lines come again and again.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import regex

from boilerstrip.blocks import Block, sentences
from boilerstrip.blocks import lines as split_lines
from boilerstrip.errors import RuleTimeout
from boilerstrip.folding import core, fold, lower, strip_decoration
from boilerstrip.lookup import Entry, Lookup
from boilerstrip.rules import CATEGORIES, Branch, Keep, Publisher, Rule

PARTS_CHARS = 300  # a longer line is no list of labels
SENTENCE_CHARS = 2_000
FLAT_SENTENCES = 15  # a line of this many sentences is a whole article, or much of one
FLAT_CHARS = 1_800
FLAT_SENTENCE_CHARS = 100  # a longer one may be a cue with a title that runs on into the article
USER_RULE_SECONDS = 2.0
REMEMBERED_CHARS = 2_000_000  # of lines, with what was found in them
_QUOTE = re.compile(r"[\"“”„‟〝〞＂«»‹›&]")
_CLOSE = r"[\s.!?。！]*"
_PART = re.compile(r"\s*[|•·/›»>｜・]\s*|(?<=[^\W\d_A-Z])(?=[A-ZÄÖÜÀ-ÞА-Я])|(?<=[.!?:)])(?=[^\W\d_])|\n")


class Match(NamedTuple):
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

    def at(self, block: Block) -> Line:
        """The same line where it stands in another text."""
        by = block.start - self.block.start
        line = Line(block)
        line.matches = [match._replace(start=match.start + by, end=match.end + by) for match in self.matches]
        line.sentence_matches = [m._replace(start=m.start + by, end=m.end + by) for m in self.sentence_matches]
        return line

    def fold(self) -> str:
        """The folded line, made once."""
        if self.folded is None:
            self.folded = fold(self.block.content)
        return self.folded


_NO_LINE = Line(Block(0, 0, ""))


class _Unit(Entry):
    """One branch of a rule, compiled when it is first tried."""

    __slots__ = ("_limits", "_pattern", "_requires")

    def __init__(self, rule: Rule, branch: Branch) -> None:
        super().__init__(rule, branch)
        self._limits: dict[str, float] = {} if rule.shipped else {"timeout": USER_RULE_SECONDS}
        self._pattern: Any = None  # of `re` or of `regex`, which offer the same
        self._requires: tuple[Any, ...] = ()

    def fits(self, text: str) -> Any:
        """How the branch fits a folded core; `None` where it does not."""
        rule = self.rule
        if len(text) > rule.max_chars:
            return None
        pattern = self._pattern or self._compile()
        try:
            if self._requires and not all(required.search(text, **self._limits) for required in self._requires):
                return None
            if rule.match == "prefix":
                return pattern.match(text, **self._limits)
            if rule.match == "contains":
                return pattern.search(text, **self._limits)
            return pattern.fullmatch(text, **self._limits)
        except TimeoutError:
            raise RuleTimeout(rule.id, USER_RULE_SECONDS) from None

    def _compile(self) -> Any:
        close = _CLOSE if self.rule.match == "whole" else ""
        self._requires = tuple(map(self._compiled, self.rule.requires))
        self._pattern = self._compiled(f"(?:{self.branch.pattern}){close}")
        return self._pattern

    def _compiled(self, pattern: str) -> Any:
        """A pattern that ships is compiled by `re`, in half the time, if that knows its syntax: ten thousand are."""
        if self.rule.shipped and "\\p" not in pattern:
            with contextlib.suppress(re.error):
                return re.compile(pattern)
        return regex.compile(pattern)


class Matcher:
    """Finds the rules that fit the lines of a text. Safe to share between threads: all it adds to itself is memory."""

    def __init__(self, rules: Iterable[Rule], keeps: Iterable[Keep] = (), publishers: Iterable[Publisher] = ()) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.keeps = tuple(keeps)
        self._names = {publisher.key: publisher.names for publisher in publishers}
        self.units = [_Unit(rule, branch) for rule in self.rules for branch in rule.branches]
        self.lookup = Lookup(self.units)
        self._kept = [(k, core(k.text), regex.compile(k.pattern) if k.pattern else None) for k in self.keeps]
        self._seen: dict[tuple[str, str | None, str | None], Line] = {}
        self._seen_chars = 0

    def lines(self, text: str, publisher: str | None = None, lang: str | None = None) -> list[Line] | None:
        """The lines of a text with their matches, by the rules for this publisher and language; `None` without any.

        `publisher` is the key of a pack, `None` where it is not known (then a pack's block counts if its start cue
        names the publisher), or empty where no pack may be used.
        """
        parts = text.split("\n")
        lows, floating = self.lookup.scan(text, parts)
        found: dict[int, Line] = {}
        end = 0
        for index, part in enumerate(parts):
            start, end = end, end + len(part) + 1
            if part:
                block = Block(start, min(end, len(text)), text[start:end])
                seen = self._line(block, part, lows[index], floating.get(index, ()), publisher, lang)
                if seen.matches or seen.sentence_matches:
                    found[index] = seen.at(block)
        if not found:
            return None
        lines = [found.get(index) or Line(block) for index, block in enumerate(split_lines(text))]
        if self.keeps:
            for line in lines:
                line.kept_by = self._keep(core(line.block.content), publisher)
        return lines

    def _line(
        self, block: Block, part: str, low: str, floating: Iterable[int], publisher: str | None, lang: str | None
    ) -> Line:
        """The line with its matches, where it was first seen."""
        key = (block.text, publisher, lang)
        line = self._seen.get(key)
        if line is None:
            near = self.lookup.near(low, part, len(part))
            likely = self.lookup.likely(floating, low) if floating else ()
            line = _NO_LINE
            if near or likely:
                line = Line(block)
                self.match(line, low, near, likely, publisher, lang)
            self._remember(key, line)
        return line

    def _remember(self, key: tuple[str, str | None, str | None], line: Line) -> None:
        self._seen_chars += len(key[0])
        if self._seen_chars > REMEMBERED_CHARS:
            self._seen.clear()
            self._seen_chars = len(key[0])
        self._seen[key] = line

    def match(
        self, line: Line, low: str, near: Iterable[int], floating: Iterable[int], publisher: str | None = None,
        lang: str | None = None,
    ) -> None:  # fmt: skip
        """Fill in the matches of one line, which is `low` in lower case, trying the units `near` and `floating`."""
        text = line.block.content
        units = self.units
        numbers = [n for n in sorted({*near, *floating}) if self._applies(units[n].rule, publisher, lang)]
        tried = [n for n in numbers if len(text) <= units[n].reach]
        if tried:
            line.matches = list(self._line_matches(tried, core(text), line.block, publisher))
        if not line.matches:
            line.matches = self._part_matches(text, tried, line.block, publisher, lang)
        if not any(match.rule.match == "whole" and match.rule.category in CATEGORIES for match in line.matches):
            self._match_sentences(line, low, numbers, publisher, lang)

    def _applies(self, rule: Rule, publisher: str | None, lang: str | None) -> bool:
        if lang is not None and rule.lang is not None and rule.lang != lang:
            return False
        if rule.publisher is None or rule.publisher == publisher:
            return True
        return publisher is None and rule.scope == "block"

    def _line_matches(self, numbers: list[int], whole: str, block: Block, publisher: str | None) -> Iterator[Match]:
        done: set[tuple[str, str]] = set()
        for unit in map(self.units.__getitem__, numbers):
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

    def _part_matches(
        self, text: str, numbers: list[int], block: Block, publisher: str | None, lang: str | None
    ) -> list[Match]:
        """A line of labels glued or listed together, each of which a whole-line rule knows."""
        labels = [n for n in numbers if self._is_label(n, publisher, lang)]
        if len(text) > PARTS_CHARS or (not labels and text[:1].isalpha()):  # the first label begins as the line does
            return []
        parts = [part for part in (strip_decoration(fold(part)) for part in _PART.split(text)) if part]
        if len(parts) < 2:
            return []
        floating = [n for n in labels if self.units[n].floating]
        found: list[Match] = []
        for part in parts:
            near = [n for n in self.lookup.near_core(part, len(text)) if self._is_label(n, publisher, lang)]
            fitting = next((unit for n in sorted({*near, *floating}) if (unit := self.units[n]).fits(part)), None)
            if fitting is None:
                return []
            found.append(Match(fitting.rule, block.start, block.end, part="parts"))
        return found

    def _is_label(self, number: int, publisher: str | None, lang: str | None) -> bool:
        unit = self.units[number]
        return unit.rule.match == "whole" and not unit.cue and self._applies(unit.rule, publisher, lang)

    def _match_sentences(
        self, line: Line, low: str, numbers: list[int], publisher: str | None, lang: str | None
    ) -> None:
        """Whole sentences inside a longer line, outside quotation marks."""
        long = len(line.block.text) >= FLAT_CHARS
        if not long and not any(self.units[n].paragraph for n in numbers):
            return
        tiles = sentences(line.block)
        if len(tiles) < 2:
            return
        flat = long and len(tiles) >= FLAT_SENTENCES
        floating = [n for n in numbers if (unit := self.units[n]).floating and (unit.paragraph or (flat and unit.flat))]
        quoting = _QUOTE.search(line.block.text) is not None
        quotes = 0
        for tile, lowered in zip(tiles, _lowered(tiles, line.block, low), strict=True):
            if quoting:
                folded = fold(tile.text)
                inside = quotes % 2 == 1
                quotes += folded.count('"')
                if inside or '"' in folded:
                    continue
            usable = self.lookup.near_sentence(lowered, tile.text)
            if flat:
                usable += [n for n in self.lookup.near(lowered, tile.text, 1) if self.units[n].flat]
            usable = [n for n in usable if self._applies(self.units[n].rule, publisher, lang)]
            some = sorted({*usable, *self.lookup.within(floating, lowered)})
            if some:
                line.sentence_matches += self._sentence_matches(tile, some, publisher)

    def _sentence_matches(self, tile: Block, numbers: list[int], publisher: str | None) -> Iterator[Match]:
        whole = core(tile.text)
        if len(whole) > SENTENCE_CHARS or self._keep(whole, publisher):
            return
        done: set[str] = set()
        for unit in map(self.units.__getitem__, numbers):
            short = unit.paragraph or len(whole) <= FLAT_SENTENCE_CHARS
            if short and unit.rule.id not in done and unit.fits(whole):
                done.add(unit.rule.id)
                yield Match(unit.rule, tile.start, tile.end, part="sentence" if unit.paragraph else "flat")

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


def _lowered(tiles: list[Block], block: Block, low: str) -> Iterator[str]:
    """The sentences of a line in lower case, or folded where the line, which is `low` in that form, had to be."""
    source = block.text.rstrip("\n")
    if low != lower(source):
        return (fold(tile.text) for tile in tiles)
    if len(low) != len(source):
        return (lower(tile.text) for tile in tiles)
    return (low[tile.start - block.start : tile.end - block.start] for tile in tiles)
