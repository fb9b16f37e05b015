"""From a cleaned text and its row in a removals report back to the source, byte for byte; not files or folders."""

from __future__ import annotations

import hashlib

from boilerstrip.errors import InputError, ReportError, SettingsError
from boilerstrip.formats.encoding import decode_as, encoding_name, mark_of
from boilerstrip.reports.reading import DocumentRow, Span


def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def original(cleaned: bytes, row: DocumentRow) -> bytes:
    """The source of a cleaned text; a text that is its source already comes back as it is.

    Raise `ReportError` unless both digests are those of the report.
    """
    digest = sha256(cleaned)
    if digest == row.source_sha256:
        return cleaned
    if digest != row.cleaned_sha256:
        raise ReportError("was edited since it was cleaned: its SHA-256 is not the report's")
    return _rebuilt(cleaned, row)


def dropped(row: DocumentRow) -> bytes:
    """The source of a document of which nothing was written. Raise `ReportError` where the report was edited."""
    return _rebuilt(mark_of(row.encoding) if row.mark else b"", row)


def _rebuilt(cleaned: bytes, row: DocumentRow) -> bytes:
    try:
        encoded = decode_as(cleaned, encoding_name(row.encoding), mark_of(row.encoding) if row.mark else b"")
        source = encoded.encode(joined(encoded.text, row.spans))
    except (InputError, SettingsError, UnicodeError) as error:
        raise ReportError(f"does not fit the report: {error}") from None
    if sha256(source) != row.source_sha256:
        raise ReportError("cannot be turned back: what the report gives is not the source (SHA-256), it was edited")
    return source


def joined(cleaned: str, spans: tuple[Span, ...]) -> str:
    """A text with the removed pieces put back. Raise `ReportError` where they have no place in it."""
    pieces: list[str] = []
    at = length = 0  # code points of `cleaned` used, and of the source made
    for span in spans:
        gap = span.start - length
        if gap < 0 or at + gap > len(cleaned):
            raise ReportError("cannot be turned back: a removal of the report has no place in it")
        pieces += (cleaned[at : at + gap], span.text)
        at += gap
        length = span.start + len(span.text)
    pieces.append(cleaned[at:])
    return "".join(pieces)
