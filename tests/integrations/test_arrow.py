"""The batch kernel on every kind of column that holds text, and on what is none."""

from __future__ import annotations

import pickle
from typing import Any

import pyarrow as pa
import pytest

from boilerstrip import SettingsError
from boilerstrip.integrations.arrow import CleanBatch, output_schema
from boilerstrip.integrations.columns import REMOVALS, SHARE, STATUS
from boilerstrip.packs import parse_pack
from integrations.shared import PACK, POISON, SLOW, documents

TEXT = "The council met on Monday to vote on the bridge, and the vote was put off.\nZap this line.\n"
KEPT = "The council met on Monday to vote on the bridge, and the vote was put off.\n"
REMOVAL = {"start": 75, "end": 90, "rule": "own-zap", "category": "newsletter", "confidence": "certain"}


@pytest.fixture(scope="module")
def kernel() -> CleanBatch:
    return CleanBatch(rules=parse_pack(PACK.read_text()))


def one(text: Any, kind: Any = None) -> Any:
    return pa.record_batch({"text": pa.array([text], kind)})


def test_one_text(kernel: CleanBatch) -> None:
    out = kernel(one(TEXT))
    share = out.to_pydict().pop(SHARE)[0]
    assert share == pytest.approx(15 / 90)
    assert out.drop_columns([SHARE]).to_pylist() == [{"text": KEPT, REMOVALS: [REMOVAL], STATUS: "cleaned"}]
    assert out.schema == output_schema(one(TEXT).schema)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_string_types_stay(kernel: CleanBatch, kind: Any) -> None:
    batch = pa.record_batch({"text": pa.array([TEXT, None, "He won.", ""], kind)})
    out = kernel(batch)
    assert out.column("text").type == kind
    assert out.column("text").to_pylist() == [KEPT, None, "He won.", ""]
    assert out.column(STATUS).to_pylist() == ["cleaned", "null", "untouched", "untouched"]
    assert out.column(REMOVALS).to_pylist() == [[REMOVAL], None, [], []]
    assert out.column(SHARE).to_pylist() == [pytest.approx(15 / 90), None, 0.0, 0.0]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_dictionary_becomes_plain_text(kernel: CleanBatch, kind: Any) -> None:
    column = pa.array([TEXT, "He won.", TEXT, None], kind).dictionary_encode()
    out = kernel(pa.record_batch({"text": column}))
    assert out.column("text").type == kind
    assert out.column("text").to_pylist() == [KEPT, "He won.", KEPT, None]


def test_a_column_of_nulls_and_an_empty_batch(kernel: CleanBatch) -> None:
    assert kernel(one(None, pa.null())).column(STATUS).to_pylist() == ["null"]
    for kind in (pa.string(), pa.string_view(), pa.null()):
        empty = pa.record_batch({"text": pa.array([], kind)})
        assert kernel(empty).schema == output_schema(empty.schema)
        assert kernel(pa.table({"text": pa.array([], kind)})).num_rows == 0


def test_a_table_of_several_chunks(kernel: CleanBatch) -> None:
    table = pa.table({"text": pa.chunked_array([[TEXT], [None, "He won."], []]), "n": [1, 2, 3]})
    out = kernel(table)
    assert isinstance(out, pa.Table)
    assert out.column("text").to_pylist() == [KEPT, None, "He won."]
    assert out.column("n").to_pylist() == [1, 2, 3]


def test_a_slice_is_cleaned_as_what_it_shows(kernel: CleanBatch) -> None:
    batch = pa.record_batch({"text": ["a", TEXT, "b"]}).slice(1, 1)
    assert kernel(batch).column("text").to_pylist() == [KEPT]


def test_what_does_not_change_is_not_copied(kernel: CleanBatch) -> None:
    batch = pa.record_batch({"text": ["He won."], "body": [b"\xff" * 100]})
    out = kernel(batch)
    assert [[buffer and buffer.address for buffer in out.column(name).buffers()] for name in ("text", "body")] == [
        [buffer and buffer.address for buffer in batch.column(name).buffers()] for name in ("text", "body")
    ]


