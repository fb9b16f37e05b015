"""JSON lines, one record a line; not JSON documents that hold many records (`json_records`)."""

from __future__ import annotations

import codecs
import importlib
import importlib.util
import json
from collections.abc import Iterator, Sequence
from typing import Any

from boilerstrip.errors import InputError
from boilerstrip.formats.fields import Fields, find_fields
from boilerstrip.formats.json_token import EACH, byte_offsets, strings_at, text_of
from boilerstrip.formats.records import Entry, Layout, Part, Range, in_strings, without

# An extra: without it the standard library reads the same, more slowly.
orjson: Any = importlib.import_module("orjson") if importlib.util.find_spec("orjson") else None

KIND = "jsonl"
SUFFIXES = (".jsonl", ".ndjson", ".jl")
MAY_DROP = True
_HEAD_RECORDS = 100
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def loads(raw: bytes) -> Any:
    """A JSON value. Raise `ValueError` for what is none.

    Wider than the standard: NaN, 1e400, integers of any length, raw control characters, lone surrogates and bytes
    that are not UTF-8, which become lone surrogates.
    """
    if orjson is not None:
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            pass
    try:
        return json.loads(raw.decode("utf-8", "surrogateescape"), parse_int=str, strict=False)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def layout(head: bytes, field: str | None, url_field: str | None) -> Layout:
    """The fields of the first records. Raise `InputError`."""
    if head.startswith(_MARKS):
        raise InputError("JSON lines are read as UTF-8, and this is UTF-16 or UTF-32")
    records = []
    for line in head.removeprefix(codecs.BOM_UTF8).split(b"\n")[:_HEAD_RECORDS]:
        try:
            records.append(loads(line))
        except ValueError:
            continue
    return Layout(find_fields(records, field, url_field))


def break_after(data: bytes, least: int, offset: int, layout: Layout, final: bool) -> tuple[int, int] | None:
    """Parts end at line feeds."""
    end = data.find(b"\n", least - 1) + 1
    if not end:
        if not final:
            return None
        end = len(data)
    return end, data.count(b"\n", 0, end)


def entries(part: Part, layout: Layout) -> Iterator[Entry]:
    """The lines of a part; empty ones are passed on."""
    data, at, number, fields = part.data, 0, part.first, layout.fields
    if part.offset == 0 and data.startswith(codecs.BOM_UTF8):
        at = len(codecs.BOM_UTF8)
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        yield entry_of(data[at:end], number, at, end, fields)
        at, number = end, number + 1


def entry_of(raw: bytes, number: int, start: int, end: int, fields: Fields) -> Entry:
    """The entry of one JSON record."""
    try:
        record = loads(raw)
    except ValueError as error:
        if not raw.strip():
            return Entry(number, start, end)
        return Entry(number, start, end, error=f"is no JSON: {error}")
    texts = fields.texts(record)
    return Entry(number, start, end, texts, *fields.origin(record)) if texts else Entry(number, start, end)


def cuts(raw: bytes, entry: Entry, spans: Sequence[Range], layout: Layout) -> list[list[Range]]:
    """Byte ranges inside the tokens of the text's strings. Raise `InputError`."""
    return cuts_at(raw, entry.texts or [], spans, layout.fields.text)


def cuts_at(raw: bytes, texts: Sequence[str], spans: Sequence[Range], path: Sequence[str]) -> list[list[Range]]:
    """Byte ranges inside the tokens of the strings at `path`, or of the list of strings there. Raise `InputError`."""
    tokens = strings_at(raw, path) or strings_at(raw, (*path, EACH))
    if [text_of(raw[start:end]) for start, end in tokens] != list(texts):
        raise InputError("its text is not found in its bytes again")
    pieces = in_strings(texts, spans)
    places = _places(raw, texts, tokens, [piece for group in pieces for piece in group])
    return [[next(places) for _ in group] for group in pieces]


def _places(
    raw: bytes, texts: Sequence[str], tokens: Sequence[Range], pieces: Sequence[tuple[int, int, int]]
) -> Iterator[Range]:
    for number, (start, end) in enumerate(tokens):
        own = [(a, b) for n, a, b in pieces if n == number]
        if not own:
            continue
        token = raw[start:end]
        offsets = list(byte_offsets(token, [offset for span in own for offset in span]))
        ranges = list(zip(offsets[::2], offsets[1::2], strict=True))
        if text_of(_cut(token, ranges)) != without(texts[number], own):
            raise InputError("what would be left of its text is not read as that")
        yield from ((start + a, start + b) for a, b in ranges)


def _cut(token: bytes, ranges: Sequence[Range]) -> bytes:
    kept, at = [], 0
    for start, end in ranges:
        kept.append(token[at:start])
        at = end
    return b"".join(kept) + token[at:]


def spell(text: str) -> bytes:
    """The text inside quotes, without them: only what has to be escaped is."""
    return json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")


def annotated(raw: bytes, entry: Entry, name: str, note: Any, layout: Layout) -> tuple[int, bytes] | None:
    """Where a field more goes, at the end of the record, and its bytes. Raise `InputError` where there is one already.

    Without a `note`, nothing does.
    """
    if note is None:
        return None
    if not raw.rstrip().endswith(b"}"):
        raise InputError("is no object: it cannot have a field more")
    key = json.dumps(name)
    if key[1:-1].encode() in raw and name in loads(raw):
        raise InputError(f"has a field {name!r} already: --annotate takes the name of a new one")
    at = len(raw[: raw.rindex(b"}")].rstrip())
    return at, f", {key}: {json.dumps(note)}".encode()
