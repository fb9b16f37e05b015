"""Rule packs: TOML read, checked and joined into a `RuleSet`; a mistake names path, line, rule and what to do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from boilerstrip.bounds import branches
from boilerstrip.errors import RuleError
from boilerstrip.folding import fold
from boilerstrip.rules import (
    CATEGORIES,
    CONFIDENCES,
    MATCHES,
    OPT_IN,
    PLACES,
    SCOPES,
    STATUSES,
    WITHOUT_END,
    Keep,
    Publisher,
    Rule,
    RuleSet,
    nearest,
)

_LIMITS = {"whole": 300, "prefix": 300, "contains": 600}
_KEYWORD = re.compile(r"[©@]|[^\W\d_]+(?:[^\W\d_]|[\u0300-\u0f7f\u1000-\u109f])*")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(slots=True)
class _Pack:
    """One rule file while it is read: knows where things stand in it, for error messages."""

    path: str
    text: str
    lang: str | None = None
    shipped: bool = True
    data: dict[str, Any] = field(default_factory=dict)

    def line_of(self, table: str, index: int, key: str = "") -> int:
        headers = [i for i, row in enumerate(self.text.split("\n")) if re.match(rf"\s*\[\[\s*{table}\s*\]\]", row)]
        if index >= len(headers):
            return 1
        rows = self.text.split("\n")
        for number in range(headers[index] + 1, len(rows)):
            if rows[number].lstrip().startswith("["):
                break
            if key and re.match(rf"\s*{re.escape(key)}\s*=", rows[number]):
                return number + 1
        return headers[index] + 1

    def fail(self, message: str, *, table: str = "rules", index: int = 0, key: str = "", rule: str = "",
             hint: str = "") -> RuleError:  # fmt: skip
        number = self.line_of(table, index, key)
        excerpt = self.text.split("\n")[number - 1].strip() if self.text else ""
        return RuleError(message, path=self.path, line=number, rule=rule, excerpt=excerpt[:120], hint=hint)


TYPES: dict[str, type] = {
    "id": str, "category": str, "confidence": str, "description": str, "scope": str, "place": str, "match": str,
    "pattern": str, "start": str, "end": str, "without_end": str, "status": str, "patterns": list, "requires": list,
    "keywords": list, "removes": list, "keeps": list, "max_chars": int, "max_lines": int, "heading": bool,
    "alone": bool,
}  # fmt: skip
CHOICES = {
    "category": CATEGORIES + OPT_IN, "confidence": CONFIDENCES, "scope": SCOPES, "place": PLACES, "match": MATCHES,
    "without_end": WITHOUT_END, "status": STATUSES,
}  # fmt: skip
_RULE_KEYS = frozenset(TYPES)
PACK_KEYS = {"language", "publisher", "rules", "keep", "disable", "voice", "reported", "topics", "schema_version"}


def parse_pack(text: str, *, path: str = "<text>", lang: str | None = None, shipped: bool = False) -> RuleSet:
    """Parse and validate one rule file; raise `RuleError` with path, line, excerpt and advice at the first mistake."""
    pack = _Pack(path, text, lang, shipped)
    try:
        pack.data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        number = int(found[1]) if found else 1
        excerpt = text.split("\n")[number - 1].strip()[:120] if text else ""
        raise RuleError(f"not valid TOML: {error}", path=path, line=number, excerpt=excerpt) from None
    for key in pack.data:
        if key not in PACK_KEYS:
            raise RuleError(
                f"unknown key {key!r}{nearest(key, PACK_KEYS)}", path=path, line=_find(text, key), excerpt=key
            )
    _check_words(pack)
    pack.lang = pack.data.get("language", lang)
    publisher = _publisher(pack)
    rules = tuple(_rule(pack, row, index, publisher) for index, row in enumerate(_tables(pack, "rules")))
    keeps = tuple(_keep(pack, row, index) for index, row in enumerate(_tables(pack, "keep")))
    return RuleSet(
        rules=rules,
        publishers=(publisher,) if publisher else (),
        keeps=keeps,
        voice=tuple(fold(word) for word in pack.data.get("voice", {}).get("words", [])),
        reported=tuple(fold(word) for word in pack.data.get("reported", {}).get("words", [])),
        topics=tuple(sorted((c, tuple(map(fold, words))) for c, words in pack.data.get("topics", {}).items())),
        disabled=frozenset(pack.data.get("disable", [])),
    )


def _check_words(pack: _Pack) -> None:
    """The tables beside the rules: texts and lists of texts where they are expected."""
    data = pack.data

    def texts(value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(item, str) and item for item in value)

    tables = {key: data[key] for key in ("voice", "reported", "publisher", "topics") if key in data}
    wrong = next((key for key, value in tables.items() if not isinstance(value, dict)), "")
    wrong = wrong or next((k for k in ("voice", "reported") if k in data and not texts(data[k].get("words", []))), "")
    wrong = wrong or ("topics" if not all(map(texts, data.get("topics", {}).values())) else "")
    wrong = wrong or ("disable" if not texts(data.get("disable", [])) else "")
    wrong = wrong or ("language" if not isinstance(data.get("language", ""), str) else "")
    if not wrong:
        publisher = data.get("publisher", {})
        wrong = next((k for k in ("names", "domains") if not texts(publisher.get(k, []))), "")
    if wrong:
        hint = 'write: words = ["..."], a list of texts, under [voice]; newsletter = ["..."] under [topics]'
        raise RuleError(f"{wrong} has not the form it needs", path=pack.path, line=_find(pack.text, wrong), hint=hint)


def _find(text: str, key: str) -> int:
    for number, row in enumerate(text.split("\n"), 1):
        if re.match(rf"\s*\[*\s*{re.escape(key)}\b", row):
            return number
    return 1


def _tables(pack: _Pack, name: str) -> list[dict[str, Any]]:
    rows = pack.data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RuleError(f"{name!r} has to be written as [[{name}]] tables", path=pack.path, line=_find(pack.text, name))
    return rows


def _publisher(pack: _Pack) -> Publisher | None:
    row = pack.data.get("publisher")
    if row is None:
        return None
    names, domains = row.get("names", []), row.get("domains", [])
    if not names or not domains:
        raise RuleError("[publisher] needs names and domains", path=pack.path, line=_find(pack.text, "publisher"),
                        hint='write: names = ["The Daily Example"] and domains = ["example.com"]')  # fmt: skip
    return Publisher(domains[0], tuple(fold(n) for n in names), tuple(d.lower() for d in domains))


def _rule(pack: _Pack, row: dict[str, Any], index: int, publisher: Publisher | None) -> Rule:
    name = str(row.get("id", f"number {index + 1}"))

    def fail(message: str, key: str = "", hint: str = "") -> RuleError:
        return pack.fail(message, index=index, key=key, rule=name, hint=hint)

    for key, value in row.items():
        if key not in _RULE_KEYS:
            raise fail(f"unknown key {key!r}{nearest(key, _RULE_KEYS)}", key)
        if type(value) is not TYPES[key]:
            raise fail(f"{key} has to be of type {TYPES[key].__name__}", key)
        if isinstance(value, list) and not all(isinstance(item, str) and item for item in value):
            raise fail(f"{key} has to be a list of texts that are not empty", key)
        if isinstance(value, int) and not isinstance(value, bool) and value < 1:
            raise fail(f"{key} has to be 1 or more", key)
        if key in ("pattern", "start", "end") and not value:
            raise fail(f"{key} is empty", key)
        if key in CHOICES and value not in CHOICES[key]:
            raise fail(f"{key} {value!r} is not one of {', '.join(CHOICES[key])}", key)
    for key in ("id", "category", "confidence", "description"):
        if key not in row:
            raise fail(f"{key} is missing")
    if not _ID.fullmatch(row["id"]):
        raise fail("an id is lower-case letters and digits joined by single hyphens", "id")
    rule = _build(pack, row, index, publisher)
    _check_patterns(rule, fail)
    if rule.scope != "context":
        _check_keywords(rule, fail)
    if not (rule.removes and rule.keeps):
        raise fail("a rule needs examples", hint="add removes = [...] and keeps = [...], texts of your own")
    if rule.status == "unverified" and (rule.match != "whole" or rule.scope == "block"):
        raise fail("an unverified rule acts only as a whole-line rule", "status")
    return rule


def _build(pack: _Pack, row: dict[str, Any], index: int, publisher: Publisher | None) -> Rule:
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k != "pattern"}
    if "pattern" in row:
        values["patterns"] = (row["pattern"], *values.get("patterns", ()))
    values.setdefault("max_chars", _LIMITS[row.get("match", "whole")])
    rule = Rule(
        **values,
        lang=pack.lang,
        publisher=publisher.key if publisher else None,
        path=pack.path,
        line=pack.line_of("rules", index, "id"),
        shipped=pack.shipped,
    )
    return replace(rule, branches=branches(rule))


def _check_patterns(rule: Rule, fail: Any) -> None:
    expressions = [("patterns", p) for p in rule.patterns] + [("requires", p) for p in rule.requires]
    expressions += [(key, getattr(rule, key)) for key in ("start", "end") if getattr(rule, key)]
    if rule.scope == "block":
        if not (rule.start and rule.end):
            raise fail("a block rule needs start and end")
    elif rule.scope != "context" and not (rule.patterns or rule.requires):
        raise fail("pattern is missing")
    for key, pattern in expressions:
        shown = key if key != "patterns" else "pattern"
        if not rule.shipped:
            import regex  # not needed to read the rules that ship, which the tests compile

            try:
                regex.compile(pattern)
            except regex.error as error:
                raise fail(f"{shown} does not compile: {error}", shown) from None
        wrong = _unfolded(pattern)
        if wrong:
            raise fail(f"{shown} is not in folded form at {wrong!r}", shown, f"write it as {fold(wrong)!r}")


def _unfolded(pattern: str) -> str:
    """The first character of a pattern that no folded text can hold; empty where there is none."""
    bare = re.sub(r"\\[pP]\{[^}]*\}|\\[A-Za-z]|\(\?[P<!=:a-zA-Z]*", "", pattern)
    for character in bare:
        if not character.isascii() or character.isupper() or character == "`":
            folded = fold(character)
            if folded != character and not (folded == "" and character in "\u3000"):
                return character
    return ""


def _check_keywords(rule: Rule, fail: Any) -> None:
    if not rule.keywords:
        raise fail("keywords are missing", hint="name words of which at least one is in every text that can match")
    for word in rule.keywords:
        if not _KEYWORD.fullmatch(word) or fold(word) != word:
            raise fail(f"keyword {word!r} has to be one folded word of letters only (or © or @)", "keywords")


def _keep(pack: _Pack, row: dict[str, Any], index: int) -> Keep:
    known = {f.name for f in fields(Keep)}
    for key in row:
        if key not in known:
            raise pack.fail(f"unknown key {key!r}{nearest(key, known)}", table="keep", index=index, key=key)
    if "id" not in row or bool(row.get("text")) == bool(row.get("pattern")):
        raise pack.fail("a [[keep]] entry needs an id and either text or pattern", table="keep", index=index)
    wrong = next((key for key, value in row.items() if not isinstance(value, str)), "")
    if wrong:
        raise pack.fail(f"{wrong} has to be a text", table="keep", index=index, key=wrong)
    if "pattern" in row:
        import regex

        try:
            regex.compile(row["pattern"])
        except regex.error as error:
            message = f"pattern does not compile: {error}"
            raise pack.fail(message, table="keep", index=index, key="pattern") from None
    return Keep(**row)


def merge(packs: Iterable[RuleSet]) -> RuleSet:
    """Join rule sets; equal rule ids are an error. The order of packs does not matter for what is removed."""
    rules: dict[str, Rule] = {}
    publishers: dict[str, Publisher] = {}
    keeps: dict[str, Keep] = {}
    voice: set[str] = set()
    reported: set[str] = set()
    topics: dict[str, set[str]] = {}
    disabled: frozenset[str] = frozenset()
    for pack in packs:
        for rule in pack.rules:
            other = rules.setdefault(rule.id, rule)
            if other is not rule:
                raise RuleError(f"this id is already taken by {other.path}:{other.line}", path=rule.path,
                                line=rule.line, rule=rule.id, hint="ids are unique over all packs")  # fmt: skip
        publishers.update((p.key, p) for p in pack.publishers)
        keeps.update((k.id, k) for k in pack.keeps)
        voice.update(pack.voice)
        reported.update(pack.reported)
        for category, words in pack.topics:
            topics.setdefault(category, set()).update(words)
        disabled |= pack.disabled
    return RuleSet(
        rules=tuple(rules[key] for key in sorted(rules)),
        publishers=tuple(publishers[key] for key in sorted(publishers)),
        keeps=tuple(keeps[key] for key in sorted(keeps)),
        voice=tuple(sorted(voice)),
        reported=tuple(sorted(reported)),
        topics=tuple((c, tuple(sorted(topics[c]))) for c in sorted(topics)),
        disabled=disabled,
    )
