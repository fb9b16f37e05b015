"""Parquet files on the command line: only texts change, all else stays as it was, and restore gives all values back."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from boilerstrip.cli import _run
from boilerstrip.formats.arrow import tables
from boilerstrip.running import progress
from program import ARTICLE, Runner

SCHEMA = Path(__file__).parents[2] / "docs" / "removals.schema.json"
TEXT = f"{ARTICLE}Zap this line.\n{ARTICLE}"
KEPT = ARTICLE * 2
HOUR = datetime.datetime(2020, 1, 1, 1)


def cleaned(run: Runner, name: str, *options: str) -> pa.Table:
    """Clean a file to `out.parquet`, see that `restore` gives its table back, and return what was cleaned."""
    assert run("clean", name, "-o", "out.parquet", *options).code == 0
    assert run("restore", "out.parquet", "--report", "out.parquet.removals.jsonl", "-o", "back.parquet").code == 0
    assert pq.read_table("back.parquet").equals(pq.read_table(name), check_metadata=True)
    return pq.read_table("out.parquet")


def rich(rows: int = 90) -> pa.Table:
    """Columns of many types beside the text."""
    return pa.table({
        "id": range(rows),
        "text": pa.array([(TEXT, None, ARTICLE)[n % 3] for n in range(rows)], pa.string()),
        "when": pa.array([HOUR, None, HOUR] * (rows // 3), pa.timestamp("ns", "UTC")),
        "price": pa.array([Decimal("1.10"), None, Decimal("2.00")] * (rows // 3), pa.decimal128(9, 2)),
        "tags": pa.array([["a", None], None, []] * (rows // 3), pa.list_(pa.field("element", pa.string()))),
        "meta": [{"url": "https://e.org/", "deep": {"n": 1}}, None, {"url": None, "deep": None}] * (rows // 3),
        "map": pa.array([[("a", 1)], None, []] * (rows // 3), pa.map_(pa.string(), pa.int64())),
        "kind": pa.array(["x", "y", None] * (rows // 3)).dictionary_encode(),
        "score": pa.array([1.5, None, -0.0] * (rows // 3), pa.float32()),
    }).replace_schema_metadata({"huggingface": '{"info": 1}', "mine": "yes"})  # fmt: skip


def test_schema_metadata_order_row_groups_and_compression_stay(run: Runner) -> None:
    table = rich()
    codecs = {"text": "zstd", "id": "gzip", "meta.url": "snappy"}
    pq.write_table(table, "a.parquet", row_group_size=40, compression=codecs, use_dictionary=["kind"])
    found = cleaned(run, "a.parquet")
    texts = [KEPT if text == TEXT else text for text in table["text"].to_pylist()]
    assert found.equals(pq.read_table("a.parquet").set_column(1, "text", [texts]), check_metadata=True)
    before, after = pq.ParquetFile("a.parquet"), pq.ParquetFile("out.parquet")
    assert after.schema.equals(before.schema)
    assert after.metadata.metadata.keys() == before.metadata.metadata.keys()
    assert [after.metadata.row_group(n).num_rows for n in range(after.num_row_groups)] == [40, 40, 10]
    for group in range(after.num_row_groups):
        for at in range(after.metadata.num_columns):
            old, new = (file.metadata.row_group(group).column(at) for file in (before, after))
            assert (new.path_in_schema, new.compression) == (old.path_in_schema, old.compression)
            assert new.encodings == old.encodings and new.is_stats_set == old.is_stats_set


def test_every_row_of_the_report_is_as_the_schema_says(run: Runner) -> None:
    pq.write_table(rich(), "a.parquet", row_group_size=40)
    cleaned(run, "a.parquet")
    rows = [json.loads(line) for line in Path("out.parquet.removals.jsonl").read_text().splitlines()]
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for row in rows:
        schema.validate(row)
    assert [row["type"] for row in rows[:4]] == ["header", "file", "record", "removal"]
    assert (rows[2]["id"], rows[3]["text"]) == ("a.parquet:1", "Zap this line.\n")
    assert [(row["first"], row["rows"]) for row in rows if row["type"] == "rows"] == [(1, 40), (41, 40), (81, 10)]


PAGES = [{"body": TEXT, "n": 1}, {"body": None, "n": 2}, None, {"body": ARTICLE, "n": 3}]
BARE = [{**PAGES[0], "body": KEPT}, *PAGES[1:]]
TYPES: dict[str, tuple[pa.Array, list[str], Any]] = {
    "large strings": (pa.array([TEXT, None], pa.large_string()), [], [KEPT, None]),
    "a dictionary": (pa.array([TEXT, None, TEXT]).dictionary_encode(), [], [KEPT, None, KEPT]),
    "lists of strings": (
        pa.array([[ARTICLE, "Zap this line.", None, ARTICLE], None, []]), [], [[ARTICLE, "", None, ARTICLE], None, []],
    ),
    "bytes that are not UTF-8": (
        pa.array([TEXT.encode().replace(b"line", b"l\xe9ne") + b"\xff"]).view(pa.string()), [], None,
    ),
    "a field of a struct": (pa.array([{"a": 1, "b": TEXT}, None, {"a": 2, "b": None}]), ["--field", "text.b"],
                            [{"a": 1, "b": KEPT}, None, {"a": 2, "b": None}]),
    "structs in lists": (pa.array([PAGES, None, []]), ["--field", "text[].body"], [BARE, None, []]),
    "structs in large lists": (
        pa.array([{"p": PAGES}, {"p": None}], pa.struct({"p": pa.large_list(pa.struct({"body": pa.string()}))})),
        ["--field", "text.p[].body"], [{"p": [None if p is None else {"body": p["body"]} for p in BARE]}, {"p": None}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_texts_of_many_types(run: Runner, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    array, options, expected = TYPES[kind]
    pq.write_table(pa.table({"n": range(len(array) * 3), "text": pa.concat_arrays([array] * 3)}), "a.parquet")
    monkeypatch.setattr(tables, "BATCH_ROWS", 2)  # a batch begins in the middle of the column
    found = cleaned(run, "a.parquet", *options)["text"]
    assert found.type == array.type
    if expected is None:
        raw = found.cast(pa.binary()).to_pylist()
        assert raw == [KEPT.encode() + b"\xff"] * 3
    else:
        assert found.to_pylist() == expected * 3


def test_the_url_decides_whose_rules_apply(run: Runner) -> None:
    pack = '[publisher]\nnames = ["E"]\ndomains = ["e.org"]\n'
    Path("e.toml").write_text(f'{pack}[[rules]]\nid = "e-zip"\ncategory = "social"\nconfidence = "certain"\n'
                              'description = "x"\nmatch = "prefix"\npattern = \'\'\'zip\\b\'\'\'\nkeywords = ["zip"]\n'
                              'removes = ["Zip it."]\nkeeps = ["He said zip."]\n')  # fmt: skip
    text = f"{ARTICLE}Zip this.\n{ARTICLE}"
    rows = {"metadata": [{"url": "https://www.e.org/1"}, {"url": "https://f.org/"}, None], "text": [text] * 3,
            "source": ["x", "e", "E"]}  # fmt: skip
    pq.write_table(pa.table(rows), "a.parquet")
    ran = run("clean", "a.parquet", "-o", "o.parquet", "--rules", "e.toml", "--select", "e-zip", own=False)
    assert ran.code == 0, ran.err
    assert pq.read_table("o.parquet")["text"].to_pylist() == [KEPT, text, KEPT]


def test_a_folder_of_shards_in_any_number_of_processes(run: Runner) -> None:
    Path("in/deep").mkdir(parents=True)
    pq.write_table(rich(30), "in/deep/0.parquet", row_group_size=7)
    pq.write_table(rich(60), "in/1.parquet")
    Path("in/a.txt").write_text(TEXT)
    for jobs in "124":
        assert run("clean", "in", "-o", f"out{jobs}", "-j", jobs).code == 0
    for name in ("1.parquet", "deep/0.parquet", "a.txt"):
        assert Path("out1", name).read_bytes() == Path("out2", name).read_bytes() == Path("out4", name).read_bytes()
    reports = [Path(f"out{jobs}{suffix}").read_bytes() for suffix in (".removals.jsonl", ".diff") for jobs in "124"]
    assert len(set(reports)) == 2
    assert run("restore", "out2", "--report", "out2.removals.jsonl", "-o", "back").code == 0
    for name in ("1.parquet", "deep/0.parquet"):
        assert pq.read_table(Path("back", name)).equals(pq.read_table(Path("in", name)), check_metadata=True)
    assert Path("back/a.txt").read_text() == TEXT


def test_in_place_and_back(run: Runner) -> None:
    pq.write_table(rich(), "a.parquet")
    before = pq.read_table("a.parquet")
    assert run("clean", "a.parquet", "--in-place").code == 0
    assert TEXT not in pq.read_table("a.parquet")["text"].to_pylist()
    again = Path("a.parquet").read_bytes()
    assert run("clean", "a.parquet", "--in-place").code == 0
    assert Path("a.parquet").read_bytes() == again
    assert run("restore", "a.parquet", "--report", "a.parquet.removals.jsonl", "--in-place").code == 0
    assert pq.read_table("a.parquet").equals(before, check_metadata=True)


def test_through_a_pipe(run: Runner) -> None:
    pq.write_table(rich(), "a.parquet")
    assert run("clean", "a.parquet", "-o", "out.parquet").code == 0
    ran = run("clean", "-", "--format", "parquet", stdin=Path("a.parquet").read_bytes())
    assert ran.out == Path("out.parquet").read_bytes()
    assert run("check", "a.parquet", "--output-format", "concise").out.decode().startswith("a.parquet:1:2: own-zap ")


def test_big_row_groups_are_written_in_pieces(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BATCH_ROWS", 10)
    monkeypatch.setattr(tables, "GROUP_BYTES", 5000)
    pq.write_table(rich(), "a.parquet")
    cleaned(run, "a.parquet")
    assert pq.ParquetFile("out.parquet").num_row_groups > 2


def test_times_as_old_engines_write_them(run: Runner) -> None:
    times = [datetime.datetime(1500, 1, 1, 2, 3, 4, 567), None, datetime.datetime(9999, 12, 31)]
    table = pa.table({"text": [TEXT] * 3, "at": pa.array(times, pa.timestamp("us"))})
    pq.write_table(table, "a.parquet", use_deprecated_int96_timestamps=True, store_schema=False)
    assert run("clean", "a.parquet", "-o", "out.parquet").code == 0
    assert "int96" in str(pq.ParquetFile("out.parquet").schema)
    found = pq.ParquetFile("out.parquet", coerce_int96_timestamp_unit="us").read()
    assert found.to_pydict() == {"text": [KEPT] * 3, "at": times}


def broken(name: str) -> bytes:
    pq.write_table(rich(), "whole.parquet")
    data = Path("whole.parquet").read_bytes()
    return {"cut.parquet": data[:-20], "text.parquet": b"not Parquet", "empty.parquet": b""}[name]


@pytest.mark.parametrize("name", ["cut.parquet", "text.parquet", "empty.parquet"])
def test_what_is_no_parquet_is_one_clear_line(run: Runner, name: str) -> None:
    Path(name).write_bytes(broken(name))
    ran = run("clean", name, "-o", "out.parquet")
    assert (ran.code, Path("out.parquet").exists()) == (2, False)
    assert ran.err.startswith(f"boilerstrip: {name}: cannot be read as Parquet: ") and ran.err.count("\n") == 1


REFUSED: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "no text": ({"a": [1], "b": ["x"]}, [], "no column is known to be the text; there are a, b: name it with --field"),
    "no such field": ({"a": [1]}, ["--field", "b.c"], "has no texts at 'b.c'; its columns are a"),
    "numbers": ({"text": [1]}, ["--field", "text"], "has no texts at 'text'; its columns are text"),
    "a row that is to be dropped": ({"text": ["Zap it."]}, ["--over-budget", "drop"],
                                    "row 1: a record of parquet cannot be dropped: use --over-budget empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(run: Runner, case: str) -> None:
    columns, options, message = REFUSED[case]
    pq.write_table(pa.table(columns), "a.parquet")
    ran = run("clean", "a.parquet", "--no-report", *options)
    assert (ran.code, ran.err) == (2, f"boilerstrip: a.parquet: {message}\n")


def test_a_file_without_rows(run: Runner) -> None:
    pq.write_table(rich().slice(0, 0), "a.parquet")
    assert cleaned(run, "a.parquet").equals(pq.read_table("a.parquet"), check_metadata=True)


EDITS: dict[str, Callable[[pa.Table], pa.Table]] = {
    "another text": lambda table: table.set_column(1, "text", [["x", *table["text"].to_pylist()[1:]]]),
    "a row less": lambda table: table.slice(1),
    "the last rows gone": lambda table: table.slice(0, 40),
    "a row more": lambda table: pa.concat_tables([table, table.slice(0, 1)]),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_file_is_refused(run: Runner, edit: str) -> None:
    pq.write_table(rich(), "a.parquet", row_group_size=40)
    run("clean", "a.parquet", "-o", "out.parquet")
    pq.write_table(EDITS[edit](pq.read_table("out.parquet")), "out.parquet", row_group_size=40)
    ran = run("restore", "out.parquet", "--report", "out.parquet.removals.jsonl", "-o", "back.parquet")
    assert (ran.code, Path("back.parquet").exists()) == (2, False)
    assert "out.parquet: was edited since it was cleaned" in ran.err and "nothing was written" in ran.err


def test_annotations_are_a_column_that_restore_takes_away(run: Runner) -> None:
    pq.write_table(rich(), "a.parquet", row_group_size=40, compression="zstd")
    found = cleaned(run, "a.parquet", "--annotate", "what went")
    assert found.schema.names == [*rich().schema.names, "what went"]
    span = {"start": len(ARTICLE), "end": len(ARTICLE) + 15, "rule": "own-zap", "category": "newsletter",
            "confidence": "certain"}  # fmt: skip
    notes = [{"status": "cleaned", "removed_share": 15 / len(TEXT), "spans": [span]}, None,
             {"status": "untouched", "removed_share": 0.0, "spans": []}]  # fmt: skip
    assert found["what went"].to_pylist() == notes * 30
    ran = run("clean", "out.parquet", "--annotate", "what went", "-o", "b.parquet")
    assert ran.code == 2 and "out.parquet: has a column 'what went' already" in ran.err


def test_a_report_that_is_still_needed_is_not_overwritten(run: Runner) -> None:
    long = TEXT + ARTICLE * 9
    pq.write_table(pa.table({"text": [ARTICLE, TEXT, long] * 50}), "a.parquet", row_group_size=30)
    assert run("clean", "a.parquet", "--in-place", "--budget", "0.05").code == 0
    ran = run("clean", "a.parquet", "--in-place")
    assert ran.code == 2 and "a.parquet.removals.jsonl: is still needed to turn back a.parquet" in ran.err
    assert run("restore", "a.parquet", "--report", "a.parquet.removals.jsonl", "--in-place").code == 0
    assert pq.read_table("a.parquet")["text"].to_pylist() == [ARTICLE, TEXT, long] * 50
    assert run("clean", "a.parquet", "--in-place").code == 0


@pytest.mark.parametrize(("source", "target", "message"), [
    ("a.parquet", "o.jsonl", "o.jsonl: a.parquet comes out as what it is, parquet: formats are not converted"),
    ("a.jsonl", "o.parquet", "o.parquet: a.jsonl comes out as what it is, jsonl: formats are not converted"),
    ("a.parquet", "o.parquet.gz",
     "a.parquet: comes out as Parquet, which is not compressed as a whole: leave .gz away"),
])  # fmt: skip
def test_formats_are_not_converted(run: Runner, source: str, target: str, message: str) -> None:
    pq.write_table(rich(), "a.parquet")
    Path("a.jsonl").write_text('{"text": "x"}\n')
    ran = run("clean", source, "-o", target, "--no-report")
    assert (ran.code, ran.err, Path(target).exists()) == (2, f"boilerstrip: {message}\n", False)
    assert run("clean", "a.parquet", "-o", "/dev/null").code == run("clean", "a.parquet", "-o", "bare").code == 0
    assert pq.read_table("bare")["text"].to_pylist() == [KEPT, None, ARTICLE] * 30


def test_an_interrupted_folder_goes_on_with_the_shard_that_it_was_in(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("in").mkdir()
    for name in "abc":
        pq.write_table(rich(), f"in/{name}.parquet", row_group_size=10)
    assert run("clean", "in", "-o", "whole").code == 0
    seen, tell = 0, _run.tell

    def dies(*args: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == 14:  # in the second file
            raise KeyboardInterrupt
        tell(*args)

    monkeypatch.setattr(_run, "tell", dies)
    monkeypatch.setattr(progress, "SECONDS", 0)
    assert run("clean", "in", "-o", "out", "--resume").code == 130
    assert [path.name for path in Path("out").iterdir() if path.suffix == ".parquet"] == ["a.parquet"]
    assert run("clean", "in", "-o", "out", "--resume").code == 0
    assert seen == 14 + 9 * 2
    for name in ("/a.parquet", "/b.parquet", "/c.parquet", ".removals.jsonl", ".diff"):
        assert Path(f"out{name}").read_bytes() == Path(f"whole{name}").read_bytes()
