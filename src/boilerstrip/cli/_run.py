"""One run over sources: read, clean, report, deliver; not the options that ask for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from boilerstrip import Cleaner, InputError, RuleTimeout, __version__
from boilerstrip.cli import Status, say
from boilerstrip.cli._destinations import Destination
from boilerstrip.formats import Record, format_of
from boilerstrip.formats.sources import Source
from boilerstrip.reports import Header, Outcome, Report


class RunReport(Report, Protocol):
    """A report that can also be told that the run will not be finished."""

    def break_off(self, delivered: bool) -> None:
        """Say what was done until now, or, where no text was `delivered`, leave no trace."""


@dataclass(slots=True)
class Failures:
    """What could not be read. With `on_error` "fail" the first one ends the run."""

    on_error: str = "fail"
    messages: list[str] = field(default_factory=list)

    def add(self, error: Exception) -> None:
        """Take note of it, or raise it again."""
        if self.on_error == "fail":
            raise error
        self.messages.append(str(error))

    def say(self, status: Status) -> None:
        """List what failed, at the end of a run that went on all the same."""
        status.failed |= bool(self.messages)
        for message in self.messages:
            say(message)


def header_of(cleaner: Cleaner) -> Header:
    """What made a report with this cleaner."""
    settings = json.dumps(cleaner.settings(), sort_keys=True).encode()
    return Header(__version__, cleaner.active_rules.digest, hashlib.sha256(settings).hexdigest(), cleaner.active_rules)


def examine(cleaner: Cleaner, source: Source, data: bytes, encoding: str, url: str | None) -> Iterator[Outcome]:
    """What happens to each document of a source. Raise `InputError` or `RuleTimeout`, with the source's name."""
    try:
        for record in format_of(source.id).read(data, source.id, encoding):
            yield _examine(cleaner, source, record, url)
    except (InputError, RuleTimeout) as error:
        raise InputError(f"{source.shown}: {error}") from None


def _examine(cleaner: Cleaner, source: Source, record: Record, url: str | None) -> Outcome:
    document = record.document
    result = cleaner.clean(
        document.text, url=url or document.url, publisher=document.publisher, lang=document.lang
    )  # fmt: skip
    dropped = bool(result.removals) and result.status == "over_budget" and cleaner.over_budget == "drop"
    return Outcome(source.id, source.shown, record, result, dropped)


@dataclass(slots=True)
class Run:
    """Everything a run needs. `reports` are told of all documents, `local` of those of one named path."""

    cleaner: Cleaner
    sources: Sequence[Source]
    destination: Destination
    reports: Sequence[RunReport]
    failures: Failures
    encoding: str = "utf-8"
    url: str | None = None
    local: dict[str, list[RunReport]] = field(default_factory=dict)
    changed: bool = False

    def go(self, status: Status) -> None:
        """Do it. Whatever breaks the run off, reports say what was done until then."""
        everything = [*self.reports, *(report for reports in self.local.values() for report in reports)]
        header = header_of(self.cleaner)
        try:
            for report in everything:
                report.begin(header)
            for source in self.sources:
                self._source(source)
        except BaseException:
            _close(everything, self.destination.delivered > 0, broken_off=True)
            raise
        _close(everything, delivered=True)
        self.failures.say(status)

    def _source(self, source: Source) -> None:
        data = None
        try:
            data = source.read()
            outcomes = list(examine(self.cleaner, source, data, self.encoding, self.url))
            kept = [outcome.cleaned for outcome in outcomes if not outcome.dropped]
        except InputError as error:
            self.failures.add(error)
            if data is not None and self.failures.on_error == "pass":
                self.destination.deliver(source, data, changed=False)
            return
        for outcome in outcomes:
            self.changed |= outcome.changed
            for report in (*self.reports, *self.local.get(source.named, ())):
                report.document(outcome)
        changed = any(outcome.changed for outcome in outcomes)
        self.destination.deliver(source, b"".join(kept) if kept else None, changed)


def _close(reports: Sequence[RunReport], delivered: bool, *, broken_off: bool = False) -> None:
    """End all reports. One that cannot be ended does not keep the others from it, but then the run is broken off."""
    error: Exception | None = None
    for report in reports:
        try:
            if broken_off or error is not None:
                report.break_off(delivered)
            else:
                report.end()
        except Exception as failure:
            error = error or failure
    if error is not None:
        raise error
