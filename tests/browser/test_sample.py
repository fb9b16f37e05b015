"""The page of a large run: it shows a sample, the most suspicious first, says so, and stays small."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from boilerstrip import CleanResult, Evidence, Removal
from boilerstrip.formats import text
from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.html import Writer
from program import ARTICLE, OWN, process


def outcome(number: int) -> Outcome:
    """A long text of which every hundredth loses much, and one a line by a rule that fires only here."""
    lines = [f"橋は{number}月曜日に閉鎖された。<&>{'市長は春まで延期すると述べた。' * 20}\n" for _ in range(60)]
    data = "".join(lines).encode()
    record = next(text.read(data, f"{number}.txt", "utf-8"))
    source = record.document.text
    count = 25 if number % 100 == 0 else 1
    rule = "rare" if number == 777 else "common"
    length = len(lines[0])
    removals = [
        Removal(
            at * 2 * length, at * 2 * length + length, rule, "legal", "certain", at * 2 + 1, (Evidence(rule, "fits"),)
        )
        for at in range(5, 5 + count)
    ]
    return Outcome(f"{number}.txt", f"{number}.txt", record, CleanResult(source, tuple(removals), "cleaned"))


def page() -> str:
    out = io.BytesIO()
    writer = Writer(out)
    writer.begin(Header("0.1", "0" * 64, "1" * 64))
    for number in range(1200):
        writer.document(outcome(number))
    writer.end()
    return out.getvalue().decode()


def test_a_large_run() -> None:
    html = page()
    assert len(html.encode()) < 20_000_000
    names = re.findall(r"<h3 .*?<bdi>(.*?)</bdi>", html)
    assert 100 < len(names) <= 400
    assert set(names[:12]) == {f"{number}.txt" for number in range(0, 1200, 100)}
    assert "777.txt" in names
    assert f"<strong>A sample:</strong> {len(names)} of 1,200 documents" in html
    assert "<dd>1,200</dd>" in html
    assert html == page()


@pytest.mark.parametrize("report", ["r.html", "r.sarif", "r.diff"])
def test_reports_are_the_same_whatever_the_processes(tmp_path: Path, report: str) -> None:
    long = ARTICLE * 20  # several parts for the processes to share
    records = [json.dumps({"id": n, "text": f"{long}{'Zap this line.' if n % 3 else ''}\n{long}"}) for n in range(600)]
    (tmp_path / "d.jsonl").write_text("\n".join(records), "utf-8")
    found = []
    for jobs in ("1", "2", "4", "1"):
        ran = process("clean", "d.jsonl", *OWN, "-j", jobs, "-o", "o.jsonl", "--report", report, cwd=tmp_path)
        assert ran.returncode == 0, ran.stderr
        found.append((tmp_path / report).read_bytes())
    assert found[0].count(b"Zap this line.") >= 100
    assert found[1:] == found[:1] * 3
