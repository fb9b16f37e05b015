"""Strings found and cut inside raw JSON: what is not cut keeps its spelling."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boilerstrip.formats.json_token import byte_offsets, cut, insert, parse_path, strings_at, text_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.text(st.characters(codec=None)), st.booleans(), st.sampled_from([None, 2]))
@settings(deadline=None)
def test_the_string_is_found_in_any_record(other: object, text: str, ascii_only: bool, indent: int | None) -> None:
    record = {"before": other, "meta": {"pages": [{"body": text}, {"body": other}, 3]}, "after": other}
    raw = json.dumps(record, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    found = strings_at(raw, parse_path("meta.pages[].body"))
    wanted = [text, other] if isinstance(other, str) else [text]
    assert [json.loads(b'"' + raw[s:e] + b'"') for s, e in found] == [json.loads(json.dumps(t)) for t in wanted]


@given(st.text(st.characters(codec="utf-8")), st.data(), st.booleans())
@settings(deadline=None)
def test_a_cut_text_comes_back_as_it_was_spelled(text: str, data: st.DataObject, ascii_only: bool) -> None:
    raw = json.dumps(text, ensure_ascii=ascii_only)[1:-1].replace("/", "\\/").encode()
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    left, taken = cut(raw, spans)
    expected, at, gone, slices = "", 0, 0, []
    for (start, end), piece in zip(spans, taken, strict=True):
        expected += text[at:start]
        assert text_of(piece) == text[start:end]
        slices.append((start - gone, piece))
        at, gone = end, gone + end - start
    assert text_of(left) == expected + text[at:]
    assert insert(left, slices) == raw


@pytest.mark.parametrize(
    ("raw", "spelled"),
    [
        (rb"\ud83d\ude00x", "😀x"),
        (rb"\ud83dx", "\ud83dx"),
        (b"\xffx", "\udcffx"),
        (b"tab\there", "tab\there"),
        (rb"\"\\\/", '"\\/'),
    ],
)
def test_every_spelling_is_read_and_measured(raw: bytes, spelled: str) -> None:
    assert text_of(raw) == spelled
    assert list(byte_offsets(raw, [0, len(spelled)])) == [0, len(raw)]
    first = next(byte_offsets(raw, [1]))
    assert text_of(raw[first:]) == spelled[1:]


def test_the_last_of_equal_keys_counts() -> None:
    raw = b'{"t":"a","n":1.10,"t":{"t":"no"},"t":"b"}'
    assert [raw[s:e] for s, e in strings_at(raw, ("t",))] == [b"b"]
    raw = b'{"t":"a","t":1e400}'
    assert strings_at(raw, ("t",)) == []


@pytest.mark.parametrize("raw", [b"", b"3", b"[]", b'{"a"', b'{"a":', b'{"a":"', b"[1,2", b'{"b":[{"a":1}]}'])
def test_what_is_not_there_is_not_found(raw: bytes) -> None:
    assert strings_at(raw, ("a",)) == []
