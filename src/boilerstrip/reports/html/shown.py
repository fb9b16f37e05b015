"""A document made ready to be shown: its text in rows, removals in place, long kept stretches folded; no markup."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from boilerstrip.blocks import Block, sentences
from boilerstrip.removal import Removal
from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.findings import Finding, digest_of, findings
from boilerstrip.reports.printable import printable

CONTEXT_LINES, CONTEXT_CHARS = 3, 400
OPEN_CHARS = 900  # a kept stretch up to this is shown as it is
FOLDED_CHARS = 3000  # up to this it can be unfolded; beyond, its length is all that is said
MOST_REMOVED_CHARS = 6000
MOST_MARKS = 200
MOST_KEEP_CHARS = 600  # longer lines are tried by few rules; a keep for one is written by hand
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A removal as the page shows it. `keeps` are the lines or sentences that a `[[keep]]` entry would name."""

    anchor: str
    rule: str
    category: str
    confidence: str
    description: str
    where: str
    reasons: list[tuple[str, str]]
    keeps: list[tuple[str, str]]

    @property
    def hover(self) -> str:
        """Rule and reasons in a few lines."""
        said = "\n".join(f"{rule}: {detail}" for rule, detail in self.reasons)
        return f"{self.rule} ({self.category}, {self.confidence})\n{said}"


class Piece(NamedTuple):
    """A stretch of a row; `first` where it begins its removal."""

    text: str
    mark: Mark | None = None
    first: bool = False


@dataclass(slots=True)
class Row:
    """A line, or with `gap` a stretch that is not shown, or folded: its rows are `hidden`."""

    number: int
    pieces: list[Piece] = field(default_factory=list)
    gap: str = ""
    hidden: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Shown:
    """A document of the page."""

    anchor: str
    name: str
    publisher: str
    language: str
    status: str
    chars: int
    share: float
    rows: list[Row]
    marks: list[Mark]
    suspicions: list[str]
    more: int = 0


def shown(outcome: Outcome, header: Header, publisher: str) -> Shown:
    """Make a document ready."""
    from boilerstrip.reports.html.sample import reasons

    result = outcome.result
    found = list(findings(outcome))
    marks = [_mark(outcome, header, each) for each in found[:MOST_MARKS]]
    share = 100 * result.removed_chars / len(result.source) if result.source else 0.0
    return Shown(
        "d-" + digest_of(outcome.shown, outcome.id), printable(_name(outcome)), printable(publisher),
        _language(outcome, header), "" if result.status == "cleaned" else result.status.replace("_", " "),
        len(result.source), share, _Layout(result.source).rows(found[:MOST_MARKS], marks), marks, reasons(outcome),
        len(found) - len(marks),
    )  # fmt: skip


def _name(outcome: Outcome) -> str:
    return outcome.id if outcome.id != "-" else "standard input"


def _language(outcome: Outcome, header: Header) -> str:
    """The document's language: as its container says, else that of most of the rules that fit; empty if unknown."""
    if outcome.record.document.lang:
        return outcome.record.document.lang
    rules = [header.rule(removal.rule) for removal in outcome.result.removals]
    counts = Counter(rule.lang for rule in rules if rule is not None and rule.lang)
    return counts.most_common(1)[0][0] if counts else ""


def _mark(outcome: Outcome, header: Header, finding: Finding) -> Mark:
    removal, place = finding.removal, finding.place
    rule = header.rule(removal.rule)
    anchor = "r-" + digest_of(outcome.shown, outcome.id, removal.rule, str(removal.start))
    length = removal.end - removal.start
    where = f"line {place.line}, column {place.column}; {length:,} characters from {removal.start:,}"
    return Mark(
        anchor, removal.rule, removal.category, removal.confidence, rule.description if rule is not None else "",
        where, [(each.rule, printable(each.detail)) for each in removal.evidence],
        [(digest_of(text)[:10], text) for text in keep_texts(outcome.result.source, removal)],
    )  # fmt: skip


def keep_texts(source: str, removal: Removal) -> list[str]:
    """The lines and sentences of a removal, each as a `[[keep]]` entry has to name it; none that is no valid text."""
    texts: list[str] = []
    start = source.rfind("\n", 0, removal.start) + 1
    while start < removal.end:
        end = source.find("\n", start) + 1 or len(source)
        texts += _kept_in_line(source, start, end, removal)
        start = end
    return [text for text in dict.fromkeys(texts) if text and not _SURROGATE.search(text)]


