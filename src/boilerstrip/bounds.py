"""Proves two things of a rule from its patterns: a keyword is in all they match, and they cannot run away.

Not a matcher: it reads the parse tree of a pattern (in the syntax of the standard library's `re`). What it cannot
follow it refuses, so that a rule is rather written more plainly.
"""

from __future__ import annotations

import math
import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator
from typing import Any

from boilerstrip.folding import PLAIN_SIGNS
from boilerstrip.rules import Branch, Rule

_GAP, _FOUND = "\0", "\1"
_MOST_EXPANSIONS = 4_000
_SMALL_CLASS = 6
_MOST_SPELLINGS = 60
_RARE_BITS = 14.0
_ENOUGH_BITS = 26.0
DIGIT = r"\d"  # among the words that a branch needs: any digit
_FURTHER, _FURTHER_BITS = 3, 3.0
_SIGN_BITS = 4.0
_SIGNS = frozenset(f"©@ {PLAIN_SIGNS}")
OPENING_CHARS = 5
_WIDE = 20
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
_CATEGORIES = {
    sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D",
}  # fmt: skip
_LETTER_BITS = dict(zip("etaoinshrdlucmfwypvbgkjqxz", (
    3.0, 3.5, 3.6, 3.7, 3.8, 3.8, 4.0, 4.0, 4.1, 4.6, 4.7, 5.2, 5.2, 5.3, 5.5, 5.4, 5.7, 5.7, 6.7, 6.1, 5.6, 7.0, 9.4,
    10.0, 9.4, 10.4), strict=True))  # fmt: skip
_FREQUENT = frozenset(
    """the and you your for our are with this that from have more all about here what who was not has been will can one
    new news time they his her its their after over der die das und von mit auf für ist den dem des ein eine nicht auch
    sie wir ihr uns les une est pour dans par sur que qui nous vous plus avec los las una por para con del más non per
    che della sono come see get how now may any some an as at be by do he if in is it me my no of on or so to up us we
    de di el en es et il im la le un zu""".split()  # noqa: SIM905 - a list of words reads best so
)
_SAMPLE = "".join(map(chr, range(32, 127))) + "äßжя中日ا©…"
MOST_WIDE_GAPS = 5


def problems(rule: Rule) -> list[str]:
    """What is wrong with the rule's bounds, in words; empty if nothing is."""
    found = []
    parts = [[p for p in (rule.start,) if p], [p for p in (rule.end,) if p]] if rule.scope == "block" else []
    parts = parts or [list(rule.patterns), *([p] for p in rule.requires)]
    parts = [part for part in parts if part]
    proofs = [all(contains_keyword(p, rule.keywords) for p in part) for part in parts]
    proved = all(proofs) if rule.scope == "block" else any(proofs)
    if parts and not proved:
        weak = [p for part in parts for p in part if not contains_keyword(p, rule.keywords)]
        found.append(f"no keyword is in every text that can match {weak[0][:80]!r}")
    for pattern in (p for part in parts for p in part):
        trouble = unbounded(pattern)
        if trouble:
            found.append(f"{trouble} in {pattern[:80]!r}")
    return found


def contains_keyword(pattern: str, keywords: Iterable[str]) -> bool:
    """Whether at least one keyword stands in every text that the pattern can match.

    >>> contains_keyword('sign up (?:for|to) our newsletters?', ['newsletter'])
    True
    >>> contains_keyword('read more|newsletter', ['newsletter'])
    False
    """
    try:
        return _expand(_parse(pattern), tuple(keywords)) <= {_FOUND}
    except OverflowError:
        return False


def branches(rule: Rule) -> tuple[Branch, ...]:
    """The rule's patterns cut at their outermost alternatives, each with what a text must hold for it to match."""
    return tuple(branch._replace(rare=is_rare(branch.literals)) for branch in _cut(rule))


def _cut(rule: Rule) -> tuple[Branch, ...]:
    if rule.scope == "context":
        return ()
    if rule.scope == "block":
        cues = (("start", rule.start), ("end", rule.end))
        return tuple(
            _branch(part, rule, anchored=True)._replace(cue=cue) for cue, text in cues for part in alternatives(text)
        )
    anchored = rule.match != "contains"
    if not rule.requires:
        return tuple(_branch(part, rule, anchored) for pattern in rule.patterns for part in alternatives(pattern))
    whole = _branch("|".join(rule.patterns), rule, anchored)
    sets = [words for pattern in rule.requires for words in _safe_words(pattern)]
    sets += map(frozenset, (whole.literals, *whole.also)) if rule.patterns else ()
    return (_with_words(whole, sets, rule)._replace(openings=whole.openings if rule.patterns else ()),)


