"""One run over sources: read, clean, report, deliver; not the options that ask for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol, cast

from boilerstrip import Cleaner, InputError, RuleTimeout, __version__
from boilerstrip.cli import Status, say
from boilerstrip.cli._destinations import Destination, Growing
from boilerstrip.formats import Format, Record, formats
from boilerstrip.formats.sources import Source
from boilerstrip.reports import Header, Outcome, Report
from boilerstrip.reports.bar import Bar
from boilerstrip.reports.files import ReportFile
from boilerstrip.running import rows
from boilerstrip.running.containers import Choice, begin, tell
from boilerstrip.running.pool import Workers
from boilerstrip.running.progress import Progress, State
from boilerstrip.running.rows import RowTask
from boilerstrip.running.tables import AnyContainer, open_container
from boilerstrip.running.work import Done, Job, PartTask, perform

CHECKPOINT_BYTES = 1 << 22
LISTED = 100  # failures that are said in words
TEXTS_PER_CHECKPOINT = 250


class RunReport(Report, Protocol):
    """A report that can also be told that the run will not be finished."""

    def break_off(self, delivered: bool) -> None:
        """Say what was done until now, or, where no text was `delivered`, leave no trace."""


@dataclass(slots=True)
class Failures:
    """What could not be read: how much, and the first in words. With `on_error` "fail" the first one ends the run."""

    on_error: str = "fail"
    count: int = 0
    messages: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return self.count

    def add(self, error: Exception) -> None:
        """Take note of it, or raise it again."""
        if self.on_error == "fail":
            raise error
        self.note([str(error)])

    def note(self, messages: Sequence[str], count: int | None = None) -> None:
        """Take note of failures, more of them (`count`) than there are words for."""
        self.count += len(messages) if count is None else count
        self.messages += messages[: max(0, LISTED - len(self.messages))]

    def say(self, status: Status, reports: Sequence[object] = ()) -> None:
        """List what failed, at the end of a run that went on all the same."""
        status.failed |= bool(self.count)
        for message in self.messages:
            say(message)
        if self.count > len(self.messages):
            all_of_it = [each.path for each in reports if isinstance(each, ReportFile) and each.takes == "rows"]
            where = f"{all_of_it[0]} lists them all" if all_of_it else "--report removals:PATH lists them all"
            say(f"and {self.count - len(self.messages):,} more failed: {where}")


def header_of(cleaner: Cleaner) -> Header:
    """What made a report with this cleaner."""
    settings = json.dumps(cleaner.settings(), sort_keys=True).encode()
    return Header(__version__, cleaner.active_rules.digest, hashlib.sha256(settings).hexdigest(), cleaner.active_rules)


def examine(cleaner: Cleaner, source: Source, data: bytes, encoding: str, url: str | None) -> Iterator[Outcome]:
    """What happens to each document of a text. Raise `InputError` or `RuleTimeout`, with the source's name."""
    try:
        for record in cast(Format, formats()["text"]).read(data, source.id, encoding):
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


@dataclass(frozen=True, slots=True)
class TextTask:
    """The `number`th file, to clean as a whole; `data` is only given where no other process can read it."""

    number: int
    source: Source
    encoding: str
    data: bytes | None = None


@dataclass(slots=True)
class TextDone:
    """A file as it comes out: `kept` are the bytes that are written; `error` says why there are none."""

    data: bytes | None = None
    outcomes: Sequence[Outcome] = ()
    kept: bytes | None = None
    error: InputError | None = None


def work(job: Job, task: TextTask | PartTask | RowTask) -> TextDone | Done:
    """What a worker does."""
    if isinstance(task, RowTask):
        return rows.perform(job, task)
    return perform(job, task) if isinstance(task, PartTask) else _text(job, task)


