"""Which branches of rules may fit a line, by how it begins and the words in it: a quick no; never a yes (`matching`).

A branch with known openings is looked up by the first characters of the line and then by its words. The branches that
can begin with anything, and those that fit a sentence of a paragraph, are found by their words alone, all at once, in
one scan of the text as lower-cased UTF-8. Characters through which a word could hide (ligatures, entities,
zero-width ...) are looked for in the same scan: a text that has one is folded first.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import ahocorasick_rs

from boilerstrip.bounds import DIGIT, OPENING_CHARS
from boilerstrip.folding import core, fold, lower
from boilerstrip.irregular import irregular_texts
from boilerstrip.rules import Branch, Rule

SHORT_CHARS = 160  # where no rare word tells a rule's line, only lines up to this length are tried
_SIZES = range(1, OPENING_CHARS + 1)
_ENTITY = re.compile(r"&(?:#[0-9a-zA-Z]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});")
_A_DIGIT = re.compile(r"\d")
_BREAK = re.compile(r"\\[nrt]")


Rows = dict[str, list[tuple[int, int, tuple[str, ...]]]]  # opening -> number, reach and words of its branches


class Entry:
    """One branch of a rule, and where it is looked for."""

    __slots__ = ("branch", "cue", "flat", "floating", "paragraph", "reach", "rule")

    def __init__(self, rule: Rule, branch: Branch) -> None:
        self.rule, self.branch, self.cue = rule, branch, branch.cue
        # A longer line, as it stands in the source, is never tried.
        self.reach = rule.max_chars * 3 // 2 + 40 if branch.rare else min(rule.max_chars, SHORT_CHARS)
        free = branch.rare and rule.match != "contains" and rule.place == "anywhere" and not self.cue
        self.paragraph = free and rule.scope == "sentence"  # also fits a sentence of a paragraph
        self.flat = self.paragraph or (free and rule.scope == "line" and rule.confidence == "certain")
        self.floating = not branch.openings  # only its words tell where it may fit


class Scan(NamedTuple):
    """A text made ready: its lines in lower case or folded, and line index -> numbers of branches found by words."""

    lows: list[str]
    floating: dict[int, set[int]]


class Lookup:
    """Tells which entries may fit a line, a part of it or a sentence."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self._lines = _by_opening(entries)
        self._sentences = _by_opening(entries, of_sentences=True)
        irregular = [_bytes(text.lower()) for text in irregular_texts()]
        self._irregular = len(irregular)
        rare, self._owners = self._words(rare=True)
        frequent, self._frequent_owners = self._words(rare=False)
        self._scan, self._scan_folded = _automaton([*irregular, *rare]), _automaton(rare)
        self._scan_short = _automaton(frequent)
        self._word_reach = [max(map(self._reach, owners)) for owners in self._owners]

    def _words(self, rare: bool) -> tuple[list[bytes], list[tuple[int, ...]]]:
        """The words of the rare or of the frequent entries that float, and the numbers of each word's entries."""
        by_word: dict[bytes, list[int]] = {}
        for number, entry in enumerate(self.entries):
            if (entry.floating or entry.paragraph) and entry.branch.rare == rare:
                for word in entry.branch.literals:
                    for variant in _variants(word):
                        by_word.setdefault(_bytes(variant), []).append(number)
        return list(by_word), [tuple(dict.fromkeys(numbers)) for numbers in by_word.values()]

    def _reach(self, number: int) -> float:
        entry = self.entries[number]
        return float("inf") if entry.flat else entry.reach

    # ------------------------------------------------------------------ by words, a text at a time

    def scan(self, text: str, parts: list[str]) -> Scan:
        """Make a text ready. `parts` are its lines, without their ends."""
        low, first = _lowered(text), self._irregular
        data = _bytes(low or "")
        hits = self._scan.find_matches_as_indexes(data, overlapping=True)
        if low is None or any(hit[0] < first for hit in hits):
            lows = [core(part) if "](" in part else fold(part) for part in parts]
            data = _bytes("\n".join(lows))
            hits, first = self._scan_folded.find_matches_as_indexes(data, overlapping=True), 0
        else:
            lows = low.split("\n")
        found: dict[int, set[int]] = {}
        if hits:
            ends, reach, owners = _line_ends(data), self._word_reach, self._owners
            for index, word in {(bisect_right(ends, start), word - first) for word, start, _ in hits}:
                if len(parts[index]) <= reach[word]:
                    found.setdefault(index, set()).update(owners[word])
        self._frequent(parts, lows, found)
        return Scan(lows, found)

    def _frequent(self, parts: list[str], lows: list[str], found: dict[int, set[int]]) -> None:
        """Add the floating entries without a rare word, on short lines."""
        short = [index for index, part in enumerate(parts) if 0 < len(part) <= SHORT_CHARS]
        data = _bytes("\n".join([lows[index] for index in short]))
        hits = self._scan_short.find_matches_as_indexes(data, overlapping=True)
        if hits:
            ends = _line_ends(data)
            for at, word in {(bisect_right(ends, start), word) for word, start, _ in hits}:
                found.setdefault(short[at], set()).update(self._frequent_owners[word])

    # ------------------------------------------------------------------ by openings, a line at a time

    def near(self, low: str, source: str, length: int) -> list[int]:
        """Numbers of the entries with openings that may fit `source`, which is `low` in lower case or folded.

        `length`: of the line, in code points, in which it stands.
        """
        return _near(self._lines, self._core(low, source), length)

    def near_core(self, text: str, length: int) -> list[int]:
        """The same for a text that is folded and free of decoration."""
        return _near(self._lines, text, length)

    def near_sentence(self, low: str, source: str) -> list[int]:
        """Those that fit sentences of paragraphs, for the sentence `source`."""
        return _near(self._sentences, self._core(low, source), 0)

    def _core(self, low: str, source: str) -> str:
        """A text that begins as the core of `source` does and holds its words, made no further than that needs."""
        text = low.strip()
        if "ß" in text:
            text = fold(text)
        return core(source) if "](" in text or not _is_plain(text[:OPENING_CHARS]) else text

    def likely(self, numbers: Iterable[int], low: str) -> list[int]:
        """Those of the numbers found by their words whose further words stand in the line `low` too."""
        text = fold(low) if "ß" in low else low
        return [n for n in numbers if self._may_fit(self.entries[n], text)]

    def _may_fit(self, entry: Entry, text: str) -> bool:
        for words in entry.branch.also:
            for word in words:
                if word in text or (word == DIGIT and _has_digit(text)):
                    break
            else:
                return False
        return True

    def within(self, numbers: Iterable[int], text: str) -> list[int]:
        """Those of the numbers of which all words stand in `text`, which is in lower case or folded."""
        text = fold(text) if "ß" in text else text
        found = [n for n in numbers if any(word in text for word in self.entries[n].branch.literals)]
        return [n for n in found if self._may_fit(self.entries[n], text)]


