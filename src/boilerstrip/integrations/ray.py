"""boilerstrip as a step of Ray Data; not a cluster, reader or writer."""

from __future__ import annotations

from typing import Any

from ray.data import Dataset

from boilerstrip.integrations.arrow import CleanBatch


class CleanWorker:
    """What runs in a Ray actor: rules are compiled once, then used for all its batches."""

    def __init__(self, kernel: CleanBatch) -> None:
        self._kernel = kernel

    def __call__(self, batch: Any) -> Any:
        """A `pyarrow.Table`, cleaned."""
        return self._kernel(batch)


def clean_dataset(dataset: Dataset, kernel: CleanBatch | None = None, *, concurrency: int | tuple[int, int] = 1,
                  batch_size: int | None = 1024, **options: Any) -> Dataset:  # fmt: skip
    """The dataset with the columns of `CleanBatch`, cleaned by `concurrency` actors, each of one core.

    `batch_size` is rows per batch, `options` are those of `Dataset.map_batches`.
    """
    return dataset.map_batches(
        CleanWorker, fn_constructor_args=(kernel or CleanBatch(),), batch_format="pyarrow", batch_size=batch_size,
        concurrency=concurrency, **options,
    )  # fmt: skip
