"""The datatrove step in a local executor: as the command line cleans, and nothing lost when a task breaks off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from boilerstrip import SettingsError
from boilerstrip.integrations.datatrove import BoilerstripCleaner
from boilerstrip.packs import parse_pack
from integrations.shared import PACK, POISON, SLOW, Row, documents

TEXT = "The council met on Monday to vote on the bridge, and the vote was put off.\nZap this line.\n"


def write(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def read(folder: Path) -> list[Row]:
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines()]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def executor(folder: Path, *steps: Any, tasks: int = 1, workers: int = 1) -> LocalPipelineExecutor:
    pipeline = [
        JsonlReader(str(folder / "in"), default_metadata={}),
        *steps,
        JsonlWriter(str(folder / "out"), output_filename="${rank}.jsonl", compression=None),
    ]
    return LocalPipelineExecutor(pipeline, tasks, workers, logging_dir=str(folder / "logs"), skip_completed=True)


def test_5000_documents_are_those_of_the_command_line(tmp_path: Path, expected: dict[str, Any]) -> None:
    for part in range(4):
        write(tmp_path / "in" / f"{part}.jsonl", documents()[part::4])
    stats = executor(tmp_path, BoilerstripCleaner(), tasks=4, workers=2).run()
    found = {row["id"]: row for row in read(tmp_path / "out")}
    assert found.keys() == expected.keys()
    for id_, (text, removals, status) in expected.items():
        said = found[id_]["metadata"]["boilerstrip"]
        assert (found[id_]["text"], said["removals"], said["status"]) == (text, removals, status)
    counts = {name: stat.total for name, stat in stats.stats[1].stats.items()}
    assert counts["total"] == counts["forwarded"] == 5000
    assert sum(n for name, n in counts.items() if name.startswith("removed-")) == sum(
        len(removals) for _, removals, _ in expected.values()
    )


def test_a_document_over_budget_goes_to_the_exclusion_writer_as_it_came(tmp_path: Path) -> None:
    write(tmp_path / "in" / "0.jsonl", [{"id": "a", "text": "Zap this line.\n"}, {"id": "b", "text": TEXT}])
    writer = JsonlWriter(str(tmp_path / "over"), output_filename="${rank}.jsonl", compression=None)
    step = BoilerstripCleaner(writer, rules=parse_pack(PACK.read_text()), over_budget="drop")
    executor(tmp_path, step).run()
    assert [row["id"] for row in read(tmp_path / "out")] == ["b"]
    (over,) = read(tmp_path / "over")
    assert (over["id"], over["text"], over["metadata"]["boilerstrip"]["status"]) == (
        "a",
        "Zap this line.\n",
        "over_budget",
    )


@pytest.mark.parametrize(("over_budget", "left"), [("keep", ["Zap this line.\n"]), ("empty", [""]), ("drop", [])])
def test_over_budget_without_a_writer(over_budget: str, left: list[str]) -> None:
    step = BoilerstripCleaner(rules=parse_pack(PACK.read_text()), over_budget=over_budget)
    assert [document.text for document in step.run([Document("Zap this line.\n", "a")])] == left


def test_a_poisoned_document_goes_on_and_says_so() -> None:
    step = BoilerstripCleaner(rules=parse_pack(SLOW.read_text()))
    poisoned, other = step.run([Document(POISON, "a"), Document("He won.", "b")])
    assert poisoned.text == POISON
    assert poisoned.metadata["boilerstrip"]["status"].startswith("error: rule 'slow-one'")
    assert other.metadata["boilerstrip"] == {"status": "untouched", "removed_share": 0.0, "removals": []}


def test_a_document_that_was_cleaned_before_is_refused() -> None:
    step = BoilerstripCleaner(rules=parse_pack(PACK.read_text()))
    once = list(step.run([Document(TEXT, "a")]))
    with pytest.raises(SettingsError, match="'a' was cleaned before"):
        list(step.run(once))


class BreaksOnce:
    """A step that fails in task 1, the first time."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, data: Iterator[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        for document in data:
            if rank == 1 and not self.mark.exists():
                self.mark.touch()
                raise OSError("the disk went away")
            yield document


def test_a_task_that_breaks_off_is_done_again_and_the_others_are_not(tmp_path: Path) -> None:
    for part in range(2):
        write(tmp_path / "in" / f"{part}.jsonl", [{"id": f"{part}{n}", "text": TEXT} for n in range(3)])
    step = BoilerstripCleaner(rules=parse_pack(PACK.read_text()))
    with pytest.raises(OSError, match="the disk went away"):
        executor(tmp_path, step, BreaksOnce(tmp_path / "mark"), tasks=2).run()
    completions = tmp_path / "logs" / "completions"
    assert names(completions) == ["00000"]
    executor(tmp_path, step, BreaksOnce(tmp_path / "mark"), tasks=2).run()
    assert names(completions) == ["00000", "00001"]
    rows = read(tmp_path / "out")
    assert sorted(row["id"] for row in rows) == ["00", "01", "02", "10", "11", "12"]
    assert all("Zap" not in row["text"] for row in rows)
