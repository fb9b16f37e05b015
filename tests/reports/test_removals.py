"""The removals report: its form, and that any text comes back from it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boilerstrip import CleanResult, Evidence, Removal, ReportError, SettingsError
from boilerstrip.formats import text
from boilerstrip.reports import Header, Outcome, kind_of
from boilerstrip.reports.printable import excerpt, printable
from boilerstrip.reports.reading import read
from boilerstrip.reports.removals import Writer
from boilerstrip.reports.restoring import dropped, original

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "docs/removals.schema.json").read_text())
)
HEADER = Header("0.1", "0" * 64, "1" * 64)


def outcome(data: bytes, cuts: list[tuple[int, int]], status: str = "cleaned", dropped: bool = False) -> Outcome:
    record = next(text.read(data, "a.txt", "utf-8"))
    removals = tuple(
        Removal(start, end, "own", "legal", "certain", 1, (Evidence("own", "it fits"),)) for start, end in cuts
    )
    return Outcome("a.txt", "a.txt", record, CleanResult(record.document.text, removals, status), dropped)


def written(*cases: Outcome) -> bytes:
    out = io.BytesIO()
    writer = Writer(out)
    writer.begin(HEADER)
    for case in cases:
        writer.document(case)
    writer.end()
    return out.getvalue()


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    characters = st.sampled_from('ab\n\r\x00é\udce9\udcff😀\u2028\x1b"\\')
    source = "x" + draw(st.text(characters, max_size=40))
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    data = mark + source.encode("utf-8", "surrogateescape")
    length = len(data[len(mark) :].decode("utf-8", "surrogateescape"))
    marks = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    return outcome(data, list(zip(marks[::2], marks[1::2], strict=False)))


@settings(max_examples=200, deadline=None)
@given(outcomes())
def test_any_text_comes_back(case: Outcome) -> None:
    try:
        cleaned = case.cleaned
    except Exception as error:  # bytes on both sides of a cut that would join to a character are refused beforehand
        assert "does not survive" in str(error)
        return
    report = written(case)
    for line in report.decode("utf-8").split("\n")[:-1]:
        SCHEMA.validate(json.loads(line))
    (row,) = read(io.BytesIO(report))
    assert original(cleaned, row) == case.record.source
    assert original(case.record.source, row) == case.record.source
    if cleaned != case.record.source:
        with pytest.raises(ReportError):
            original(cleaned + b"#", row)


def test_exactly() -> None:
    case = outcome(b"\xef\xbb\xbfkept\nbad \xff \xe2\x80\x9cbyte\xe2\x80\x9d\n", [(5, 18)])
    rows = written(case, outcome(b"untouched\n", [], "untouched"), outcome(b"left\n", [], "over_budget")).splitlines()
    assert [json.loads(row)["type"] for row in rows] == ["header", "document", "removal", "document", "end"]
    assert rows[0].decode() == (
        '{"type": "header", "schema_version": 1, "version": "0.1", '
        f'"rules_sha256": "{"0" * 64}", "settings_sha256": "{"1" * 64}"}}'
    )
    assert rows[1].decode().startswith('{"type": "document", "id": "a.txt", "status": "cleaned", "encoding": "utf-8", '
                                       '"mark": true, "source_sha256": "')  # fmt: skip
    assert rows[2].decode() == (
        '{"type": "removal", "rule": "own", "category": "legal", "confidence": "certain", "start": 5, "end": 18, '
        '"line": 1, "text": "bad \\udcff “byte”\\n", "evidence": [{"rule": "own", "detail": "it fits"}]}'
    )
    left = json.loads(rows[3])
    assert left["status"] == "over_budget"
    assert left["source_sha256"] == left["cleaned_sha256"]
    for row in rows:
        SCHEMA.validate(json.loads(row))


def test_a_dropped_text_comes_back_from_the_report_alone() -> None:
    case = outcome(b"\xef\xbb\xbfall of it\n", [(0, 10)], "over_budget", dropped=True)
    (row,) = read(io.BytesIO(written(case)))
    assert row.cleaned_sha256 is None
    assert dropped(row) == case.record.source


def test_a_report_that_was_cut_short_gives_what_it_holds() -> None:
    cases = [outcome(b"kept\n%d gone\n" % number, [(5, 12)]) for number in range(3)]
    report = written(*cases)
    lines = report.splitlines(keepends=True)
    for end in range(len(lines[0]), len(report) - 1):
        with pytest.raises(ReportError):
            list(read(io.BytesIO(report[:end])))
    kept = list(read(io.BytesIO(b"".join(lines[:4]) + lines[4][:30]), partial=True))
    assert [original(b"kept\n", row) for row in kept] == [b"kept\n0 gone\n"]


def test_kind_by_name_and_by_suffix() -> None:
    assert kind_of("out.jsonl")[0].KIND == kind_of("removals:out")[0].KIND == kind_of("out.jsonl.xz")[0].KIND
    assert kind_of("out.patch")[0].KIND == kind_of("diff:out.jsonl")[0].KIND == "diff"
    with pytest.raises(SettingsError):
        kind_of("nothing:out")


def test_what_is_shown_to_people_cannot_move_the_cursor() -> None:
    assert printable("a\x1b[2J\x07\x9b\u202e\udcff\tb") == "a\\x1b[2J\\x07\\x9b\\u202e\\xff\\x09b"
    assert excerpt("x" * 50_000_000, 10) == "xxxxxxxxx…"
