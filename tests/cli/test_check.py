"""`check`, `explain` and `rules`: what they print."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from boilerstrip import catalogue, packs  # the schema has to agree with what the parser takes
from boilerstrip.cli._reference import reference
from program import ARTICLE, PACK, Runner

A = ARTICLE
TEXT = f"Please zing now. {A}\n{A}Zap \x1b[31mthis\u202e thing.\nZap\tthat."


def test_findings(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    result = run("check", "a.txt")
    assert (result.code, result.err) == (1, "")
    assert result.out.decode() == (
        "a.txt:1: own-zing social certain: Please zing now.\n"
        "a.txt:4: own-zap newsletter certain: Zap \\x1b[31mthis\\u202e thing.\n"
        "a.txt:5: own-zap newsletter certain: Zap that.\n"
    )


def test_nothing_found(run: Runner) -> None:
    result = run("check", stdin=A.encode())
    assert (result.code, result.out, result.err) == (0, b"", "")


def test_cleaned_text_has_no_findings(run: Runner) -> None:
    assert run("check", stdin=run("clean", stdin=TEXT.encode()).out).code == 0


def test_over_budget_is_a_notice_and_no_finding(run: Runner) -> None:
    result = run("check", stdin=b"Zap this.\n")
    assert (result.code, result.out, result.err) == (0, b"", "boilerstrip: -: over budget\n")


def test_statistics(run: Runner) -> None:
    result = run("check", "--statistics", stdin=TEXT.encode())
    assert result.code == 1
    assert result.out == b"      2  own-zap newsletter certain\n      1  own-zing social certain\n"


def test_check_diff_is_that_of_clean(run: Runner) -> None:
    result = run("check", "--diff", stdin=TEXT.encode())
    assert result.code == 1
    assert result.out == run("clean", "--diff", stdin=TEXT.encode()).out


def test_explain(run: Runner) -> None:
    result = run("explain", stdin=TEXT.encode())
    assert result.code == 0
    rows = result.out.decode().split("\n")
    assert rows[0].startswith("1 part   Please zing now. The council")
    assert "2 keep" in rows
    assert "4 remove Zap \\x1b[31mthis\\u202e thing." in rows
    assert any(row.startswith("         own-zap: ") for row in rows)


def test_explain_says_why_nothing_goes(run: Runner) -> None:
    result = run("explain", stdin=b"Zap this.\n")
    assert result.out.startswith(b"1 keep   Zap this.\n         own-zap: ")
    assert result.out.endswith(b"over budget: more than 60% of the text would go (keep)\n")


def test_explain_a_rule(run: Runner) -> None:
    assert run("explain", "--rule", "own-zap").out.decode() == (
        "own-zap (newsletter, certain): A line that begins with zap\n"
        "removes\n  - Zap this line.\n  - Zap another.\n"
        "keeps\n  - The mayor said zap, and left.\n"
    )


def test_rules_list(run: Runner) -> None:
    result = run("rules", "list", "--rules", str(PACK), "--category", "newsletter")
    row = next(row for row in result.out.decode().split("\n") if row.startswith("own-zap "))
    assert " ".join(row.split()) == "own-zap newsletter certain zz A line that begins with zap"
    rules = json.loads(run("rules", "list", "--rules", str(PACK), "--json").out)
    assert {"own-zap", "own-zing"} < {rule["id"] for rule in rules}


def test_rules_show(run: Runner) -> None:
    shown = json.loads(run("rules", "show", "own-zap", "--rules", str(PACK), "--json").out)
    assert shown["patterns"] == ["zap\\b"]
    assert shown["removes"] == ["Zap this line.", "Zap another."]
    text = run("rules", "show", "own-zap", "--rules", str(PACK)).out.decode()
    assert "id: own-zap\ncategory: newsletter\n" in text
    assert "removes:\n  - Zap this line.\n  - Zap another.\n" in text


def test_rules_test(run: Runner, tmp_path: Path) -> None:
    result = run("rules", "test", str(PACK))
    assert (result.code, result.out, result.err) == (0, b"", "boilerstrip: 5 examples of 2 rules, 0 failed\n")
    bad = PACK.read_text().replace('"He said zing."', '"Please zing now."')
    (tmp_path / "bad.toml").write_text(bad)
    result = run("rules", "test", "bad.toml")
    assert (result.code, result.err) == (1, "boilerstrip: 5 examples of 2 rules, 1 failed\n")
    line = bad[: bad.index('id = "own-zing"')].count("\n") + 1
    assert result.out.decode() == f"bad.toml:{line}: own-zing keeps 'Please zing now.': removed by own-zing\n"


def test_rules_schema_fits_all_packs_and_agrees_with_the_parser(run: Runner) -> None:
    schema = json.loads(run("rules", "schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in (*catalogue.packaged_packs(), PACK):
        validator.validate(tomllib.loads(path.read_text("utf-8")))
    rule = schema["properties"]["rules"]["items"]["properties"]
    assert set(rule) == set(packs.TYPES)
    assert {key: tuple(value["enum"]) for key, value in rule.items() if "enum" in value} == packs.CHOICES
    assert set(schema["properties"]) == packs.PACK_KEYS


def test_command_reference_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs/cli.md"
    assert page.read_text("utf-8") == reference(), "run: python -m boilerstrip.cli._reference > docs/cli.md"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run: Runner, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    monkeypatch.setenv("_BOILERSTRIP_COMPLETE", f"{shell}_source")
    result = run()
    assert result.code == 0
    assert b"_BOILERSTRIP_COMPLETE" in result.out