def _branch(pattern: str, rule: Rule, anchored: bool) -> Branch:
    try:
        starts = openings([pattern]) if anchored else None
    except re.error:  # a user's pattern in syntax that only `regex` knows
        starts = None
    return _with_words(Branch(pattern, (), tuple(sorted(starts or ()))), _safe_words(pattern), rule)


def _with_words(branch: Branch, sets: list[frozenset[str]], rule: Rule) -> Branch:
    """The branch with its rarest words; where its opening does not tell enough, with further words that it needs."""
    sets = sorted({words for words in sets if words}, key=lambda words: (_rarity(words), sorted(words)), reverse=True)
    best = next(filter(_is_telling, sets), None)
    if best is None:
        return branch._replace(literals=rule.keywords)
    more = [words for words in sets if words != best] if not branch.openings or rule.scope == "sentence" else []
    more = [words for words in more if _rarity(words) >= _FURTHER_BITS][:_FURTHER]
    return branch._replace(literals=_least(best), also=tuple(map(_least, more)))


def _least(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(w for w in words if not any(other != w and other in w for other in words)))


def _safe_words(pattern: str) -> list[frozenset[str]]:
    try:
        return list(_all_required(_parse(pattern)))
    except re.error:
        return []


def alternatives(pattern: str) -> list[str]:
    """A pattern cut at its outermost bars.

    >>> alternatives('a|b(?:c|d)|[|]')
    ['a', 'b(?:c|d)', '[|]']
    """
    parts, depth, start, at, in_class = [], 0, 0, 0, False
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
            at += pattern[at + 1 : at + 2] == "]"
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and not depth:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]


def _required(nodes: Any) -> frozenset[str] | None:
    """The rarest set of words of which one is in all that a sequence matches."""
    return max(filter(_is_telling, _all_required(nodes)), key=_rarity, default=None)


def _is_telling(words: frozenset[str]) -> bool:
    """Whether each of the words has a letter, so that they are worth looking for in a whole text."""
    return DIGIT not in words and all(any(c.isalpha() or c in "©@" for c in word) for word in words)


def _all_required(nodes: Any) -> Iterator[frozenset[str]]:
    """Sets of words, of each of which one is in all that a sequence matches."""
    run = frozenset([""])
    for node in [*nodes, (None, None)]:
        spelled = _spelled(node)
        longer = frozenset(a + b for a in run for b in spelled) if spelled else None
        if longer and len(longer) <= _MOST_SPELLINGS:
            run = longer
            continue
        if not {"", " "} & run:
            yield run
        if not spelled:
            yield from _required_node(*node)
        run = spelled or frozenset([""])


def _spelled(node: Any) -> frozenset[str] | None:
    """All that a node matches, where that is a few runs of letters; else `None`."""
    code, value = node
    if code is sre.LITERAL:
        return frozenset([chr(value)]) if _is_keyword_character(chr(value)) else None
    if code is sre.IN and len(value) <= _SMALL_CLASS and all(c is sre.LITERAL for c, _ in value):
        letters = [chr(v) for _, v in value]
        return frozenset(letters) if all(map(_is_keyword_character, letters)) else None
    if code is sre.SUBPATTERN:
        runs = frozenset([""])
        for child in value[-1]:
            spelled = _spelled(child)
            if not spelled or len(runs) * len(spelled) > _MOST_SPELLINGS:
                return None
            runs = frozenset(a + b for a in runs for b in spelled)
        return runs
    if code is sre.BRANCH:
        parts = [_spelled((sre.SUBPATTERN, (None, 0, 0, branch))) for branch in value[1]]
        return None if None in parts else frozenset().union(*(part for part in parts if part))
    return None


def _is_keyword_character(character: str) -> bool:
    return character.isalpha() or character in _SIGNS


def _required_node(code: Any, value: Any) -> Iterator[frozenset[str]]:
    if code is sre.SUBPATTERN:
        yield from _all_required(value[-1])
    elif code is sre.BRANCH:
        parts = [_required(branch) for branch in value[1]]
        if None not in parts:
            yield frozenset().union(*(part for part in parts if part))
    elif code is sre.IN and value == [(sre.CATEGORY, sre.CATEGORY_DIGIT)]:
        yield frozenset([DIGIT])
    elif (code in _REPEATS and value[0] >= 1) or (code is sre.ASSERT and value[0] == 1):
        yield from _all_required(value[-1])


