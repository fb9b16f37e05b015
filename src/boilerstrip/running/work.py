"""What is done to one part of a dump: cleaned bytes and the rows of its reports; not reading, writing or processes."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

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
from boilerstrip.reports.annotation import annotation
from boilerstrip.reports.removals import (
    failed_row,
    part_row,
    record_row,
    removal_fields,
    row_bytes,
    skipped_row,
    slice_fields,
)
from boilerstrip.reports.unified_diff import unified_diff
from boilerstrip.running.tally import Counts, Tally

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Job:
    """What holds for all of a run. `rows`, `diff`, `outcomes` say what reports need.

    With `every`, untouched records have outcomes too, and all outcomes know the record's own id. With `tally`, removals
    are counted by rule and publisher. With `annotate`, records get a field of that name.
    """

    cleaner: Cleaner
    url: str | None = None
    on_error: str = "fail"
    rows: bool = False
    diff: bool = False
    outcomes: bool = False
    every: bool = False
    tally: bool = False
    annotate: str | None = None


class Task(Protocol):
    """Records that go to a worker together. `kind` is that of their container, `shown` its path for people."""

    @property
    def id(self) -> str:
        """The container, as reports name it."""

    @property
    def shown(self) -> str:
        """The container, as people name it."""

    @property
    def kind(self) -> str:
        """The container's format."""


@dataclass(frozen=True, slots=True)
class PartTask:
    """One part of one container; its cleaned bytes are wanted compressed as `suffix` says.

    `next` is the number of the first record after it, `reached` how many bytes of the file were read for it.
    """

    id: str
    shown: str
    kind: str
    layout: Layout
    part: Part
    next: int
    suffix: str = ""
    reached: int = 0


@dataclass(slots=True)
class Done:
    """A part as it comes out: `data` is what is kept (compressed), `notable` how many of its records have rows.

    `altered` says whether it is other than it was. Of the rows of a table, `strings` holds the texts of those that
    changed, by their places in the part, and `notes` the annotations of all.
    """

    data: bytes = b""
    altered: bool = False
    rows: bytes = b""
    diff: bytes = b""
    notable: int = 0
    counts: Counts = field(default_factory=Counts)
    tally: Tally = field(default_factory=Tally)
    failures: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    strings: dict[int, list[str]] = field(default_factory=dict)
    notes: list[dict[str, Any] | None] | None = None


def perform(job: Job, task: PartTask) -> Done:
    """Clean a part. Raise `InputError` with its name where a record is malformed and the job says to fail."""
    return _Part(job, task).run()


class Work(ABC):
    """Records while they are being cleaned, one after the other; what is cut where is up to the kind of container."""

    def __init__(self, job: Job, task: Task, may_drop: bool) -> None:
        self.job, self.task, self.may_drop = job, task, may_drop
        self.done = Done()
        self.rows: list[bytes] = []
        self.diff: list[bytes] = []

    @abstractmethod
    def cut(self, entry: Entry, result: CleanResult | None) -> Sequence[Any]:
        """Cut a result's removals out of a record, or (`None`) all of it; what was cut, removal by removal.

        Raise `InputError` where what is left would not be read as that.
        """

    @abstractmethod
    def placed(self, entry: Entry, text: str, cut: Any) -> dict[str, Any]:
        """What the row of a removal says of where it stood, by what `cut` gave."""

    @abstractmethod
    def own(self, entry: Entry) -> str | None:
        """The id that a record has of itself."""

    @abstractmethod
    def annotated(self, entry: Entry, note: dict[str, Any] | None) -> None:
        """Give a record a field more, or see to it that its row has as many cells as the others."""

    def clash(self, entry: Entry) -> str:
        """Why a record cannot be given a field more; empty where it can."""
        return ""

    def finish(self) -> Done:
        """What is done."""
        self.done.rows, self.done.diff = b"".join(self.rows), b"".join(self.diff)
        return self.done

    def entry(self, entry: Entry) -> None:
        """Clean one record, and annotate it where that is asked for."""
        why = entry.error or (self.clash(entry) if self.job.annotate and entry.texts is not None else "")
        if why:
            self.failed(entry, why)
            return
        note, stays = None, True
        if entry.texts is not None:
            try:
                result = self._record(entry, "\n".join(entry.texts))
                note, stays = annotation(result) if result and self.job.annotate else None, result is not None
            except (InputError, RuleTimeout) as error:
                stays = self.failed(entry, str(error))
        if stays and self.job.annotate:
            self.annotated(entry, note)

    def failed(self, entry: Entry, why: str) -> bool:
        """Take note of a record that could not be read or cleaned; say whether it stays.

        Raise `InputError` where the job says to fail.
        """
        message = f"{self.task.shown}: {place(self.task.kind)} {entry.number}: {why}"
        if self.job.on_error == "fail":
            raise InputError(message)
        self.done.failures.append(message)
        stays = not self.left_out(entry, why)
        if stays and self.job.rows:
            self.rows.append(failed_row(f"{self.task.id}:{entry.number}", why))
        return stays

    def left_out(self, entry: Entry, why: str) -> bool:
        """Leave a record out that could not be read, if that is asked for and possible; say whether it was."""
        return False

    def _record(self, entry: Entry, text: str) -> CleanResult | None:
        """Clean a record that has a text; `None` where all of it was dropped."""
        cleaner = self.job.cleaner
        result = cleaner.clean(text, url=self.job.url or entry.url, publisher=entry.publisher)
        dropped = bool(result.removals) and result.status == "over_budget" and cleaner.over_budget == "drop"
        if dropped and not self.may_drop:
            raise InputError(f"a record of {self.task.kind} cannot be dropped: use --over-budget empty")
        cuts = self.cut(entry, None if dropped else result) if result.removals else ()
        self.done.counts.count(result)
        if self.job.tally:
            self.done.tally.count(result, self.job.url or entry.url, entry.publisher)
        if result.status != "untouched":
            self._report(entry, result, cuts, dropped)
        elif self.job.every:
            self.done.outcomes.append(self._outcome(entry, result, dropped))
        return None if dropped else result

    def _report(self, entry: Entry, result: CleanResult, cuts: Sequence[Any], dropped: bool) -> None:
        self.done.notable += 1
        name = f"{self.task.id}:{entry.number}"
        if self.job.rows:
            self.rows.append(record_row(name, entry.number, result, dropped))
            for removal, cut in zip(result.removals, cuts, strict=True):
                row: dict[str, Any] = removal_fields(removal, result.source)
                self.rows.append(row_bytes(row | self.placed(entry, row["text"], cut)))
        if self.job.diff or self.job.outcomes:
            outcome = self._outcome(entry, result, dropped)
            if self.job.diff:
                self.diff += unified_diff(outcome)
            if self.job.outcomes:
                self.done.outcomes.append(outcome)

    def _outcome(self, entry: Entry, result: CleanResult, dropped: bool) -> Outcome:
        own = self.own(entry) if self.job.every else None
        return _shown_outcome(f"{self.task.id}:{entry.number}", self.task.shown, entry, result, dropped, own)


