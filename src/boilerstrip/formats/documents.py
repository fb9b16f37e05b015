"""Several articles in one text file, divided where a pattern fits; a file of one article is `text`.

What divides them stays as it is: a document is what stands between two separators, and a separator on a line of its own
has that line's end. What is nothing but white space is no document, and has no number.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from boilerstrip.errors import InputError, SettingsError
from boilerstrip.formats.fields import Fields
from boilerstrip.formats.magic import binary_kind
from boilerstrip.formats.records import Entry, Layout, Part, Range, without

KIND = "documents"
SUFFIXES = ()
MAY_DROP = True
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_LINE_END = re.compile(r"\r?\n")
_AHEAD = 64  # code points behind a separator that have to be known, so that it would not go on


def separator(text: str) -> re.Pattern[str]:
    """The pattern of a separator; `^` and `$` are the edges of lines. Raise `SettingsError` where it is none."""
    try:
        return re.compile(text, re.MULTILINE)
    except re.error as error:
        raise SettingsError(f"--split: {text!r} is no regular expression: {error}") from None


def layout(head: bytes, field: str | None, url_field: str | None) -> Layout:
    """`field` is the pattern of the separator: nothing else is to be said of such a file. Raise `InputError`."""
    if field is None:
        raise InputError("is read as several documents, and --split does not say where they end")
    if head.startswith(_MARKS):
        raise InputError("is divided as UTF-8, and this is UTF-16 or UTF-32")
    kind = binary_kind(head)
    if kind:
        raise InputError(f"is not text but {kind}")
    return Layout(Fields(()), separator(field))


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, int]]:
    """Documents as (start, end, end of the separator behind it); the last one has none, and ends with the text."""
    start = 0
    for match in pattern.finditer(text):
        end = match.end()
        if match.start() < start or match.start() == start == end:
            continue  # it fits before every document, and nothing has come since the last one
        if match.start() == 0 or text[match.start() - 1] == "\n" or match[0] == "\f":
            line_end = _LINE_END.match(text, end) if text[end - 1 : end] != "\n" else None
            end = line_end.end() if line_end else end
        yield start, match.start(), end
        start = end
    yield start, len(text), len(text)


def _mark(data: bytes, offset: int) -> int:
    """How many bytes a byte order mark takes at the start of a file."""
    return len(codecs.BOM_UTF8) if not offset and data.startswith(codecs.BOM_UTF8) else 0


def break_after(data: bytes, least: int, offset: int, layout: Layout, final: bool) -> tuple[int, int] | None:
    """Parts end with a separator."""
    skipped = _mark(data, offset)
    text = data[skipped:].decode("utf-8", "surrogateescape")
    length, at, count = skipped, 0, 0
    for start, end, after in _pieces(text, layout.extra):
        if not final and after > len(text) - _AHEAD:
            return None
        length += len(_encoded(text[at:after]))
        at = after
        count += not _blank(text[start:end])
        if length >= least:
            return length, count
    return (length, count) if final else None


def entries(part: Part, layout: Layout) -> Iterator[Entry]:
    """The documents of a part."""
    place = _mark(part.data, part.offset)
    text = part.data[place:].decode("utf-8", "surrogateescape")
    number = part.first
    for start, end, after in _pieces(text, layout.extra):
        piece = text[start:end]
        length = len(_encoded(piece))
        if not _blank(piece):
            yield Entry(number, place, place + length, [piece])
            number += 1
        place += length + len(_encoded(text[end:after]))


def cuts(raw: bytes, entry: Entry, spans: Sequence[Range], layout: Layout) -> list[list[Range]]:
    """Byte ranges of a document. Raise `InputError`."""
    text = (entry.texts or [""])[0]
    ranges, at, place = [], 0, 0
    for start, end in spans:
        place += len(_encoded(text[at:start]))
        length = len(_encoded(text[start:end]))
        ranges.append((place, place + length))
        at, place = end, place + length
    left = without(text, spans)
    if _encoded(left).decode("utf-8", "surrogateescape") != left:
        raise InputError("what would be left of it does not survive being written as utf-8 and read again")
    if any(match[0] or 0 < match.start() < len(left) for match in layout.extra.finditer(left)):
        raise InputError("what would be left of it would be read as several documents")
    return [[each] for each in ranges]


def _blank(text: str) -> bool:
    return not text or text.isspace()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


spell = _encoded