def _rarity(words: frozenset[str]) -> float:
    """How rare the commonest of the words is, in bits, as far as that helps, less a little for their number."""
    return min(*map(_bits, words), _ENOUGH_BITS) - math.log2(len(words))


def _bits(phrase: str) -> float:
    """How many bits of surprise there are in a run of letters, judged by letter frequencies alone."""
    words = phrase.split()
    most = 9.0 if len(words) < 2 else 4.0
    return sum(
        min(bits, most) if word in _FREQUENT else bits for word in words if (bits := sum(map(_letter_bits, word)))
    )


def _letter_bits(letter: str) -> float:
    if letter in _SIGNS | {"\\"} and letter not in "©@":
        return _SIGN_BITS
    return _LETTER_BITS.get(letter, 9.0 if ord(letter) > 0x2E80 else 5.0 if ord(letter) > 0x7F else 14.0)


def is_rare(words: Iterable[str]) -> bool:
    """Whether words are rare enough to be looked for in whole articles; others are looked for in short lines only.

    >>> is_rare(['newsletter', 'inbox']), is_rare(['newsletter', 'in'])
    (True, False)
    """
    return all(_bits(word) >= _RARE_BITS for word in words)


def openings(patterns: Iterable[str], length: int = OPENING_CHARS) -> frozenset[str] | None:
    """The first `length` characters of all that the patterns can match at its start; `None` where they can be any.

    Shorter openings stand for whatever begins with them.

    >>> sorted(openings(['sign up', '(?:re)?ad'])), openings(['.{0,9}x'])
    (['ad', 'read', 'sign '], None)
    """
    found: set[str] = set()
    for pattern in patterns:
        try:
            found |= {text.split(_GAP)[0][:length] for text in _begin(_parse(pattern), length)}
        except OverflowError:
            return None
    return None if "" in found else frozenset(found)


def _begin(nodes: Any, length: int) -> set[str]:
    texts = {""}
    for node in nodes:
        open_ = {t for t in texts if len(t) < length and _GAP not in t}
        if not open_:
            break
        options = _begin_node(node, length)
        texts = (texts - open_) | {a + b for a in open_ for b in options}
        if len(texts) > _MOST_EXPANSIONS:
            raise OverflowError(len(texts))
    return texts


def _begin_node(node: Any, length: int) -> set[str]:
    code, value = node
    if code is sre.SUBPATTERN:
        return _begin(value[-1], length)
    if code is sre.BRANCH:
        return set().union(*(_begin(branch, length) for branch in value[1]))
    if code in _REPEATS:
        low, high, body = value
        inner = _begin(body, length)
        inner = inner if high == 1 else {t if len(t) >= length else t + _GAP for t in inner}
        return inner | {""} if low == 0 else inner
    return _expand_node(node, ())


def _parse(pattern: str) -> Any:
    return parser.parse(re.sub(r"\\[pP]\{[^}]*\}", r"\\w", pattern))


def _expand(nodes: Any, keywords: tuple[str, ...]) -> set[str]:
    """The literal skeletons of all that a sequence can match: a gap for what is not literal, `_FOUND` once proved."""
    texts = {""}
    for node in nodes:
        options = _expand_node(node, keywords)
        texts = {_join(a, b, keywords) for a in texts for b in options}
        if len(texts) > _MOST_EXPANSIONS:
            raise OverflowError(len(texts))
    return texts


def _join(left: str, right: str, keywords: tuple[str, ...]) -> str:
    if _FOUND in (left, right):
        return _FOUND
    text = left + right
    return _FOUND if any(word in text for word in keywords) else text


def _expand_node(node: Any, keywords: tuple[str, ...]) -> set[str]:
    code, value = node
    if code is sre.LITERAL:
        return {chr(value)}
    if code is sre.SUBPATTERN:
        return _expand(value[-1], keywords)
    if code is sre.ATOMIC_GROUP:
        return _expand(value, keywords)
    if code is sre.BRANCH:
        return set().union(*(_expand(branch, keywords) for branch in value[1]))
    if code in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _expand_repeat(value, keywords)
    if code in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return {""}
    if code is sre.IN and len(value) <= _SMALL_CLASS and all(c is sre.LITERAL for c, _ in value):
        return {chr(v) for _, v in value}
    return {_GAP}


