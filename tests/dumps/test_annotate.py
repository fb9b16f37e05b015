"""Records that say what went from them: a field more at the end, all else as it was, and restore takes it away."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from program import ARTICLE, Runner

SCHEMA = Path(__file__).parents[2] / "docs" / "removals.schema.json"
TEXT = f"{ARTICLE}Zap this.\n{ARTICLE}"
J, K = json.dumps(TEXT), json.dumps(ARTICLE * 2)
SPAN = {"start": 98, "end": 108, "rule": "own-zap", "category": "newsletter", "confidence": "certain"}
CUT = {"status": "cleaned", "removed_share": 10 / len(TEXT), "spans": [SPAN]}
WHOLE: dict[str, Any] = {"status": "untouched", "removed_share": 0.0, "spans": []}
A, W = f', "bs": {json.dumps(CUT)}', f', "bs": {json.dumps(WHOLE)}'

# name of the file, its content ($: the text), what is to come out ($: the cleaned text, @ and =: annotations)
SHAPES = {
    "a.jsonl": (
        '{"n": 1.10, "text": $}\n{"text": "x"} \n\n5\n{"text": null}\n',
        '{"n": 1.10, "text": $@}\n{"text": "x"=} \n\n5\n{"text": null}\n',
    ),
    "spaces.jsonl": ('{ "text" : $ }\r\n{"text": $ , "text": $}', '{ "text" : $@ }\r\n{"text": % , "text": $@}'),
    "bom.jsonl": ('\ufeff{"text":$}\n', '\ufeff{"text":$@}\n'),
    "list.json": ('[{"text": $},\n {"text": "x"}]', '[{"text": $@},\n {"text": "x"=}]'),
    "object.json": (
        '{"a": {"text": $}, "b": {"text": "x", "c": {}}}', '{"a": {"text": $@}, "b": {"text": "x", "c": {}=}}'
    ),
    "one.json": ('{\n  "text": $\n}\n', '{\n  "text": $@\n}\n'),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_json(run: Runner, name: str) -> None:
    before, after = SHAPES[name]
    source = before.replace("$", J).encode()
    Path(name).write_bytes(source)
    assert run("clean", name, "-o", "out.json", "--annotate", "bs").code == 0
    expected = after.replace("$", K).replace("%", J).replace("@", A).replace("=", W)
    assert Path("out.json").read_bytes().decode() == expected
    assert run("restore", "out.json", "--report", "out.json.removals.jsonl", "-o", "back").code == 0
    assert Path("back").read_bytes() == source


TABLES = {
    "a.csv": ('id,text,x\r\n1,"{T}",1.0\r\n2,short,\r\n3,,\r\n\r\n', ","),
    "last.csv": ('\ufeffid;text\n1;"{T}"\n2;short', ";"),
    "a.tsv": ('id\ttext\n1\t"{T}"\n', "\t"),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(run: Runner, name: str) -> None:
    shape, delimiter = TABLES[name]
    source = shape.replace("{T}", TEXT)
    Path(name).write_bytes(source.encode())
    assert run("clean", name, "-o", f"o-{name}", "--annotate", "bs").code == 0
    with Path(f"o-{name}").open(newline="", encoding="utf-8") as stream:
        header, *rows = (row for row in csv.reader(stream, delimiter=delimiter) if row)
    assert header[-1] == "bs" and {len(row) for row in rows} == {len(header)}
    notes = [json.loads(row[-1]) if row[-1] else None for row in rows]
    assert notes == [CUT, WHOLE, None][: len(rows)]
    assert rows[0][header.index("text")] == ARTICLE * 2
    assert run("restore", f"o-{name}", "--report", f"o-{name}.removals.jsonl", "-o", "back").code == 0
    assert Path("back").read_bytes() == source.encode()


def test_in_place_many_processes_and_dropped_records(run: Runner) -> None:
    rows = [f'{{"n": {n}, "text": {J if n % 2 else json.dumps("Zap it.")}}}\n' for n in range(2000)]
    source = "".join(rows).replace('{"n": 7, ', '{"n": 7, "text" ').encode()
    for name in "ab":
        Path(f"{name}.jsonl").write_bytes(source)
    options = ("--in-place", "--annotate", "bs", "--over-budget", "empty", "--on-error", "skip")
    assert run("clean", "a.jsonl", *options).code == run("clean", "b.jsonl", *options, "-j", "2").code == 2
    assert Path("a.jsonl").read_bytes() == Path("b.jsonl").read_bytes()
    found = [json.loads(line)["bs"]["status"] for line in Path("a.jsonl").read_text().splitlines()]
    assert found == ["over_budget", "cleaned"] * 3 + ["over_budget"] + ["over_budget", "cleaned"] * 996
    assert run("restore", "a.jsonl", "--report", "a.jsonl.removals.jsonl", "--in-place").code == 0
    assert Path("a.jsonl").read_bytes() == source
    assert run("clean", "b.jsonl", "-o", "c.jsonl", "--annotate", "again", "--over-budget", "drop").code == 0
    assert run("restore", "c.jsonl", "--report", "c.jsonl.removals.jsonl", "-o", "d.jsonl").code == 0
    assert Path("d.jsonl").read_bytes() == Path("b.jsonl").read_bytes()


def test_only_annotated_is_undone_too(run: Runner) -> None:
    Path("a.jsonl").write_text('{"text": "x"}\n')
    assert run("clean", "a.jsonl", "--in-place", "--annotate", "bs").code == 0
    assert Path("a.jsonl").read_text() == f'{{"text": "x"{W}}}\n'
    rows = [json.loads(line) for line in Path("a.jsonl.removals.jsonl").read_text().splitlines()]
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for row in rows:
        schema.validate(row)
    assert rows[-2]["inserted"] == [[12, len(W)]]
    assert run("restore", "a.jsonl", "--report", "a.jsonl.removals.jsonl", "--in-place").code == 0
    assert Path("a.jsonl").read_text() == '{"text": "x"}\n'


@pytest.mark.parametrize(("name", "text", "message"), [
    ("a.jsonl", '{"bs": 1, "text": "x"}\n',
     "a.jsonl: line 1: has a field 'bs' already: --annotate takes the name of a new one"),
    ("a.csv", "bs,text\n1,x\n", "a.csv: has a column 'bs' already: --annotate takes the name of a new one"),
    ("a.txt", "x\n", "a.txt: is a text, and --annotate is for records"),
])  # fmt: skip
def test_refused(run: Runner, name: str, text: str, message: str) -> None:
    Path(name).write_text(text)
    ran = run("clean", name, "--annotate", "bs", "-o", "out")
    assert (ran.code, ran.err, Path("out").exists()) == (2, f"boilerstrip: {message}\n", False)
