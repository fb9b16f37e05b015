"""What is done to one part of a dump: cleaned bytes and the rows of its reports; not reading, writing or processes."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from boilerstrip.cleaner import Cleaner, CleanResult
from boilerstrip.document import Document
from boilerstrip.errors import InputError, RuleTimeout
from boilerstrip.formats import formats
from boilerstrip.formats.compression import compress
from boilerstrip.formats.encoding import Encoded
from boilerstrip.formats.jsonl import loads
from boilerstrip.formats.records import Entry, Layout, Part, Range, RecordFormat
from boilerstrip.formats.text import TextRecord
from boilerstrip.reports import Outcome
from boilerstrip.reports.removals import part_row, record_row, removal_fields, row_bytes, skipped_row, slice_fields
from boilerstrip.reports.unified_diff import unified_diff

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Job:
    """What holds for all of a run. `rows`, `diff`, `outcomes` say what reports need.

    With `every`, untouched records have outcomes too, and all outcomes know the record's own id.
    """

    cleaner: Cleaner
    url: str | None = None
    on_error: str = "fail"
    rows: bool = False
    diff: bool = False
    outcomes: bool = False
    every: bool = False


@dataclass(frozen=True, slots=True)
class PartTask:
    """One part of one container; its cleaned bytes are wanted compressed as `suffix` says.

    `next` is the number of the first record after it.
    """

    id: str
    shown: str
    kind: str
    layout: Layout
    part: Part
    next: int
    suffix: str = ""


@dataclass(slots=True)
class Counts:
    """What happened to documents. `chars` and `removed` are code points, `left` counts those left whole by status."""

    documents: int = 0
    changed: int = 0
    removals: int = 0
    removed: int = 0
    chars: int = 0
    left: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Add other counts to these."""
        self.documents += other.documents
        self.changed += other.changed
        self.removals += other.removals
        self.removed += other.removed
        self.chars += other.chars
        self.left += other.left

    def count(self, result: CleanResult) -> None:
        """Add one document."""
        self.documents += 1
        self.changed += bool(result.removals)
        self.removals += len(result.removals)
        self.removed += result.removed_chars
        self.chars += len(result.source)
        if result.status not in ("untouched", "cleaned"):
            self.left[result.status] += 1


@dataclass(slots=True)
class Done:
    """A part as it comes out: `data` is what is kept (compressed), `notable` how many of its records have rows."""

    data: bytes = b""
    rows: bytes = b""
    diff: bytes = b""
    notable: int = 0
    counts: Counts = field(default_factory=Counts)
    failures: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


def perform(job: Job, task: PartTask) -> Done:
    """Clean a part. Raise `InputError` with its name where a record is malformed and the job says to fail."""
    format_ = cast(RecordFormat, formats()[task.kind])
    return _Work(job, task, format_).run()


