"""The one place where the stages are wired: text -> lines -> matches -> verdicts -> `CleanResult`."""

from __future__ import annotations

import threading
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import Any

from boilerstrip.blocks import is_prose
from boilerstrip.blocks import lines as split_lines
from boilerstrip.catalogue import load_rules
from boilerstrip.collecting import no_collection
from boilerstrip.company import CONSENT_BOX
from boilerstrip.decision import Decision
from boilerstrip.errors import SettingsError
from boilerstrip.folding import fold
from boilerstrip.layout import is_about
from boilerstrip.matching import Line, Matcher
from boilerstrip.removal import LEVELS, Evidence, Removal, Verdict, Words
from boilerstrip.rules import CONFIDENCES, RuleSet
from boilerstrip.spans import spans
from boilerstrip.vocabulary import Vocabulary

PASSES = 6
ARTICLE_LINES = 3  # so many lines of running text are an article
OVER_BUDGET = ("keep", "empty", "drop")
STATUSES = ("untouched", "cleaned", "over_budget", "not_stable")


@dataclass(frozen=True, slots=True)
class CleanResult:
    """A text and what goes from it. `text` is computed from the two, so report and text cannot disagree.

    `status` is `untouched`, `cleaned`, `over_budget` (more than the set share would have gone) or `not_stable`
    (cleaning again would have removed more, without end); in the last two nothing is removed, unless the settings
    say that an over-budget text comes out empty.
    """

    source: str
    removals: tuple[Removal, ...] = ()
    status: str = "untouched"

    @property
    def text(self) -> str:
        """The cleaned text."""
        if not self.removals:
            return self.source
        kept, at = [], 0
        for removal in self.removals:
            kept.append(self.source[at : removal.start])
            at = removal.end
        return "".join(kept) + self.source[at:]

    @property
    def removed_chars(self) -> int:
        """How many code points go."""
        return sum(removal.end - removal.start for removal in self.removals)


@dataclass(frozen=True)
class Cleaner:
    """Cleans texts under fixed settings. Can be pickled and shared between threads; make it once, use it often.

    `rules`: the rule set (default: all that ship). `select`, `ignore`, `extend_select`: rule ids or categories.
    `min_confidence`: `certain`, `likely` or `possible`. `lang`: only rules of these languages, and of any language.
    `publisher`: `auto` (from the document's url, else its publisher), a name or domain, or `none`.
    `budget`: share of a text's code points (0 to 1) beyond which it is left whole, or as `over_budget` says: `keep`,
    `empty` or `drop`. A consent manager's box beside an article counts neither way.

    >>> Cleaner().clean('The mayor resigned on Monday after a vote of the council.\\nRead more:\\n').text
    'The mayor resigned on Monday after a vote of the council.\\n'
    """

    rules: RuleSet | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    min_confidence: str = "likely"
    lang: tuple[str, ...] = ()
    publisher: str = "auto"
    budget: float = 0.6
    over_budget: str = "keep"
    _engine: _Engine = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.min_confidence not in CONFIDENCES:
            raise SettingsError(f"min_confidence {self.min_confidence!r} is not one of {', '.join(CONFIDENCES)}")
        if self.over_budget not in OVER_BUDGET:
            raise SettingsError(f"over_budget {self.over_budget!r} is not one of {', '.join(OVER_BUDGET)}")
        if not 0 <= self.budget <= 1:
            raise SettingsError(f"budget {self.budget!r} is not between 0 and 1")
        rules = self.rules if self.rules is not None else load_rules()
        chosen = rules.select(select=self.select, ignore=self.ignore, extend_select=self.extend_select, lang=self.lang)
        object.__setattr__(self, "_engine", _Engine(chosen, LEVELS[self.min_confidence]))

    @property
    def active_rules(self) -> RuleSet:
        """The rules after selection."""
        return self._engine.rules

    def settings(self) -> dict[str, Any]:
        """The effective settings as plain data, the rules aside (`active_rules.digest` stands for those)."""
        return {
            "min_confidence": self.min_confidence,
            "lang": sorted(self.lang),
            "publisher": self.publisher,
            "budget": self.budget,
            "over_budget": self.over_budget,
        }

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def clean(
        self, text: str, *, url: str | None = None, publisher: str | None = None, lang: str | None = None
    ) -> CleanResult:
        """Clean one text. `url` decides the publisher; `publisher` (a name or domain) only where there is no url.

        `lang` narrows the rules to one language and those of any. Raise `RuleTimeout` if a user's rule hangs.
        """
        key = self._publisher(url, publisher)
        removals: list[Removal] = []
        kept = _Kept(text)
        for _ in range(PASSES):
            found = self._engine.removals(kept.text, key, lang)
            if not found:
                break
            removals = kept.cut(found, removals)
        else:
            return CleanResult(text, (), "not_stable")
        if not removals:
            return CleanResult(text)
        result = CleanResult(text, tuple(sorted(removals, key=lambda r: r.start)), "cleaned")
        if self._is_over_budget(result):
            return CleanResult(text, _everything(text) if self.over_budget != "keep" else (), "over_budget")
        return result

    def _is_over_budget(self, result: CleanResult) -> bool:
        """Whether too much would go. A consent manager's box counts neither way where it leaves an article."""
        boxed = sum(r.end - r.start for r in result.removals if any(e.rule == CONSENT_BOX for e in r.evidence))
        if boxed and self._is_article(result.text):
            return result.removed_chars - boxed > self.budget * (len(result.source) - boxed)
        return result.removed_chars > self.budget * len(result.source)

    def _is_article(self, text: str) -> bool:
        """Whether a text has running text that is not about what stands in consent boxes."""
        prose = [line for line in text.split("\n") if is_prose(line)]
        words = dict(self.active_rules.topics).get("legal", ())
        return len(prose) >= ARTICLE_LINES and not is_about(fold(" ".join(prose)), words)

    def explain(
        self, text: str, *, url: str | None = None, publisher: str | None = None, lang: str | None = None
    ) -> list[Verdict]:
        """The verdict on every line of `text`, in order, with the reasons for it (first pass, before the budget)."""
        return self._engine.verdicts(text, self._publisher(url, publisher), lang)

    def _publisher(self, url: str | None, publisher: str | None) -> str | None:
        """The key of the document's publisher pack; `None` where unknown, empty where none may be used."""
        if self.publisher == "none":
            return ""
        if self.publisher != "auto":
            return self._engine.rules.resolve(None, self.publisher)
        if url is None and publisher is None:
            return None
        return self._engine.rules.resolve(url, publisher)


