"""Ray Data with the kernel in actors: as the command line cleans, and nothing lost when a worker dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ray

from boilerstrip import load_rules
from boilerstrip.integrations import portable
from boilerstrip.integrations.arrow import CleanBatch
from boilerstrip.integrations.ray import CleanWorker, clean_dataset
from boilerstrip.packs import parse_pack
from integrations.shared import PACK, POISON, SLOW, documents

TEXT = "The council met on Monday to vote on the bridge, and the vote was put off.\nZap this line.\n"


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    ray.init(num_cpus=2, object_store_memory=200 << 20, include_dashboard=False, log_to_driver=False,
             configure_logging=False, runtime_env={"env_vars": {"PYTHONPATH": paths}})  # fmt: skip
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


def test_5000_documents_are_those_of_the_command_line(expected: dict[str, Any]) -> None:
    dataset = ray.data.from_items(documents(), override_num_blocks=8)
    rows = clean_dataset(dataset, concurrency=2).take_all()
    found = {row["id"]: (row["text"], row["boilerstrip_removals"], row["boilerstrip_status"]) for row in rows}
    assert len(rows) == 5000
    assert found == expected


def test_a_poisoned_record_says_so_and_takes_no_other_with_it() -> None:
    dataset = ray.data.from_items([{"text": POISON}, {"text": None}, {"text": "He won."}], override_num_blocks=1)
    rows = clean_dataset(dataset, CleanBatch(rules=parse_pack(SLOW.read_text()))).take_all()
    assert [row["text"] for row in rows] == [POISON, None, "He won."]
    assert [row["boilerstrip_status"][:23] for row in rows] == ["error: rule 'slow-one' ", "null", "untouched"]


def test_a_pack_travels_with_the_kernel(tmp_path: Path) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text(PACK.read_text())
    kernel = CleanBatch(rules=load_rules([pack]), select=("own-zap",))
    pack.unlink()
    (row,) = clean_dataset(ray.data.from_items([{"text": TEXT}]), kernel).take_all()
    assert row["boilerstrip_status"] == "cleaned"


def test_a_worker_that_dies_is_replaced_and_its_batch_is_done_again(tmp_path: Path) -> None:
    class DiesOnce(CleanWorker):
        def __call__(self, batch: Any) -> Any:
            mark = tmp_path / "mark"
            if not mark.exists():
                mark.touch()
                os._exit(1)
            return super().__call__(batch)

    dataset = ray.data.from_items([{"n": n, "text": TEXT} for n in range(40)], override_num_blocks=4)
    kernel = CleanBatch(rules=parse_pack(PACK.read_text()))
    rows = dataset.map_batches(
        DiesOnce, fn_constructor_args=(kernel,), batch_format="pyarrow", batch_size=10, concurrency=1
    ).take_all()  # fmt: skip
    assert (tmp_path / "mark").exists()
    assert sorted(row["n"] for row in rows) == list(range(40))
    assert {row["boilerstrip_status"] for row in rows} == {"cleaned"}


def test_a_worker_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable, "__version__", "9.9.9")  # here only: the workers have their own
    kernel = CleanBatch(rules=parse_pack(PACK.read_text()))
    with pytest.raises(Exception, match=r"made with boilerstrip 9\.9\.9"):
        clean_dataset(ray.data.from_items([{"text": TEXT}]), kernel).take_all()
