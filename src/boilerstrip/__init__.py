"""Public API of boilerstrip; the stages behind it are in the modules, in the order of `docs/design.md`.

Names are loaded when they are first used, so that `boilerstrip --version` need not load the engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boilerstrip.catalogue import load_rules
    from boilerstrip.cleaner import Cleaner, CleanResult, clean
    from boilerstrip.document import Document
    from boilerstrip.errors import (
        BoilerstripError,
        InputError,
        OutputError,
        ReportError,
        RuleError,
        RuleTimeout,
        SettingsError,
    )
    from boilerstrip.removal import Evidence, Removal
    from boilerstrip.rules import Keep, Rule, RuleSet

__version__ = "0.1.0"

__all__ = [
    "BoilerstripError",
    "CleanResult",
    "Cleaner",
    "Document",
    "Evidence",
    "InputError",
    "Keep",
    "OutputError",
    "Removal",
    "ReportError",
    "Rule",
    "RuleError",
    "RuleSet",
    "RuleTimeout",
    "SettingsError",
    "clean",
    "load_rules",
]

_HOMES = {
    "cleaner": ("Cleaner", "CleanResult", "clean"),
    "document": ("Document",),
    "catalogue": ("load_rules",),
    "removal": ("Evidence", "Removal"),
    "rules": ("Keep", "Rule", "RuleSet"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"boilerstrip.{_HOME_OF.get(name, 'errors')}")
    value = getattr(module, name)
    globals()[name] = value
    return value