def _by_opening(entries: Sequence[Entry], of_sentences: bool = False) -> Rows:
    found: Rows = defaultdict(list)
    for number, entry in enumerate(entries):
        if entry.paragraph or not of_sentences:
            row = number, entry.reach, entry.branch.literals
            for opening in entry.branch.openings:
                found[opening].append(row)
    return dict(found)


def _near(rows: Rows, text: str, length: int) -> list[int]:
    found: list[int] = []
    for size in _SIZES:
        for number, reach, words in rows.get(text[:size], ()):
            if length <= reach:
                for word in words:
                    if word in text:
                        found.append(number)
                        break
    found.sort()
    return found


def _has_digit(text: str) -> bool:
    return _A_DIGIT.search(text) is not None or (not text.isascii() and any(map(str.isnumeric, text)))


@lru_cache(maxsize=20_000)
def _is_plain(start: str) -> bool:
    """Whether a text that starts so in lower case starts so in folded form too, and without decoration."""
    return start[:1].isalpha() and "  " not in start and all(c.isalpha() or c in "0123456789 " for c in start)


def _lowered(text: str) -> str | None:
    """The text in lower case with single spaces, or `None` where it has to be folded first."""
    if "&" in text and _ENTITY.search(text):
        return None
    if ("\\" in text and _BREAK.search(text)) or "](" in text:
        return None
    return lower(text)


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


def _line_ends(data: bytes) -> list[int]:
    """Offsets just past each line feed, so that `bisect_right` over them gives a line's index."""
    ends, at = [], data.find(b"\n")
    while at >= 0:
        ends.append(at + 1)
        at = data.find(b"\n", at + 1)
    return ends
