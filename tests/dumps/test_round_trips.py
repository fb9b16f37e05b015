"""Records of many shapes: only the text's own bytes go, all others stay, and restore gives the source back."""

# ruff: noqa: UP031 - records are full of braces
from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from program import Runner

SCHEMA = Path(__file__).parents[2] / "docs" / "removals.schema.json"
A = "The council met on Monday to vote on the bridge, and the vote was put off again until the spring."
TEXT = f"{A}\nZap this line.\n{A}"
CLEAN = f"{A}\n{A}"
J, K = json.dumps(TEXT), json.dumps(CLEAN)
PLAIN = json.dumps(TEXT)[1:-1]

# name of the file, its content, what is to come out
SHAPES = {
    "fineweb.jsonl": '{"text": %s, "id": "<urn:1>", "dump": "CC", "url": "https://e.org/a", "score": 1.0}\n',
    "oscar.jsonl": '{"content":%s,"warc_headers":{"warc-target-uri":"https://e.org/b","x":null},"metadata":{}}\n',
    "ccnet.jsonl": '{"url": "e.org", "raw_content": %s, "source_domain": "e.org", "perplexity": 1.10}\n',
    "realnews.jsonl": '{"title": "t", "text": %s, "summary": null, "authors": [], "domain": "e.org"}\n',
    "newsplease.json": '{\n  "authors": [],\n  "maintext": %s,\n  "source_domain": "e.org"\n}\n',
    "fundus.jsonl": '{"plaintext": %s, "publisher": "X", "topics": ["a", "b"]}\n',
    "newsapi.json": '{"status":"ok","totalResults":1,"articles":[{"source":{"id":null,"name":"X"},"content":%s}]}',
    "trafilatura.jsonl": '{"hostname": "e.org", "text": %s, "comments": ""}\n',
    "list.json": '[\n {"text": %s, "n": 12345678901234567890123},\n {"text": "", "n": 1.0}\n]\n',
    "object.json": '{"a": {"text": %s}, "b": {"text": "short"}, "a": {"text": "again"}}',
    "big.jsonl": '{"n": 123456789012345678901234567890, "text": %s, "x": 1e400, "y": 1.10, "z": NaN}\n',
    "twice.jsonl": '{"text": "Zap this line.", "a": 1, "text": %s, "a": 2}\n',
    "crlf.jsonl": '{"text": %s}\r\n\r\n{"text": "x"}\r\n',
    "bom.jsonl": '\ufeff{"text": %s}\n',
    "noend.jsonl": '{"text": "x"}\n{"text": %s}',
    "surrogate.jsonl": '{"title": "\\ud800 \\/", "text": %s}\n',
    "raw.jsonl": '{"title": "né ☃ 😀", "text": %s, "more": "\\u00e9"}\n',
    "spaces.jsonl": '  { "title" : "a" ,  "text"  :  %s  }  \n',
    "odd.jsonl": '[1, 2]\n"x"\n5\nnull\n{"no": "text"}\n{"text": null}\n{"text": %s}\n',
}


@pytest.mark.parametrize("name", SHAPES)
def test_json_shapes(name: str, run: Runner) -> None:
    shape = SHAPES[name]
    source = shape.replace("%s", J).encode("utf-8", "surrogateescape")
    Path(name).write_bytes(source)
    assert run("clean", name, "-o", "out.json").code == 0
    assert Path("out.json").read_bytes() == shape.replace("%s", K).encode()
    assert run("restore", "out.json", "--report", "out.json.removals.jsonl", "-o", "back").code == 0
    assert Path("back").read_bytes() == source
    again = run("clean", "out.json", "--format", "json" if name.endswith(".json") else "jsonl", "--no-report")
    assert again.out == Path("out.json").read_bytes()


