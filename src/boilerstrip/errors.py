"""What can go wrong, as a tree of exceptions; not where it is printed (that is `cli`).

BoilerstripError
├── RuleError        a rule pack is wrong: path, line, rule id, excerpt, what to do
├── RuleTimeout      a user's rule took too long on one document
├── InputError       a source cannot be read: missing, binary, not text, unreadable
├── OutputError      a target cannot or must not be written
├── ReportError      a removals report is malformed, or does not belong to the text
└── SettingsError    options or configuration that contradict each other or do not exist
"""

from __future__ import annotations


class BoilerstripError(Exception):
    """Base of every error that boilerstrip raises on purpose."""


class RuleError(BoilerstripError):
    """A rule pack is wrong. The message reads `path:line: [rule id] what is wrong; what to do`."""

    def __init__(
        self, message: str, *, path: str = "", line: int = 0, rule: str = "", excerpt: str = "", hint: str = ""
    ) -> None:
        self.path, self.line, self.rule, self.excerpt, self.hint = path, line, rule, excerpt, hint
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        name = f"rule {rule!r}: " if rule else ""
        shown = f"\n    {excerpt}" if excerpt else ""
        advice = f"\n  {hint}" if hint else ""
        super().__init__(f"{where}{name}{message}{shown}{advice}")


class RuleTimeout(BoilerstripError):
    """A user's rule ran past its time limit on a document; `rule` is its id."""

    def __init__(self, rule: str, seconds: float) -> None:
        self.rule, self.seconds = rule, seconds
        super().__init__(f"rule {rule!r} took longer than {seconds:g} s on one text; bound its repeats")

    def __reduce__(self) -> tuple[type[RuleTimeout], tuple[str, float]]:
        return type(self), (self.rule, self.seconds)


class InputError(BoilerstripError):
    """A source cannot be read as article text."""


class OutputError(BoilerstripError):
    """A target cannot or must not be written."""


class ReportError(BoilerstripError):
    """A removals report is malformed, was edited, or belongs to another text."""


class SettingsError(BoilerstripError):
    """Options or configuration that contradict each other or do not exist."""