def _kept_in_line(source: str, start: int, end: int, removal: Removal) -> Iterator[str]:
    first, last = max(start, removal.start), min(end, removal.end)
    gone = source[first:last].strip()
    if len(gone) > MOST_KEEP_CHARS * 10:
        return
    if end - start > 20_000 or not (source[start:first].strip() or source[last:end].strip()):
        yield gone
        return
    for tile in sentences(Block(start, end, source[start:end])):
        if tile.start >= first and tile.end <= last:
            yield tile.text.strip()


class _Layout:
    """The rows of one text."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._rows: list[Row] = [Row(1)]
        self._line = 1

    def rows(self, found: list[Finding], marks: list[Mark]) -> list[Row]:
        at = 0
        for finding, mark in zip(found, marks, strict=True):
            removal = finding.removal
            self._kept(at, removal.start, after=at > 0, before=True)
            self._removed(removal, mark)
            at = removal.end
        self._kept(at, len(self._source), after=bool(found), before=False)
        return [row for row in self._rows if row.pieces or row.gap or row.number < self._line]

    def _removed(self, removal: Removal, mark: Mark) -> None:
        text = self._source[removal.start : removal.end]
        lead = len(text) - len(text.lstrip("\r\n"))
        self._text(text[:lead], mark, first=False)
        body = text[lead:]
        if len(body) <= MOST_REMOVED_CHARS:
            self._text(body, mark, first=True)
            return
        half = MOST_REMOVED_CHARS // 2
        self._text(body[:half], mark, first=True)
        self._gap(body[half:-half], "removed")
        self._text(body[-half:], mark, first=False)

    def _kept(self, start: int, end: int, *, after: bool, before: bool) -> None:
        """A kept stretch: the ends of it that stand beside removals are shown, the middle folded if it is long."""
        if end - start <= OPEN_CHARS:
            self._text(self._source[start:end])
            return
        first = _after(self._source, start, end) if after else start
        last = _before(self._source, first, end) if before else end
        if not after and not before:  # nothing goes from this text: its beginning is shown
            first = _after(self._source, start, end)
        self._text(self._source[start:first])
        self._gap(self._source[first:last], "kept")
        self._text(self._source[last:end])

    def _gap(self, text: str, said: str) -> None:
        if len(text) < CONTEXT_CHARS // 2:
            self._text(text)
            return
        broken = bool(self._rows[-1].pieces)
        row = Row(self._line, gap=f"{len(text):,} characters {said}")
        if said == "kept" and len(text) <= FOLDED_CHARS:
            folded = _Layout(text)
            folded._line = folded._rows[0].number = self._line
            folded._text(text)
            row.hidden = [each for each in folded._rows if each.pieces or each.number < folded._line]
        if not broken:
            self._rows.pop()
        self._line += text.count("\n")
        self._rows += [row, Row(self._line)]

    def _text(self, text: str, mark: Mark | None = None, *, first: bool = False) -> None:
        for number, part in enumerate(text.split("\n")):
            if number:
                self._line += 1
                self._rows.append(Row(self._line))
            part = part.removesuffix("\r")
            if part:
                self._rows[-1].pieces.append(Piece(printable(part.replace("\t", "    ")), mark, first))
                first = False


def _after(source: str, start: int, end: int) -> int:
    """Where the context after a removal ends: some lines on, or some characters in a long line."""
    at = start
    for _ in range(CONTEXT_LINES + 1):
        at = source.find("\n", at, end) + 1
        if not at or at - start > CONTEXT_CHARS:
            return _at_space(source, min(start + CONTEXT_CHARS, end))
    return at


def _before(source: str, start: int, end: int) -> int:
    """Where the context before a removal begins."""
    at = end
    for _ in range(CONTEXT_LINES + 1):
        at = source.rfind("\n", start, at)
        if at < 0 or end - at > CONTEXT_CHARS:
            return _at_space(source, max(end - CONTEXT_CHARS, start))
    return at + 1


def _at_space(source: str, at: int) -> int:
    """The end of the word that `at` falls into, if it is near."""
    space = source.find(" ", at, at + 20)
    return space + 1 if space >= 0 else at