SPELLINGS = {
    "escaped": (
        "Caf\\u00e9 \\ud83d\\ude00 \\/ .\\nZap th\\u0069s \\u2603 l\\/ine.\\n",
        "Caf\\u00e9 \\ud83d\\ude00 \\/ .\\n",
    ),
    "raw": ("Café 😀.\\nZap this ☃ line.\\n", "Café 😀.\\n"),
    "quotes": ('He \\"said\\".\\nZap \\"this\\" \\\\ line.\\n', 'He \\"said\\".\\n'),
    "lone surrogates": ("A\\ud800 b.\\nZap \\udc00 line.\\n", "A\\ud800 b.\\n"),
    "crlf": ("One.\\r\\nZap this.\\r\\n", "One.\\r\\n"),
    "raw control": ("One.\\tx\ty\\nZap\tthis.\\n", "One.\\tx\ty\\n"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_only_bytes_of_the_text_go_however_it_is_spelled(name: str, run: Runner) -> None:
    before, after = SPELLINGS[name]
    whole = '{"a":"\\u0041","text":"' + PLAIN.replace("Zap this line.\\n", "") + '\\n%s","z":[1.0]}\n'
    source = whole.replace("%s", before).encode()
    Path("d.jsonl").write_bytes(source)
    assert run("clean", "d.jsonl", "-o", "o.jsonl").code == 0
    assert Path("o.jsonl").read_bytes() == whole.replace("%s", after).encode()
    run("restore", "o.jsonl", "--report", "o.jsonl.removals.jsonl", "-o", "b.jsonl")
    assert Path("b.jsonl").read_bytes() == source


def test_bytes_that_are_not_utf8_come_back(run: Runner) -> None:
    source = b'{"text": "' + PLAIN.encode().replace(b"this line", b"th\xe9s \xff line") + b'", "t": "caf\xe9"}\n'
    Path("d.jsonl").write_bytes(source)
    assert run("clean", "d.jsonl", "-o", "o.jsonl").code == 0
    assert Path("o.jsonl").read_bytes() == b'{"text": ' + K.encode() + b', "t": "caf\xe9"}\n'
    run("restore", "o.jsonl", "--report", "o.jsonl.removals.jsonl", "-o", "b.jsonl")
    assert Path("b.jsonl").read_bytes() == source


def test_a_list_of_strings_is_one_text(run: Runner) -> None:
    Path("d.jsonl").write_text(json.dumps({"text": [A, "Zap this line.", A]}) + "\n")
    assert run("clean", "d.jsonl", "-o", "o.jsonl").code == 0
    assert json.loads(Path("o.jsonl").read_text()) == {"text": [A, "", A]}
    run("restore", "o.jsonl", "--report", "o.jsonl.removals.jsonl", "-o", "b.jsonl")
    assert Path("b.jsonl").read_bytes() == Path("d.jsonl").read_bytes()
    assert run("check", "o.jsonl").code == 0


def test_a_path_into_lists_of_objects(run: Runner) -> None:
    record = {"pages": [{"body": f"{A}\nZap this line.\n"}, {"body": A}, {"no": 1}], "text": "Zap this line."}
    Path("d.jsonl").write_text(json.dumps(record) + "\n")
    run("clean", "d.jsonl", "--field", "pages[].body", "-o", "o.jsonl")
    record["pages"][0]["body"] = f"{A}\n"
    assert json.loads(Path("o.jsonl").read_text()) == record


TABLES = {
    "kaggle.csv": (",id,title,publication,content\r\n",
                   '0,1,"a, ""b""",X,"{A}\nZap ""this"" line.\n{A}"\r\n', '0,1,"a, ""b""",X,"{A}\n{A}"\r\n'),
    "plain.tsv": ("id\tarticle\n", "1\t{A} Please zing now. He said so.\n", "1\t{A} He said so.\n"),
    "semicolon.csv": ("\ufeffid;text\n", '1;"{A}\nZap a.\n"\n2;\n\n', '1;"{A}\n"\n2;\n\n'),
    "noend.csv": ("text,n\n", '"{A}\r\nZap a.\r\n{A}",1.0', '"{A}\r\n{A}",1.0'),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str, run: Runner) -> None:
    header, before, after = TABLES[name]
    source = (header + before.replace("{A}", A) * 3).encode()
    if name == "noend.csv":
        source = (header + before.replace("{A}", A)).encode()
    Path(name).write_bytes(source)
    assert run("clean", name, "-o", "out.csv").code == 0
    expected = header + after.replace("{A}", A) * (1 if name == "noend.csv" else 3)
    assert Path("out.csv").read_bytes().decode() == expected
    run("restore", "out.csv", "--report", "out.csv.removals.jsonl", "-o", "back")
    assert Path("back").read_bytes() == source


def test_a_cut_that_would_change_how_a_table_reads_is_not_made(run: Runner) -> None:
    source = f'id\ttext\n1\tPlease zing now. "{A}" he said. {A}\n'
    Path("d.tsv").write_text(source)
    ran = run("clean", "d.tsv", "--no-report")
    assert ran.code == 2
    assert "d.tsv: row 2: what would be left of its text is not read as that" in ran.err


def test_every_row_is_as_the_schema_says(run: Runner) -> None:
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    Path("d.jsonl").write_text('{"text": %s}\n{"text": \n{"text": ["Zap a.", "%s", "%s"]}\n' % (J, A, A))
    assert run("clean", "d.jsonl", "-o", "o.jsonl", "--on-error", "skip").code == 2
    rows = [json.loads(line) for line in Path("o.jsonl.removals.jsonl").read_text().splitlines()]
    for row in rows:
        schema.validate(row)
    kinds = ["header", "file", "record", "removal", "skipped", "record", "removal", "part", "end"]
    assert [row["type"] for row in rows] == kinds
    assert rows[3]["at"] == len('{"text": "' + A + "\\n") and rows[6]["slices"][0][1] == "Zap a."


def test_an_edited_output_is_refused(run: Runner) -> None:
    Path("d.jsonl").write_text('{"text": %s}\n{"text": "other"}\n' % J)
    run("clean", "d.jsonl", "-o", "o.jsonl")
    Path("o.jsonl").write_text(Path("o.jsonl").read_text().replace("other", "0ther"))
    ran = run("restore", "o.jsonl", "--report", "o.jsonl.removals.jsonl", "-o", "b.jsonl")
    assert (ran.code, Path("b.jsonl").exists()) == (2, False)
    assert "o.jsonl: was edited since it was cleaned" in ran.err


def test_malformed_records_are_never_lost_silently(run: Runner) -> None:
    Path("d.jsonl").write_text('{"text": "a"}\n{"text": \n{"text": %s}\n' % J)
    ran = run("clean", "d.jsonl", "-o", "o.jsonl")
    assert (ran.code, Path("o.jsonl").exists()) == (2, False)
    assert "d.jsonl: line 2: is no JSON" in ran.err
    ran = run("clean", "d.jsonl", "-o", "o.jsonl", "--on-error", "pass")
    assert ran.code == 2 and "d.jsonl: line 2: is no JSON" in ran.err and "1 failed" in ran.err
    assert Path("o.jsonl").read_text() == '{"text": "a"}\n{"text": \n{"text": %s}\n' % K
    ran = run("clean", "d.jsonl", "-o", "o.jsonl", "--on-error", "skip")
    assert ran.code == 2 and Path("o.jsonl").read_text() == '{"text": "a"}\n{"text": %s}\n' % K
    assert run("restore", "o.jsonl", "--report", "o.jsonl.removals.jsonl", "-o", "b.jsonl").code == 0
    assert Path("b.jsonl").read_bytes() == Path("d.jsonl").read_bytes()


def test_over_budget_records(run: Runner) -> None:
    source = '{"text": "Zap a."}\n{"text": "%s"}\n' % A
    Path("d.jsonl").write_text(source)
    assert run("clean", "d.jsonl", "--no-report").out.decode() == source
    assert run("clean", "d.jsonl", "--over-budget", "empty").out.decode() == source.replace("Zap a.", "")
    run("clean", "d.jsonl", "--over-budget", "drop", "-o", "o.jsonl")
    assert Path("o.jsonl").read_text() == '{"text": "%s"}\n' % A
    run("restore", "o.jsonl", "--report", "o.jsonl.removals.jsonl", "-o", "b.jsonl")
    assert Path("b.jsonl").read_text() == source


def test_no_known_field_is_an_error_that_names_them(run: Runner) -> None:
    Path("d.jsonl").write_text('{"foo": "a", "bar": "b"}\n')
    ran = run("clean", "d.jsonl")
    assert (ran.code, ran.out) == (2, b"")
    assert "no field is known to be the text; its fields are foo, bar: name it with --field" in ran.err
