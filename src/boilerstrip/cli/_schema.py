"""A JSON Schema of the rule file, made from the rules' own types and choices; not the checks of patterns (`packs`)."""

from __future__ import annotations

from typing import Any, get_type_hints

from boilerstrip.packs import CHOICES
from boilerstrip.rules import Keep, Rule

_FROM_PACK = ("lang", "publisher", "path", "line", "shipped")  # not written in a rule: its file says them
_NAMES = {"type": "array", "items": {"type": "string"}}
_TYPES: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    str | None: {"type": "string"},
    int: {"type": "integer", "minimum": 1},
    bool: {"type": "boolean"},
    tuple[str, ...]: _NAMES,
}


def rule_file_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of a rule file read as data."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A boilerstrip rule file",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "schema_version": {"type": "integer"},
            "language": {"type": "string", "description": "BCP 47 primary subtag of the rules' language"},
            "publisher": _table({"names": _filled(_NAMES), "domains": _filled(_NAMES)}, ["names", "domains"]),
            "rules": {"type": "array", "items": _rule()},
            "keep": {"type": "array", "items": _keep()},
            "disable": {**_NAMES, "description": "Rule ids or categories that may not remove anything"},
            "voice": _table({"words": _NAMES}, []),
            "reported": _table({"words": _NAMES}, []),
            "topics": {"type": "object", "additionalProperties": _NAMES},
        },
    }


def _rule() -> dict[str, Any]:
    hints = get_type_hints(Rule)
    # Fields of other types are worked out when a pack is read, not written in it.
    written = {key: hint for key, hint in hints.items() if key not in _FROM_PACK and hint in _TYPES}
    properties = {key: dict(_TYPES[hint]) for key, hint in written.items()}
    for key, choices in CHOICES.items():
        properties[key]["enum"] = list(choices)
    properties["id"]["pattern"] = "^[a-z0-9]+(-[a-z0-9]+)*$"
    properties["pattern"] = {"type": "string"}
    for key in ("removes", "keeps"):
        properties[key] = _filled(_NAMES)
    return _table(properties, ["id", "category", "confidence", "description", "removes", "keeps"])


def _keep() -> dict[str, Any]:
    properties = {key: dict(_TYPES[hint]) for key, hint in get_type_hints(Keep).items()}
    one = [{"required": ["text"]}, {"required": ["pattern"]}]
    return {**_table(properties, ["id"]), "oneOf": one}


def _table(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


def _filled(array: dict[str, Any]) -> dict[str, Any]:
    return {**array, "minItems": 1}
