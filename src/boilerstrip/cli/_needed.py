"""Whether an older report is still needed to undo something; not what happens then (`reports.files`)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from boilerstrip.errors import BoilerstripError
from boilerstrip.formats.compression import UNREADABLE, open_reading
from boilerstrip.formats.parquet import open_table
from boilerstrip.formats.sources import Source
from boilerstrip.reports import Listed, ListedPart
from boilerstrip.reports.files import Needed
from boilerstrip.reports.removals import digest_of_strings


def needed_for(sources: Sequence[Source], place: Callable[[str], Path | None]) -> Needed:
    """Whether an older report is still needed for a document: its source is gone, and its cleaned text is not.

    `place` gives the file of a document's cleaned text by the document's id. Of a container the first part that
    changed is looked at.
    """
    originals = {source.id: source.path for source in sources}

    def needed(listed: Listed | ListedPart) -> bool:
        original, cleaned = originals.get(listed.id), place(listed.id)
        if isinstance(listed, ListedPart):
            if original is not None and _holds(original, listed.source, listed.field):
                return False
            return cleaned is None or _holds(cleaned, listed.cleaned, listed.field)
        if listed.cleaned_sha256 == listed.source_sha256:
            return False
        if original is not None and _digest(original) == listed.source_sha256:
            return False
        return cleaned is None or _digest(cleaned) == listed.cleaned_sha256

    return needed


def _digest(path: Path) -> str | None:
    """SHA-256 of a file in hex; `None` where it cannot be read, which is what a report says of a text that is gone."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _holds(path: Path, part: tuple[int, int, str], field: tuple[str, ...]) -> bool:
    """Whether a container has that part."""
    start, length, digest = part
    try:
        return (
            _digest_of_rows(path, start, length, field) if field else _digest_of_bytes(path, start, length)
        ) == digest
    except (*UNREADABLE, BoilerstripError):
        return False


def _digest_of_bytes(path: Path, start: int, length: int) -> str:
    with open_reading(str(path)) as stream:
        while start > 0 and (passed := stream.read(min(start, 1 << 20))):
            start -= len(passed)
        return hashlib.sha256(stream.read(length)).hexdigest()


def _digest_of_rows(path: Path, first: int, count: int, field: tuple[str, ...]) -> str:
    texts: list[list[str]] = []
    with path.open("rb") as stream:
        table = open_table(stream, "", field, None)
        for part in table.rows():
            skipped = max(0, first - part.first)
            texts += [row.texts or [] for row in part.rows[skipped:]]
            if len(texts) >= count:
                break
    return digest_of_strings(texts[:count])
