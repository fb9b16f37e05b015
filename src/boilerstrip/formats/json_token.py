r"""Strings inside raw JSON, found and cut in place; not a JSON parser (the standard library's is).

A record is never written anew: what is not cut stays as it was spelled (escapes, equal keys, `1.10`, order, spaces).
Offsets into raw JSON are bytes; offsets into a string's text are code points.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

EACH = "[]"  # the path segment that stands for every element of a list

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:,]', re.DOTALL)
_PIECE = re.compile(
    rb"(?P<pair>\\u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?P<escape>\\u[0-9a-fA-F]{4}|\\.)|[^\\]+",
    re.DOTALL,
)


def parse_path(text: str) -> tuple[str, ...]:
    """A field's path as its segments.

    >>> parse_path('pages[].body')
    ('pages', '[]', 'body')
    """
    segments: list[str] = []
    for part in text.split("."):
        name = part.rstrip("[]")
        segments += [name] if name else []
        segments += [EACH] * part[len(name) :].count(EACH)
    return tuple(segments)


def strings_at(raw: bytes, path: Sequence[str]) -> list[tuple[int, int]]:
    """The spans, quotes excluded, of the strings at `path` in one JSON value, in order.

    Of equal keys in one object the last counts, as it does for a parser. What is there but is no string is left out.

    >>> raw = b'{"a": "x", "b": [{"a": "y"}, {"a": 1}], "a": "z"}'
    >>> [raw[s:e] for s, e in strings_at(raw, ('a',))], [raw[s:e] for s, e in strings_at(raw, ('b', '[]', 'a'))]
    ([b'z'], [b'y'])
    """
    tokens = [(match.start(), match.end()) for match in _TOKEN.finditer(raw)]
    return _Walk(raw, tokens).value(0, tuple(path))[1] if tokens else []


class _Walk:
    """Follows a path through the tokens of one value; what is off the path is stepped over without looking inside."""

    def __init__(self, raw: bytes, tokens: list[tuple[int, int]]) -> None:
        self.raw = raw
        self.tokens = tokens

    def _mark(self, at: int) -> bytes:
        start = self.tokens[at][0] if at < len(self.tokens) else len(self.raw)
        return self.raw[start : start + 1]

    def value(self, at: int, path: tuple[str, ...]) -> tuple[int, list[tuple[int, int]]]:
        """The value at token `at`: the token after it, and the spans found in it. A number or name has no token."""
        mark = self._mark(at)
        if mark == b'"':
            start, end = self.tokens[at]
            return at + 1, ([(start + 1, end - 1)] if not path else [])
        if mark == b"{" and path and path[0] != EACH:
            return self._object(at + 1, path)
        if mark == b"[" and path and path[0] == EACH:
            return self._list(at + 1, path[1:])
        return (self._skip(at), []) if mark in b"{[" and mark else (at, [])

    def _object(self, at: int, path: tuple[str, ...]) -> tuple[int, list[tuple[int, int]]]:
        found: list[tuple[int, int]] = []
        while self._mark(at) not in (b"}", b""):
            if self._mark(at) == b",":
                at += 1
                continue
            start, end = self.tokens[at]
            wanted = _unescape(self.raw[start + 1 : end - 1]) == path[0]
            at, inside = self.value(at + 2, path[1:]) if wanted else (self._step(at + 2), [])
            found = inside if wanted else found
        return at + 1, found

    def _list(self, at: int, path: tuple[str, ...]) -> tuple[int, list[tuple[int, int]]]:
        found: list[tuple[int, int]] = []
        while self._mark(at) not in (b"]", b""):
            if self._mark(at) == b",":
                at += 1
                continue
            at, inside = self.value(at, path)
            found += inside
        return at + 1, found

    def _step(self, at: int) -> int:
        mark = self._mark(at)
        return at + 1 if mark == b'"' else self._skip(at) if mark in (b"{", b"[") else at

    def _skip(self, at: int) -> int:
        depth = 0
        while at < len(self.tokens):
            mark = self._mark(at)
            depth += (mark in (b"{", b"[")) - (mark in (b"}", b"]"))
            at += 1
            if not depth:
                break
        return at


def _unescape(raw: bytes) -> str:
    text = raw.decode("utf-8", "surrogateescape")
    return str(json.loads(f'"{text}"', strict=False)) if "\\" in text else text


def text_of(raw: bytes) -> str:
    r"""The text that a string's raw JSON (without quotes) spells; undecodable bytes as lone surrogates.

    >>> text_of(rb'a\u00e9\n\/')
    'aé\n/'
    """
    return _unescape(raw)


def cut(raw: bytes, spans: Iterable[tuple[int, int]]) -> tuple[bytes, list[bytes]]:
    r"""Take code point `spans` (sorted, apart) of the text out of its raw JSON: what is left, and each raw slice.

    >>> cut(rb'a\u00e9\nb', [(1, 3)])
    (b'ab', [b'\\u00e9\\n'])
    """
    flat = [offset for span in spans for offset in span]
    places = list(byte_offsets(raw, flat))
    kept, taken, at = [], [], 0
    for start, end in zip(places[::2], places[1::2], strict=True):
        kept.append(raw[at:start])
        taken.append(raw[start:end])
        at = end
    return b"".join(kept) + raw[at:], taken


def insert(raw: bytes, slices: Sequence[tuple[int, bytes]]) -> bytes:
    """Put raw slices back at code point offsets (sorted) of the cleaned text that `raw` spells: the inverse of `cut`.

    >>> insert(b'ab', [(1, rb'\\n')])
    b'a\\\\nb'
    """
    kept, at = [], 0
    for place, (_, piece) in zip(byte_offsets(raw, [offset for offset, _ in slices]), slices, strict=True):
        kept += [raw[at:place], piece]
        at = place
    return b"".join(kept) + raw[at:]


def byte_offsets(raw: bytes, offsets: Sequence[int]) -> Iterator[int]:
    """The byte offset in raw JSON of each code point offset (sorted) of its text."""
    if b"\\" not in raw and raw.isascii():
        yield from offsets
        return
    wanted = iter(offsets)
    offset = next(wanted, None)
    seen = 0
    for piece in _PIECE.finditer(raw):
        if offset is None:
            return
        single = piece["pair"] or piece["escape"]
        text = "x" if single else piece[0].decode("utf-8", "surrogateescape")
        while offset is not None and offset < seen + len(text):
            inside = text[: offset - seen].encode("utf-8", "surrogateescape")
            yield piece.start() + len(inside)
            offset = next(wanted, None)
        seen += len(text)
    while offset is not None:
        yield len(raw)
        offset = next(wanted, None)
