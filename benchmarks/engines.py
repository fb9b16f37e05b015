"""Throughput per worker of each engine against the plain loop in one process, and what a worker costs.

    python benchmarks/engines.py TEXTS.jsonl[.gz] [--mb 500] [--rounds 3] [--engines kernel,datatrove,ray,spark]

TEXTS has records with `text` (and `url`); they are repeated, each time with another number before them, until there are
`--mb` megabytes. Every engine reads the same Parquet file with one worker, cleans it and counts rows; it runs in a
process of its own, after a run over a few rows whose time is taken off (start of the engine, of its worker, compiling
the rules). Engines take turns, and medians are compared: by the clock, which needs an idle machine, and by the
processor time of all processes of an engine, which does not.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ENGINES = ("loop", "kernel", "datatrove", "ray", "spark")
BATCH = 1024
FEW = 50


def build(source: Path, folder: Path, megabytes: float) -> int:
    """`all.parquet` and `few.parquet` in `folder`; returns the bytes of text in the first."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rt", encoding="utf-8") as stream:
        records = [json.loads(line) for line in stream]
    rows, size = [], 0
    while size < megabytes * 1e6:
        for record in records:
            text = f"{len(rows)}\n{record['text']}"
            rows.append({"id": str(len(rows)), "text": text, "url": record.get("url")})
            size += len(text.encode())
            if size >= megabytes * 1e6:
                break
    schema = pa.schema([("id", pa.string()), ("text", pa.string()), ("url", pa.string())])
    for name, chosen in (("all", rows), ("few", rows[:FEW])):
        target = folder / name
        target.mkdir()
        pq.write_table(pa.Table.from_pylist(chosen, schema), target / "0.parquet", row_group_size=4 * BATCH)
    return size


def batches(path: Path) -> Iterator[object]:
    import pyarrow.parquet as pq

    yield from pq.ParquetFile(path / "0.parquet").iter_batches(BATCH)


def loop(path: Path) -> None:
    """The library, text after text."""
    from boilerstrip import Cleaner

    cleaner = Cleaner()
    for batch in batches(path):
        for text, url in zip(batch["text"].to_pylist(), batch["url"].to_pylist(), strict=True):
            _ = cleaner.clean(text, url=url).text


def kernel(path: Path) -> None:
    """The Arrow kernel, batch after batch."""
    from boilerstrip.integrations.arrow import CleanBatch

    clean = CleanBatch()
    for batch in batches(path):
        clean(batch)


def datatrove(path: Path) -> None:
    """One task of a local executor."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import ParquetReader

    from boilerstrip.integrations.datatrove import BoilerstripCleaner

    with tempfile.TemporaryDirectory() as logs:
        LocalPipelineExecutor([ParquetReader(str(path)), BoilerstripCleaner()], logging_dir=logs).run()


def ray(path: Path) -> None:
    """One actor."""
    import ray

    from boilerstrip.integrations.ray import clean_dataset

    if not ray.is_initialized():
        ray.init(num_cpus=2, object_store_memory=400 << 20, include_dashboard=False, log_to_driver=False)
        ray.data.DataContext.get_current().enable_progress_bars = False
    dataset = clean_dataset(ray.data.read_parquet(str(path)), concurrency=1, batch_size=BATCH)
    for _ in dataset.iter_batches(batch_format="pyarrow", batch_size=None):
        pass


def spark(path: Path) -> None:
    """One core, one Python worker."""
    from pyspark.sql import SparkSession

    from boilerstrip.integrations.spark import clean_frame

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.memory", "2g")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH)).getOrCreate()
    )  # fmt: skip
    session.sparkContext.setLogLevel("OFF")
    clean_frame(session.read.parquet(str(path))).write.format("noop").mode("overwrite").save()


def processor_seconds() -> float:
    """Processor time of this process and all that descend from it, in seconds (Linux)."""
    parents, used = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            pid = int(stat.parent.name)
            parents[pid], used[pid] = int(fields[1]), sum(map(int, fields[11:15]))
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(used.get(pid, 0) for pid in family) / os.sysconf("SC_CLK_TCK")


def timed(run: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """Seconds by the clock, and of processor time."""
    clock, processor = time.perf_counter(), processor_seconds()
    run(path)
    return time.perf_counter() - clock, processor_seconds() - processor


def one(engine: str, folder: Path) -> tuple[float, float]:
    """What an engine takes for all rows, what it takes for a few rows taken off."""
    run: Callable[[Path], None] = globals()[engine]
    run(folder / "few")
    few = timed(run, folder / "few")
    everything = timed(run, folder / "all")
    return everything[0] - few[0], everything[1] - few[1]


def footprint() -> dict[str, float]:
    """What a worker costs: the pickle (bytes), start-up (seconds until the first text is cleaned), memory (MB)."""
    from boilerstrip import load_rules
    from boilerstrip.integrations.arrow import CleanBatch

    pickled = pickle.dumps(CleanBatch())
    own = len(pickle.dumps(CleanBatch(rules=load_rules())))
    code = (
        "import time, sys, pickle, resource; import pyarrow as pa;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; t = time.perf_counter();"
        "clean = pickle.load(sys.stdin.buffer); clean(pa.record_batch({'text': ['Read more:']}));"
        "print(time.perf_counter() - t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    ran = subprocess.run([sys.executable, "-c", code], input=pickled, capture_output=True, check=True)
    seconds, kilobytes = map(float, ran.stdout.split())
    return {"pickle_bytes": len(pickled), "pickle_bytes_with_own_rules": own, "start_seconds": round(seconds, 2),
            "memory_mb": round(kilobytes / 1024)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--mb", type=float, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print("\nseconds", *one(options.one, options.texts))
        return
    print(json.dumps(footprint()))
    engines = options.engines.split(",")
    with tempfile.TemporaryDirectory() as name:
        size = build(options.texts, Path(name), options.mb)
        speeds: dict[str, list[tuple[float, ...]]] = {engine: [] for engine in engines}
        for number in range(options.rounds):
            for engine in engines:
                ran = subprocess.run([sys.executable, __file__, name, "--one", engine],
                                     capture_output=True, text=True, check=True)  # fmt: skip
                row = next(line for line in ran.stdout.splitlines() if line.startswith("seconds "))
                speeds[engine].append(tuple(size / 1e6 / float(seconds) for seconds in row.split()[1:]))
                print(f"round {number + 1}: {engine}", *(f"{speed:.2f}" for speed in speeds[engine][-1]), flush=True)
        medians = {engine: [statistics.median(column) for column in zip(*found, strict=True)]
                   for engine, found in speeds.items()}  # fmt: skip
        base = medians.get("kernel") or medians[engines[0]]
        for engine, (clock, processor) in medians.items():
            print(f"{engine}: {clock:.2f} MB/s by the clock ({clock / base[0]:.2f}x), "
                  f"{processor:.2f} MB per processor second ({processor / base[1]:.2f}x)")  # fmt: skip


if __name__ == "__main__":
    main()
