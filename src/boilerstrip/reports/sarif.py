"""Findings as SARIF 2.1.0, for code scanning services and editors; nothing is turned back from it.

Written as a stream: the results as they come, then what is known only at the end. Columns count code points.
"""

from __future__ import annotations

import json
import os
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.findings import Finding, Place, findings, readable
from boilerstrip.reports.printable import excerpt, printable

if TYPE_CHECKING:
    from boilerstrip.formats.compression import Sink

KIND = "sarif"
SUFFIXES = (".sarif", ".sarif.json")
UNDOES = False
SCHEMA = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
LEVELS = {"certain": "warning", "likely": "warning", "possible": "note"}


class Writer:
    """Writes a SARIF log of one run. A rule is described if it has a result."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._indices: dict[str, int] = {}
        self._categories: dict[str, str] = {}
        self._notices: list[dict[str, Any]] = []
        self._results = 0
        self._header: Header | None = None

    def begin(self, header: Header) -> None:
        """Write what stands before the results."""
        self._header = header
        self._out.write(f'{{"$schema": {json.dumps(SCHEMA)}, "version": "2.1.0", "runs": [{{"results": ['.encode())

    def document(self, outcome: Outcome) -> None:
        """Write the results of a document; take note of one that is left whole for a reason."""
        for finding in findings(outcome):
            self._out.write(b",\n" if self._results else b"\n")
            self._out.write(_json(self._result(outcome, finding)))
            self._results += 1
        if outcome.notable and outcome.result.status != "cleaned":
            text = f"left whole: {outcome.result.status.replace('_', ' ')}"
            location = {"physicalLocation": {"artifactLocation": _artifact(outcome)}}
            self._notices.append({"level": "note", "message": {"text": text}, "locations": [location]})

    def end(self) -> None:
        """Write the rules and the notices."""
        invocation: dict[str, Any] = {"executionSuccessful": True}
        if self._notices:
            invocation["toolExecutionNotifications"] = self._notices
        rest = {"tool": {"driver": self._driver()}, "columnKind": "unicodeCodePoints", "invocations": [invocation]}
        self._out.write(b"\n], " + _json(rest)[1:] + b"]}\n")

    def _result(self, outcome: Outcome, finding: Finding) -> dict[str, Any]:
        removal = finding.removal
        index = self._indices.setdefault(removal.rule, len(self._indices))
        self._categories[removal.rule] = removal.category
        reasons = "; ".join(f"{each.rule}: {each.detail}" for each in removal.evidence)
        said = f"{removal.category} ({removal.confidence}): {excerpt(finding.text.strip())}"
        region = _region(finding.place) | {"snippet": {"text": finding.text.strip()}}
        location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(outcome), "region": region}}
        if outcome.file:  # lines and columns are those of the record's text, not of its file
            location = {"physicalLocation": {"artifactLocation": _artifact(outcome)},
                        "logicalLocations": [{"fullyQualifiedName": outcome.id}]}  # fmt: skip
        deleted = _region(finding.span) | {"charOffset": removal.start, "charLength": removal.end - removal.start}
        change = {"artifactLocation": _artifact(outcome), "replacements": [{"deletedRegion": deleted}]}
        result = {
            "ruleId": removal.rule, "ruleIndex": index, "level": LEVELS[removal.confidence],
            "message": {"text": f"{said} [{reasons}]" if reasons else said}, "locations": [location],
            "partialFingerprints": {"boilerstrip/v1": finding.fingerprint(outcome.id)},
            "properties": {"category": removal.category, "confidence": removal.confidence},
        }  # fmt: skip
        if not outcome.file:
            result["fixes"] = [{"description": {"text": "Take it out"}, "artifactChanges": [change]}]
        return result

    def _driver(self) -> dict[str, Any]:
        header = self._header
        driver: dict[str, Any] = {"name": "boilerstrip", "rules": [self._rule(rule) for rule in self._indices]}
        if header is not None:
            driver["version"] = header.version
            driver["properties"] = {
                "rules_sha256": header.rules_sha256, "settings_sha256": header.settings_sha256,
            }  # fmt: skip
        return driver

    def _rule(self, rule_id: str) -> dict[str, Any]:
        category = self._categories[rule_id]
        said: dict[str, Any] = {"id": rule_id, "properties": {"category": category, "tags": [category]}}
        rule = self._header.rule(rule_id) if self._header is not None else None
        if rule is not None:
            said["shortDescription"] = {"text": rule.description}
            said["defaultConfiguration"] = {"level": LEVELS[rule.confidence]}
            if rule.removes:
                said["help"] = {"text": "Removes, for example: " + " | ".join(map(printable, rule.removes))}
        return said


def _region(place: Place) -> dict[str, Any]:
    return {"startLine": place.line, "startColumn": place.column, "endLine": place.end_line,
            "endColumn": place.end_column}  # fmt: skip


def _artifact(outcome: Outcome) -> dict[str, str]:
    """Where the document is: a path relative to the current folder as it was named, or an absolute file URI."""
    path = PurePath(outcome.file or outcome.shown)
    if path.is_absolute():
        return {"uri": "file://" + quote(os.fsencode(path))}
    return {"uri": quote(os.fsencode(path.as_posix()))}


def _json(value: dict[str, Any]) -> bytes:
    return readable(json.dumps(value, ensure_ascii=False)).encode()
