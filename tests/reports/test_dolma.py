"""The dolma attributes report, through the program."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from click.testing import CliRunner

from boilerstrip.cli import program
from boilerstrip.reports import kind_of

PACK = Path(__file__).parents[1] / "cli" / "zap.toml"
ARTICLE = "The council met on Monday to vote on the bridge, and the vote was put off.\n"


def test_each_text_has_a_row_in_order_and_the_spans_are_what_goes(tmp_path: Path) -> None:
    texts = {"a.txt": "Zap 😀 this.\n" + ARTICLE + "Zap it.\n", "b.txt": ARTICLE, "c.txt": ARTICLE + "Zap all.\n"}
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    report = tmp_path / "attributes.jsonl"
    ran = CliRunner().invoke(
        program,
        ["clean", str(folder), "-o", str(tmp_path / "out"), "--rules", str(PACK), "--select", "own-zap",
         "--report", f"dolma:{report}"],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.stderr
    rows = [json.loads(line) for line in report.read_text().splitlines()]
    assert [row["id"] for row in rows] == list(texts)
    for row in rows:
        text = texts[row["id"]]
        spans = row["attributes"].get("boilerstrip__rules__newsletter", [])
        for start, end, score in reversed(spans):
            assert score == 1.0
            text = text[:start] + text[end:]
        assert text == (tmp_path / "out" / row["id"]).read_text()
    assert [len(row["attributes"]) for row in rows] == [1, 0, 1]


def test_only_its_name_asks_for_it() -> None:
    kind, path = kind_of("dolma:x.jsonl")
    assert (kind.KIND, path) == ("dolma", "x.jsonl")
    assert kind_of("x.jsonl")[0].KIND == "removals"


def test_each_line_of_a_dump_has_a_row_with_the_records_own_id(tmp_path: Path) -> None:
    records = [
        {"id": "x1", "text": "Zap 😀 this.\n" + ARTICLE},
        {"id": "x2", "text": ARTICLE},
        {"id": "x3", "text": ARTICLE + "\ud83d Zap.\n" + "Zap all.\n"},
        {"text": ARTICLE},
    ]
    dump, report = tmp_path / "dump.jsonl", tmp_path / "attributes.jsonl.gz"
    dump.write_text("".join(json.dumps(record) + "\n" for record in records))
    ran = CliRunner().invoke(
        program,
        ["clean", str(dump), "-o", str(tmp_path / "out.jsonl"), "--rules", str(PACK), "--select", "own-zap",
         "--report", f"dolma:{report}"],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.stderr
    rows = [json.loads(line) for line in gzip.decompress(report.read_bytes()).splitlines()]
    assert [row["id"] for row in rows] == ["x1", "x2", "x3", "dump.jsonl:4"]
    cleaned = [json.loads(line)["text"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    for row, record, text in zip(rows, records, cleaned, strict=True):
        left = record["text"]
        for start, end, _ in reversed(row["attributes"].get("boilerstrip__rules__newsletter", [])):
            left = left[:start] + left[end:]
        assert left == text
    assert [len(row["attributes"]) for row in rows] == [1, 0, 1, 0]


def test_containers_that_dolma_does_not_read_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "dump.csv"
    table.write_text(f"id,text\n1,{ARTICLE}")
    out = str(tmp_path / "out.csv")
    ran = CliRunner().invoke(program, ["clean", str(table), "-o", out, "--report", f"dolma:{tmp_path / 'a.jsonl'}"])
    assert ran.exit_code == 2
    assert "dolma attributes belong to JSON lines or to texts, and this is csv" in ran.stderr
