"""The rules that ship, and those of users joined to them; not how a rule file is read (`packs`).

Reading all rule files and their patterns takes seconds, so what comes of it is kept as an index: made with the package,
and in a checkout whenever a rule file has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from boilerstrip import bounds
from boilerstrip.collecting import no_collection
from boilerstrip.errors import RuleError
from boilerstrip.packs import merge, parse_pack
from boilerstrip.rules import CATEGORIES, OPT_IN, Branch, Publisher, Rule, RuleSet, nearest

_RULESETS = Path(__file__).parent / "rulesets"
INDEX = _RULESETS / "index.json"


def packaged_packs() -> list[Path]:
    """The rule files that ship with the package, sorted."""
    return sorted(_RULESETS.rglob("*.toml"))


def parse_packaged() -> RuleSet:
    """The rules that ship, from their files."""
    packs = []
    for path in packaged_packs():
        folder = path.parent.name
        lang = None if folder in ("common", "publishers", "rulesets") else folder
        name = path.relative_to(_RULESETS).as_posix()
        packs.append(parse_pack(path.read_text("utf-8"), path=name, lang=lang, shipped=True))
    return merge(packs)


def _digest_of_files() -> str:
    """SHA-256 over the rule files, and over the code that works out their branches."""
    total = hashlib.sha256(Path(bounds.__file__).read_bytes())
    for path in packaged_packs():
        total.update(path.relative_to(_RULESETS).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def make_index() -> tuple[RuleSet, str]:
    """The rules that ship, and the same as one JSON text, so that start-up need not parse TOML and patterns.

    The text names the files as they were before they were read: if one changes meanwhile, it is out of date at once.
    """
    files = _digest_of_files()
    rules = parse_packaged()
    return rules, _dump(rules, files)


def _dump(rules: RuleSet, files: str) -> str:
    columns = [f.name for f in fields(Rule)]
    return json.dumps(
        {
            "files": files,
            "columns": columns,
            "rules": [[_row(rule, name) for name in columns] for rule in rules.rules],
            "publishers": [[p.key, p.names, p.domains] for p in rules.publishers],
            "voice": rules.voice,
            "reported": rules.reported,
            "topics": rules.topics,
        },
        ensure_ascii=False,
    )


def _row(rule: Rule, column: str) -> Any:
    """A rule's value; of a branch, instead of its pattern, where it stands in the rule's patterns, if it does."""
    if column != "branches":
        return getattr(rule, column)
    whole = _patterns(rule.patterns)
    places = ((branch, whole.find(branch.pattern)) for branch in rule.branches)
    return [[branch.pattern if at < 0 else [at, at + len(branch.pattern)], *branch[1:]] for branch, at in places]


def _patterns(patterns: Iterable[str]) -> str:
    return "\n".join(patterns)


def load_index(text: str) -> RuleSet | None:
    """The rules of an index; `None` if it was made of other files or another form of rule."""
    data = json.loads(text)
    if data["columns"] != [f.name for f in fields(Rule)] or data["files"] != _digest_of_files():
        return None
    return RuleSet(
        rules=tuple(_rule(dict(zip(data["columns"], row, strict=True))) for row in data["rules"]),
        publishers=tuple(Publisher(key, tuple(names), tuple(domains)) for key, names, domains in data["publishers"]),
        voice=tuple(data["voice"]),
        reported=tuple(data["reported"]),
        topics=tuple((category, tuple(words)) for category, words in data["topics"]),
    )


def _rule(row: dict[str, Any]) -> Rule:
    whole = _patterns(row["patterns"])
    row["branches"] = [_branch(whole, *branch) for branch in row["branches"]]
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Rule(**values)


def _branch(
    whole: str, place: str | list[int], words: list[str], openings: list[str], cue: str, rare: bool, also: list[Any]
) -> Branch:
    pattern = place if isinstance(place, str) else whole[place[0] : place[1]]
    return Branch(pattern, tuple(words), tuple(openings), cue, rare, tuple(map(tuple, also)))


def _packaged() -> RuleSet:
    """The rules that ship: from the index made with the package; in a checkout from the files, which makes one."""
    try:
        with no_collection():
            rules = load_index(INDEX.read_text("utf-8"))
    except (OSError, ValueError, KeyError):
        rules = None
    if rules is None:
        rules, text = make_index()
        with contextlib.suppress(OSError):
            part = INDEX.with_suffix(f".{os.getpid()}.part")
            part.write_text(text, "utf-8")
            part.replace(INDEX)
    return rules


_cache: list[RuleSet] = []


def load_rules(paths: Iterable[str | Path] = ()) -> RuleSet:
    """The packaged rules, joined with users' packs. Raise `RuleError` for a bad pack.

    >>> len(load_rules()) > 100
    True
    """
    if not _cache:
        _cache.append(_packaged())
    own = []
    for path in paths:
        try:
            text = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise RuleError(f"cannot read the rule pack: {reason}", path=str(path)) from None
        own.append(parse_pack(text, path=str(path)))
    if not own:
        return _cache[0]
    merged = merge([_cache[0], *own])
    known = {*CATEGORIES, *OPT_IN, *(rule.id for rule in merged.rules)}
    for name in sorted(merged.disabled - known):
        raise RuleError(f"disable names {name!r}, which is no rule or category{nearest(name, known)}",
                        path=str(next(iter(paths), "")))  # fmt: skip
    return merged