def _expand_repeat(value: Any, keywords: tuple[str, ...]) -> set[str]:
    low, high, body = value
    inner = _expand(body, keywords) if high == 1 or low else {_GAP}
    if high != 1:
        inner = {t if t == _FOUND else f"{t}{_GAP}" for t in inner}
    return inner | {""} if low == 0 else inner


def unbounded(pattern: str) -> str:
    """Why a pattern could take long on a long line, in words; empty if it cannot.

    >>> unbounded('read more.*'), unbounded('read more.{0,80}')
    ("a repeat without an upper bound over '.'", '')
    """
    nodes = _parse(pattern)
    return _runaway(nodes) or _too_many_gaps(nodes)


def _runaway(nodes: Any) -> str:
    for code, value in nodes:
        if code in _REPEATS and value[1] is sre.MAXREPEAT and [c for c, _ in value[2]] == [sre.ANY]:
            return "a repeat without an upper bound over '.'"
        if code in _REPEATS and value[1] > 1 and _blurred(value[2]):
            return "a repeat inside a repeat without a separator that only stands between them"
        if code in (sre.GROUPREF, sre.GROUPREF_EXISTS):
            return "a back-reference"
        for child in _children(code, value):
            trouble = _runaway(child)
            if trouble:
                return trouble
    return ""


def _blurred(body: Any) -> bool:
    """Whether a repeated body has a long repeat of its own, and no fixed character that this one cannot swallow."""
    long = list(_long_repeats(body))
    return bool(long) and not _separated(body, long)


def _separated(nodes: Any, long: list[Any]) -> bool:
    """Whether every pass through a sequence meets a fixed character that none of the long repeats can swallow."""
    for code, value in nodes:
        if code in (sre.LITERAL, sre.IN, sre.NOT_LITERAL) and not any(_overlap((code, value), item) for item in long):
            return True
        if code is sre.SUBPATTERN and _separated(value[-1], long):
            return True
        if code is sre.BRANCH and all(_separated(branch, long) for branch in value[1]):
            return True
        if code in _REPEATS and value[0] >= 1 and value[1] < _WIDE and _separated(value[2], long):
            return True
    return False


def _long_repeats(nodes: Any) -> Iterator[Any]:
    for code, value in nodes:
        if code in _REPEATS and value[1] >= _WIDE:
            yield from value[2]
        for child in _children(code, value):
            yield from _long_repeats(child)


def _overlap(one: Any, other: Any) -> bool:
    """Whether two single-character nodes have a character in common; `True` where that is not clear."""
    pattern, against = _single(one), _single(other)
    if pattern is None or against is None:
        return True
    return any(re.fullmatch(pattern, c) and re.fullmatch(against, c) for c in _SAMPLE)


def _single(node: Any) -> str | None:
    code, value = node
    if code is sre.ANY:
        return "."
    if code is sre.LITERAL:
        return re.escape(chr(value))
    if code is sre.NOT_LITERAL:
        return f"[^{re.escape(chr(value))}]"
    if code is not sre.IN:
        return None
    parts = []
    for kind, item in value:
        if kind is sre.NEGATE:
            parts.append("^")
        elif kind is sre.LITERAL:
            parts.append(re.escape(chr(item)))
        elif kind is sre.RANGE:
            parts.append(f"{re.escape(chr(item[0]))}-{re.escape(chr(item[1]))}")
        else:
            parts.append(_CATEGORIES.get(item, r"\w\W"))
    return f"[{''.join(parts)}]"


def _children(code: Any, value: Any) -> list[Any]:
    if code is sre.SUBPATTERN:
        return [value[-1]]
    if code is sre.ATOMIC_GROUP:
        return [value]
    if code is sre.BRANCH:
        return list(value[1])
    if code in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return [value[2]]
    return [value[1]] if code in (sre.ASSERT, sre.ASSERT_NOT) else []


def _too_many_gaps(nodes: Any) -> str:
    count = _gaps(nodes)
    return f"{count} wide gaps in one branch (at most {MOST_WIDE_GAPS})" if count > MOST_WIDE_GAPS else ""


def _gaps(nodes: Any) -> int:
    """The most wide repeats that one way through the pattern meets; what stops at a space is not wide."""
    total = 0
    for code, value in nodes:
        children = _children(code, value)
        inner = max((_gaps(child) for child in children), default=0)
        if code in _REPEATS and value[1] >= _WIDE and _overlap(value[2][0], (sre.LITERAL, 32)):
            total += 1
        total += inner
    return total
