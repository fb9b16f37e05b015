"""The dolma attributes report, through the program."""

from __future__ import annotations

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