def test_fields_and_metadata_stay(kernel: CleanBatch) -> None:
    schema = pa.schema([pa.field("text", pa.string(), metadata={"a": "b"}), ("n", pa.int8())], metadata={"c": "d"})
    out = kernel(pa.record_batch({"text": [TEXT], "n": [1]}, schema=schema)).schema
    assert (out.metadata, out.field("text").metadata) == ({b"c": b"d"}, {b"a": b"b"})
    assert out.names == ["text", "n", REMOVALS, SHARE, STATUS]


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "dictionary"])
def test_bytes_that_are_not_utf8_come_back_as_they_were(kernel: CleanBatch, kind: str) -> None:
    data = [TEXT.encode() + b"\xff\xfe\n", b"\xe9", None]
    if kind == "dictionary":
        raw = pa.array(data[:2], pa.binary()).view(pa.string())
        column = pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), raw)
    else:
        binary = {"string": pa.binary(), "large_string": pa.large_binary(), "string_view": pa.binary_view()}[kind]
        column = pa.array(data, binary).view(getattr(pa, kind)())
    out = kernel(pa.record_batch({"text": column, "url": column}))
    assert out.column("text").cast(pa.large_binary()).to_pylist() == [KEPT.encode() + b"\xff\xfe\n", b"\xe9", None]
    assert out.column(STATUS).to_pylist() == ["cleaned", "untouched", "null"]


def test_a_poisoned_record_says_so_and_takes_no_other_with_it() -> None:
    kernel = CleanBatch(rules=parse_pack(SLOW.read_text()))
    out = kernel(pa.record_batch({"text": [TEXT.replace("Zap this line.", "Zebra aab"), POISON, None]}))
    assert out.column("text").to_pylist()[1:] == [POISON, None]
    cleaned, poisoned, null = out.column(STATUS).to_pylist()
    assert (cleaned, null) == ("cleaned", "null")
    assert poisoned.startswith("error: rule 'slow-one' took longer than")


def test_any_failure_of_one_record_is_said_of_that_record(
    kernel: CleanBatch, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    broken = pickle.loads(pickle.dumps(kernel))

    class Breaks:
        def clean(self, text: str, **side: Any) -> Any:
            if text == "bad":
                raise RecursionError
            return kernel.cleaner.cleaner.clean(text)

    monkeypatch.setattr(broken.cleaner, "cleaner", Breaks())
    out = broken(pa.record_batch({"text": [TEXT, "bad"]}))
    assert out.column(STATUS).to_pylist() == ["cleaned", "error: RecursionError"]
    assert out.column("text").to_pylist() == [KEPT, "bad"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"body": ["a"]}, "no one column is called 'text'; there are body"),
        ({"text": [1]}, "column 'text' holds int64, not text"),
        ({"text": [b"a"]}, "column 'text' holds binary, not text"),
        ({"text": ["a"], STATUS: ["cleaned"]}, "there is a column 'boilerstrip_status' already"),
    ],
)
def test_batches_that_are_refused(kernel: CleanBatch, columns: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        kernel(pa.record_batch(columns))


def test_two_columns_of_one_name_are_refused(kernel: CleanBatch) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    with pytest.raises(SettingsError, match="no one column"):
        kernel(batch)


def test_over_budget_never_leaves_a_row_out() -> None:
    for over_budget, text in (("keep", "Zap this line.\n"), ("empty", ""), ("drop", "")):
        kernel = CleanBatch(rules=parse_pack(PACK.read_text()), over_budget=over_budget)
        out = kernel(one("Zap this line.\n"))
        assert (out.column("text").to_pylist(), out.column(STATUS).to_pylist()) == ([text], ["over_budget"])


def test_columns_of_other_names_and_of_other_types() -> None:
    kernel = CleanBatch("body", url="link", publisher=None, lang="language", rules=parse_pack(PACK.read_text()))
    batch = pa.record_batch({"body": [TEXT, TEXT], "link": [1, 2], "language": ["zz", "de"]})
    assert kernel(batch).column("body").to_pylist() == [KEPT, TEXT]


def test_5000_documents_are_those_of_the_command_line(expected: dict[str, Any]) -> None:
    kernel = pickle.loads(pickle.dumps(CleanBatch()))
    table = pa.Table.from_pylist(documents())
    out = pa.Table.from_batches([kernel(batch) for batch in table.to_batches(max_chunksize=333)])
    assert {row["id"]: (row["text"], row[REMOVALS], row[STATUS]) for row in out.to_pylist()} == expected


def test_the_documents_are_worth_it(expected: dict[str, Any]) -> None:
    statuses = [status for _, _, status in expected.values()]
    assert len(expected) == 5000
    assert statuses.count("cleaned") > 2000
    assert statuses.count("untouched") > 500
    rules = {removal["rule"] for _, removals, _ in expected.values() for removal in removals}
    assert len(rules) > 200
    by_url = documents()
    assert sum(row["url"] is not None for row in by_url) > 3000