class _Work:
    """One part while it is being cleaned."""

    def __init__(self, job: Job, task: PartTask, format_: RecordFormat) -> None:
        self.job, self.task, self.format = job, task, format_
        self.done = Done()
        self.rows: list[bytes] = []
        self.diff: list[bytes] = []
        self.edits: list[tuple[int, int, bytes]] = []  # start and end in the part, what stands there instead

    def run(self) -> Done:
        for entry in self.format.entries(self.task.part, self.task.layout):
            self._entry(entry)
        data = self.task.part.data
        kept = _edited(data, self.edits) if self.edits else data
        if self.job.rows:
            self.rows.append(self._part_row(data, kept))
        self.done.rows, self.done.diff = b"".join(self.rows), b"".join(self.diff)
        self.done.data = compress(kept, self.task.suffix)
        return self.done

    def _part_row(self, data: bytes, kept: bytes) -> bytes:
        before = hashlib.sha256(data).hexdigest()
        after = before if kept is data else hashlib.sha256(kept).hexdigest()
        return part_row(self.task.part.offset, len(data), len(kept), before, after)

    def _entry(self, entry: Entry) -> None:
        if entry.error:
            self._failed(entry, entry.error)
        elif entry.texts is not None:
            try:
                self._record(entry, "\n".join(entry.texts))
            except (InputError, RuleTimeout) as error:
                self._failed(entry, str(error))

    def _failed(self, entry: Entry, why: str) -> None:
        message = f"{self.task.shown}: {place(self.task.kind)} {entry.number}: {why}"
        if self.job.on_error == "fail":
            raise InputError(message)
        self.done.failures.append(message)
        if self.job.on_error == "skip" and self.format.MAY_DROP:
            self.edits.append((entry.start, entry.end, b""))
            raw = self.task.part.data[entry.start : entry.end]
            self.rows.append(skipped_row(entry.number, self.task.part.offset + entry.start, raw))

    def _record(self, entry: Entry, text: str) -> None:
        cleaner = self.job.cleaner
        result = cleaner.clean(text, url=self.job.url or entry.url, publisher=entry.publisher)
        dropped = bool(result.removals) and result.status == "over_budget" and cleaner.over_budget == "drop"
        ranges: list[list[Range]] = []
        if dropped:
            if not self.format.MAY_DROP:
                raise InputError("a record of a JSON document cannot be dropped: use --over-budget empty")
            ranges = [[(0, entry.end - entry.start)]]
        elif result.removals:
            raw = self.task.part.data[entry.start : entry.end]
            spans = [(removal.start, removal.end) for removal in result.removals]
            ranges = self.format.cuts(raw, entry, spans, self.task.layout)
        self.done.counts.count(result)
        self.edits += [(entry.start + a, entry.start + b, b"") for group in ranges for a, b in group]
        if result.status != "untouched":
            self._report(entry, result, ranges, dropped)
        elif self.job.every:
            self.done.outcomes.append(self._outcome(entry, result, dropped))

    def _report(self, entry: Entry, result: CleanResult, ranges: list[list[Range]], dropped: bool) -> None:
        self.done.notable += 1
        name = f"{self.task.id}:{entry.number}"
        if self.job.rows:
            self.rows.append(record_row(name, entry.number, result, dropped))
            self.rows += self._removal_rows(entry, result, ranges)
        if self.job.diff or self.job.outcomes:
            outcome = self._outcome(entry, result, dropped)
            if self.job.diff:
                self.diff += unified_diff(outcome)
            if self.job.outcomes:
                self.done.outcomes.append(outcome)

    def _outcome(self, entry: Entry, result: CleanResult, dropped: bool) -> Outcome:
        own = own_id(self.task.part.data[entry.start : entry.end]) if self.job.every else None
        return _shown_outcome(f"{self.task.id}:{entry.number}", self.task.shown, entry, result, dropped, own)

    def _removal_rows(self, entry: Entry, result: CleanResult, ranges: list[list[Range]]) -> Iterator[bytes]:
        part = self.task.part
        for removal, group in zip(result.removals, ranges, strict=True):
            row: dict[str, Any] = removal_fields(removal, result.source)
            slices = [(part.offset + entry.start + a, part.data[entry.start + a : entry.start + b]) for a, b in group]
            row |= slice_fields(slices, self.format.spell(row["text"]))
            yield row_bytes(row)


def place(kind: str) -> str:
    """What a record's number counts."""
    return {"jsonl": "line", "json": "record"}.get(kind, "row")


def _edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    kept, at = [], 0
    for start, end, instead in edits:
        kept += [data[at:start], instead]
        at = end
    kept.append(data[at:])
    return b"".join(kept)


def own_id(raw: bytes) -> str | None:
    """The field `id` of a JSON record; `None` where there is none."""
    try:
        record = loads(raw)
    except ValueError:
        return None
    found = record.get("id") if isinstance(record, dict) else None
    return None if found is None else str(found)


def _shown_outcome(
    name: str, file: str, entry: Entry, result: CleanResult, dropped: bool, own: str | None
) -> Outcome:  # fmt: skip
    """A record as reports for people take it: as a text of its own, lone surrogates replaced."""
    source = _SURROGATE.sub("\ufffd", result.source)
    document = Document(source, own or name, entry.url, entry.publisher)
    record = TextRecord(document, source.encode(), Encoded(source, "utf-8"))
    shown = f"{file}:{entry.number}"
    return Outcome(name, shown, record, CleanResult(source, result.removals, result.status), dropped, file)
