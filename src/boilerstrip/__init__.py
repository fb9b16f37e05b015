"""Public API of boilerstrip; the stages behind it are in the modules, in the order of `docs/design.md`."""

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
from boilerstrip.packs import load_rules
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
