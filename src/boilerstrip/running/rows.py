"""What is done to rows of a table: the strings that stay, and the rows of reports; not the table (`formats.arrow`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from boilerstrip.cleaner import CleanResult
from boilerstrip.formats.parquet import KIND, MAY_DROP, Rows
from boilerstrip.formats.records import Entry, in_strings, without
from boilerstrip.reports.removals import digest_of_strings, rows_row
from boilerstrip.running.work import Done, Job, Work


@dataclass(frozen=True, slots=True)
class RowTask:
    """Some rows of a table; `reached` is how many bytes of the file they and those before them take."""

    id: str
    shown: str
    part: Rows
    reached: int = 0
    kind: str = KIND


def perform(job: Job, task: RowTask) -> Done:
    """Clean rows. Raise `InputError` where one cannot be cleaned and the job says to fail."""
    return _Rows(job, task).run()


class _Rows(Work):
    """Rows of which the text is values: what stays replaces them."""

    task: RowTask

    def __init__(self, job: Job, task: RowTask) -> None:
        super().__init__(job, task, MAY_DROP)

    def run(self) -> Done:
        part = self.task.part
        if self.job.annotate:
            self.done.notes = [None] * len(part.rows)
        for at, row in enumerate(part.rows):
            self.entry(Entry(part.first + at, at, at + 1, row.texts, row.url, row.publisher))
        if self.job.rows:
            before = [row.texts or [] for row in part.rows]
            after = [self.done.strings.get(at, texts) for at, texts in enumerate(before)]
            digests = digest_of_strings(before), digest_of_strings(after)
            self.rows.append(rows_row(part.first, len(part.rows), part.field, *digests, self.job.annotate))
        self.done.altered = bool(self.done.strings or self.done.notes)
        return self.finish()

    def cut(self, entry: Entry, result: CleanResult | None) -> Sequence[Any]:
        texts = entry.texts or []
        pieces = in_strings(texts, [(removal.start, removal.end) for removal in result.removals] if result else [])
        cut = [piece for group in pieces for piece in group]
        self.done.strings[entry.start] = [
            without(text, [(start, end) for at, start, end in cut if at == number]) for number, text in enumerate(texts)
        ]
        return pieces

    def placed(self, entry: Entry, text: str, cut: Any) -> dict[str, Any]:
        texts = entry.texts or []
        return {} if len(texts) == 1 else {"pieces": [[n, start, texts[n][start:end]] for n, start, end in cut]}

    def annotated(self, entry: Entry, note: dict[str, Any] | None) -> None:
        if self.done.notes is not None:
            self.done.notes[entry.start] = note

    def own(self, entry: Entry) -> str | None:
        return self.task.part.rows[entry.start].own