class _Engine:
    """The rules made ready to run. Built at first use, once; what it builds is never changed after."""

    def __init__(self, rules: RuleSet, min_level: int) -> None:
        self.rules = rules
        self.min_level = min_level
        self._lock = threading.Lock()
        self._ready: tuple[Matcher, Words] | None = None

    def __getstate__(self) -> tuple[RuleSet, int]:
        return self.rules, self.min_level

    def __setstate__(self, state: tuple[RuleSet, int]) -> None:
        self.__init__(*state)  # type: ignore[misc]

    def ready(self) -> tuple[Matcher, Words]:
        if self._ready is None:
            with self._lock, no_collection():
                if self._ready is None:
                    matched = [rule for rule in self.rules if rule.scope != "context"]
                    context = {rule.id: rule for rule in self.rules if rule.scope == "context"}
                    words = Words(context, Vocabulary(self.rules.voice), Vocabulary(self.rules.reported))
                    self._ready = Matcher(matched, self.rules.keeps, self.rules.publishers), words
        return self._ready

    def verdicts(self, text: str, publisher: str | None, lang: str | None) -> list[Verdict]:
        matcher, words = self.ready()
        lines = matcher.lines(text, publisher, lang) or [Line(block) for block in split_lines(text)]
        return Decision(lines, self.rules, self.min_level, words).run()

    def removals(self, text: str, publisher: str | None, lang: str | None) -> list[Removal]:
        matcher, words = self.ready()
        lines = matcher.lines(text, publisher, lang)
        if lines is None:
            return []
        verdicts = Decision(lines, self.rules, self.min_level, words).run()
        number = {id(verdict): at for at, verdict in enumerate(verdicts, 1)}
        return [
            Removal(
                start, end, rule.id, rule.category, CONFIDENCES[level - 1], number[id(verdict)],
                tuple(verdict.reasons),
            )
            for start, end, verdict, match, level in spans(verdicts)
            if (rule := match.rule if match else verdict.rule) is not None
        ]  # fmt: skip


def _numbered(source: str, removals: list[Removal]) -> list[Removal]:
    """Sorted removals with the 1-based numbers of the lines that they start in."""
    numbered, at, line = [], 0, 1
    for removal in removals:
        line += source.count("\n", at, removal.start)
        at = removal.start
        numbered.append(replace(removal, line=line))
    return numbered


def _everything(text: str) -> tuple[Removal, ...]:
    if not text:
        return ()
    why = Evidence("over-budget", "the whole text goes: more of it than the budget is boilerplate")
    return (Removal(0, len(text), "over-budget", "interface", "certain", 1, (why,)),)


class _Kept:
    """What is left of a source after the removals so far, with the way back to source offsets."""

    def __init__(self, source: str) -> None:
        self.source = self.text = source
        self.starts, self.offsets = [0], [0]  # piece i starts at starts[i] in `text` and offsets[i] in the source

    def cut(self, found: list[Removal], before: list[Removal]) -> list[Removal]:
        """Take `found` (in offsets of `text`) out; return all removals in source offsets."""
        removals = list(before)
        for removal in found:
            for start, end in self._source_spans(removal.start, removal.end):
                removals.append(replace(removal, start=start, end=end))
        removals = _numbered(self.source, sorted(removals, key=lambda r: r.start))
        pieces: list[str] = []
        self.starts, self.offsets, at, length = [], [], 0, 0
        for end, after in [*((r.start, r.end) for r in removals), (len(self.source), len(self.source))]:
            if end > at or not pieces:
                self.starts.append(length)
                self.offsets.append(at)
                pieces.append(self.source[at:end])
                length += end - at
            at = after
        self.text = "".join(pieces)
        return removals

    def _source_spans(self, start: int, end: int) -> list[tuple[int, int]]:
        spans = []
        piece = bisect_right(self.starts, start) - 1
        while start < end:
            limit = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)
            upto = min(end, limit)
            if upto > start:
                offset = self.offsets[piece] - self.starts[piece]
                spans.append((start + offset, upto + offset))
            start, piece = upto, piece + 1
        return spans


_default: list[Cleaner] = []


def clean(
    text: str, *, url: str | None = None, publisher: str | None = None, lang: str | None = None
) -> CleanResult:  # fmt: skip
    """Clean one text with the default settings.

    >>> clean('He won.').status
    'untouched'
    """
    if not _default:
        _default.append(Cleaner())
    return _default[0].clean(text, url=url, publisher=publisher, lang=lang)
