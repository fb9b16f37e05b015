"""Removals as dolma attributes: per document and category, spans `[start, end, score]`; nothing is turned back from it.

A row for each document, in order and with nothing left out, as dolma's mixer joins them with documents line by line.
Offsets are code points, as dolma counts them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from boilerstrip.errors import SettingsError
from boilerstrip.reports import Header, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boilerstrip.formats.compression import Sink
    from boilerstrip.removal import Removal

KIND = "dolma"
SUFFIXES = ()
UNDOES = False
EVERY = True
PREFIX = "boilerstrip__rules__"
SCORES = {"certain": 1.0, "likely": 0.5, "possible": 0.25}  # an order for `min_score`, not a probability


class Writer:
    """Writes an attributes file."""

    def __init__(self, out: Sink) -> None:
        self._out = out

    def begin(self, header: Header) -> None:
        """An attributes file has no header."""

    def file(self, name: str, kind: str) -> None:
        """Take note of a container. Raise `SettingsError` for one that dolma does not read."""
        if kind != "jsonl":
            raise SettingsError(f"{name}: dolma attributes belong to JSON lines or to texts, and this is {kind}")

    def document(self, outcome: Outcome) -> None:
        """Write the row of a document."""
        own = outcome.record.document.id if outcome.file else outcome.id
        row = {"id": own, "source": outcome.file, "attributes": attributes(outcome.result.removals)}
        self._out.write(json.dumps(row).encode() + b"\n")

    def end(self) -> None:
        """An attributes file has no end row."""


def attributes(removals: Iterable[Removal]) -> dict[str, list[list[Any]]]:
    """The attributes of one document: categories in order, and in each the spans in the order of the text."""
    spans: dict[str, list[list[Any]]] = {}
    for removal in removals:
        span = [removal.start, removal.end, SCORES[removal.confidence]]
        spans.setdefault(PREFIX + removal.category, []).append(span)
    return dict(sorted(spans.items()))