def _text(job: Job, task: TextTask) -> TextDone:
    done = TextDone(task.data)
    try:
        done.data = task.source.read() if task.data is None else task.data
        done.outcomes = list(examine(job.cleaner, task.source, done.data, task.encoding, job.url))
        kept = [outcome.cleaned for outcome in done.outcomes if not outcome.dropped]
        done.kept = b"".join(kept) if kept else None
    except InputError as error:
        done.error = error
    return done


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
    choice: Choice = field(default_factory=Choice)
    jobs: int = 1
    progress: Progress | None = None
    _workers: Workers = field(init=False)

    def go(self, status: Status) -> None:
        """Do it. Whatever breaks the run off, reports say what was done until then."""
        everything = [*self.reports, *(report for reports in self.local.values() for report in reports)]
        header = header_of(self.cleaner)
        try:
            self._take_up()
            for report in everything:
                report.begin(header)
            with Workers(self.jobs, work, self._job(everything)) as self._workers:
                self._all()
        except BaseException:
            self._leave(everything)
            raise
        _close(everything, delivered=True)
        if self.progress is not None:
            self.progress.forget()
        self.failures.say(status, everything)

    def _job(self, reports: Sequence[RunReport]) -> Job:
        takes = {str(getattr(report, "takes", "outcomes")) for report in reports}
        every = any(getattr(report, "every", False) for report in reports)
        return Job(self.cleaner, self.url, self.failures.on_error, "rows" in takes, "diff" in takes,
                   "outcomes" in takes, every, "tally" in takes, self.choice.annotate)  # fmt: skip

    def _take_up(self) -> None:
        """Go on where an earlier run was broken off."""
        if self.progress is None:
            return
        state = self.progress.state
        lengths = iter(state.reports)
        for report in self.reports:
            if isinstance(report, ReportFile):
                report.continuable(next(lengths, 0))
            elif hasattr(report, "add"):
                report.add(state.counts)
        self.failures.note(state.failures, state.failed)
        self.changed = state.any_changed

    def _leave(self, reports: Sequence[RunReport]) -> None:
        if self.progress is not None and self.progress.keep:
            for report in reports:
                if isinstance(report, ReportFile):
                    report.keep()
                else:
                    report.break_off(False)
            return
        if self.progress is not None:
            self.progress.forget()
        _close(reports, self.destination.delivered > 0, broken_off=True)

    def _all(self) -> None:
        done = self.progress.state.done if self.progress is not None else 0
        left = list(enumerate(self.sources))[done:]
        for records, group in groupby(left, lambda each: self.choice.holds_records(each[1])):
            if records:
                for number, source in group:
                    self._container(number, source)
            else:
                self._texts(list(group))

    def _texts(self, sources: Sequence[tuple[int, Source]]) -> None:
        tasks = (
            TextTask(number, source, self.encoding, source.read() if source.path is None else None)
            for number, source in sources
        )
        for task, done in self._workers.map(tasks):
            self._text(task.source, done)
            self._reached(task.number)
            if self.progress is not None:
                self.progress.state.done = task.number + 1
            if (task.number + 1) % TEXTS_PER_CHECKPOINT == 0:
                self._checkpoint(None)

    def _text(self, source: Source, done: TextDone) -> None:
        if done.error is not None:
            self._fail(source, done.error)
            if done.data is not None and self.failures.on_error == "pass":
                self.destination.deliver(source, done.data, changed=False)
            return
        for outcome in done.outcomes:
            self._count(outcome)
            for report in (*self.reports, *self.local.get(source.named, ())):
                report.document(outcome)
        self.destination.deliver(source, done.kept, any(outcome.changed for outcome in done.outcomes))

    def _reached(self, number: int, position: int | None = None) -> None:
        """Tell those who show it that the `number`th source is done, or so many bytes of it."""
        for report in self.reports:
            if isinstance(report, Bar):
                report.reached(number, position)

    def _count(self, outcome: Outcome) -> None:
        self.changed |= outcome.changed
        if self.progress is not None:
            self.progress.state.counts.count(outcome.result)

    def _container(self, number: int, source: Source) -> None:
        state = self.progress.state if self.progress is not None else State()
        reports = (*self.reports, *self.local.get(source.named, ()))
        try:
            container = open_container(source, self.choice)
        except InputError as error:
            self._unread(source, error)
            return
        if not state.offset:
            begin(reports, source, container.format.KIND)
        out = self.destination.open(source, state.length if self.progress is not None else None)
        try:
            self._parts(number, container, out, reports, state)
            self.destination.finish(source, out, state.changed)
        finally:
            if self.progress is not None and self.progress.keep:
                out.keep()
            out.discard()
            container.close()
        state.done, state.offset, state.first, state.length, state.changed = number + 1, 0, 1, 0, False
        self._checkpoint(None)

    def _fail(self, source: Source, error: InputError) -> None:
        self.failures.add(error)
        for report in (*self.reports, *self.local.get(source.named, ())):
            if isinstance(report, ReportFile):
                report.failed(source.id, str(error).removeprefix(f"{source.shown}: "))

    def _unread(self, source: Source, error: InputError) -> None:
        self._fail(source, error)
        if self.failures.on_error == "pass" and source.path is not None:
            self.destination.deliver(source, source.read(), changed=False)

    def _parts(
        self, number: int, container: AnyContainer, out: Growing, reports: Sequence[RunReport], state: State
    ) -> None:  # fmt: skip
        packed = self.destination.packed(container.source)
        tasks: Iterator[PartTask | RowTask] = container.tasks(packed, state.offset, state.first)
        at = state.offset
        for task, done in self._workers.map(tasks):
            out.write(container.rendered(done))
            tell(reports, done)
            state.counts.add(done.counts)
            state.changed |= done.altered
            self.changed |= done.counts.changed > 0
            self.failures.note(done.failures)
            self._reached(number, task.reached)
            if not isinstance(task, PartTask):
                continue
            state.offset, state.first = task.part.offset + len(task.part.data), task.next
            if state.offset // CHECKPOINT_BYTES > at // CHECKPOINT_BYTES:
                at = state.offset
                self._checkpoint(out)
        out.write(container.rest())

    def _checkpoint(self, out: Growing | None) -> None:
        """A place from which a later run can go on: the same places in every run, so that the bytes are the same."""
        files = [report for report in self.reports if isinstance(report, ReportFile)]
        for report in files:
            report.segment()
        if self.progress is None or not self.progress.due():
            return
        state = self.progress.state
        state.length = out.sync() if out is not None else 0
        state.reports = [report.sync() for report in files]
        state.failures, state.failed = list(self.failures.messages), self.failures.count
        state.any_changed = self.changed
        self.progress.save()


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
