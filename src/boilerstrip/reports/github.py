"""Findings as GitHub's workflow commands, which annotate a pull request; nothing is turned back from it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.findings import Finding, findings, readable
from boilerstrip.reports.printable import excerpt

if TYPE_CHECKING:
    from boilerstrip.formats.compression import Sink

KIND = "github"
SUFFIXES = ()
UNDOES = False
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


class Writer:
    """Writes a `::warning` for each finding, and a `::notice` for a text that is left whole for a reason."""

    def __init__(self, out: Sink) -> None:
        self._out = out

    def begin(self, header: Header) -> None:
        """Workflow commands have no header."""

    def document(self, outcome: Outcome) -> None:
        """Write the commands for a document."""
        for finding in findings(outcome):
            self._command("warning", _properties(outcome, finding), _message(finding))
        if outcome.notable and outcome.result.status != "cleaned":
            left = outcome.result.status.replace("_", " ")
            self._command("notice", {"file": outcome.file or outcome.shown, "title": left}, f"left whole: {left}")

    def _command(self, name: str, properties: dict[str, str], message: str) -> None:
        said = ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in properties.items())
        self._out.write(f"::{name} {said}::{_escaped(message, _DATA)}\n".encode("utf-8", "replace"))

    def end(self) -> None:
        """Workflow commands have no end of their own."""


def _properties(outcome: Outcome, finding: Finding) -> dict[str, str]:
    place = finding.place
    title = f"{finding.removal.rule} ({finding.removal.category}, {finding.removal.confidence})"
    if outcome.file:  # lines are those of the record's text
        return {"file": outcome.file.replace(os.sep, "/"), "title": f"{title} in {outcome.id}"}
    said = {"file": outcome.shown.replace(os.sep, "/"), "line": str(place.line), "endLine": str(place.end_line)}
    if place.line == place.end_line:  # columns count only inside one line
        said |= {"col": str(place.column), "endColumn": str(place.end_column)}
    return said | {"title": title}


def _message(finding: Finding) -> str:
    reasons = "".join(f"\n{each.rule}: {each.detail}" for each in finding.removal.evidence)
    return readable(excerpt(finding.text.strip(), 200) + reasons)


def _escaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for character, written in table:
        text = text.replace(character, written)
    return text