class _Part(Work):
    """Records that stand in bytes: what goes is cut out of those."""

    task: PartTask

    def __init__(self, job: Job, task: PartTask) -> None:
        self.format = cast(RecordFormat, formats()[task.kind])
        super().__init__(job, task, self.format.MAY_DROP)
        self.edits: list[tuple[int, int, bytes]] = []  # start and end in the part, what stands there instead

    def run(self) -> Done:
        data = self.task.part.data
        if self.job.annotate and not self.task.part.offset and hasattr(self.format, "annotated_head"):
            self._insert(0, self.format.annotated_head(data, self.job.annotate, self.task.layout))
        for entry in self.format.entries(self.task.part, self.task.layout):
            self.entry(entry)
        kept = _edited(data, self.edits) if self.edits else data
        self.done.altered = bool(self.edits)
        if self.job.rows:
            self.rows.append(self._part_row(data, kept))
        self.done.data = compress(kept, self.task.suffix)
        return self.finish()

    def _part_row(self, data: bytes, kept: bytes) -> bytes:
        before = hashlib.sha256(data).hexdigest()
        after = before if kept is data else hashlib.sha256(kept).hexdigest()
        offset = self.task.part.offset
        inserted = [(offset + start, len(instead)) for start, _, instead in self.edits if instead]
        return part_row(offset, len(data), len(kept), before, after, inserted)

    def left_out(self, entry: Entry, why: str) -> bool:
        if self.job.on_error != "skip" or not self.may_drop:
            return False
        self.edits.append((entry.start, entry.end, b""))
        self.rows.append(skipped_row(entry.number, why, self.task.part.offset + entry.start, self._raw(entry)))
        return True

    def annotated(self, entry: Entry, note: dict[str, Any] | None) -> None:
        raw, name = self._raw(entry), str(self.job.annotate)
        self._insert(entry.start, self.format.annotated(raw, entry, name, note, self.task.layout))

    def clash(self, entry: Entry) -> str:
        try:
            self.format.annotated(self._raw(entry), entry, str(self.job.annotate), {}, self.task.layout)
        except InputError as error:
            return str(error)
        return ""

    def _insert(self, start: int, more: tuple[int, bytes] | None) -> None:
        if more is not None:
            self.edits.append((start + more[0], start + more[0], more[1]))

    def cut(self, entry: Entry, result: CleanResult | None) -> Sequence[Any]:
        if result is None:
            ranges: list[list[Range]] = [[(0, entry.end - entry.start)]]
        else:
            spans = [(removal.start, removal.end) for removal in result.removals]
            ranges = self.format.cuts(self._raw(entry), entry, spans, self.task.layout)
        self.edits += [(entry.start + a, entry.start + b, b"") for group in ranges for a, b in group]
        return ranges

    def placed(self, entry: Entry, text: str, cut: Any) -> dict[str, Any]:
        part = self.task.part
        slices = [(part.offset + entry.start + a, part.data[entry.start + a : entry.start + b]) for a, b in cut]
        return slice_fields(slices, self.format.spell(text))

    def own(self, entry: Entry) -> str | None:
        return own_id(self._raw(entry))

    def _raw(self, entry: Entry) -> bytes:
        return self.task.part.data[entry.start : entry.end]


def place(kind: str) -> str:
    """What a record's number counts."""
    return {"jsonl": "line", "json": "record", "documents": "document"}.get(kind, "row")


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
