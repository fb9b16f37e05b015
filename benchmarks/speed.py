"""How fast boilerstrip is beside what its users have today, in one run; not how well it cleans (`quality.py`).

    python benchmarks/speed.py [--megabytes 1] [--repeats 3] [--files 500] [--documents FILE.jsonl] [--write]

Everything runs in turn, `repeats` times, on the same documents; what counts are medians and their ratios. `--write`
puts the table into docs/performance.md and the picture beside it. What is not installed (`rg`, datatrove, orjson) is
left out, and said.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path

from boilerstrip import Cleaner, load_rules

ROOT = Path(__file__).parents[1]
PROGRAM = [sys.executable, "-m", "boilerstrip"]
PROSE = (
    "The bridge over the river was closed to lorries on Monday after engineers found cracks in two of its pillars.",
    "Der Stadtrat stimmte am Abend mit großer Mehrheit für den Neubau der Schule, die seit Jahren zu klein ist.",
    "«Мы ждали этого решения десять лет», — сказала директор школы на встрече с жителями соседних улиц во вторник.",
    "She read the letter twice, put it back and said nothing. The next morning the office was empty. Nobody asked why.",
    "Le conseil municipal a repoussé le vote au printemps, faute d’accord sur le coût du chantier.",
)
Timing = Callable[[], float]


def built(size: int) -> list[str]:
    """Articles of 20 lines, about 3 % of them boilerplate from the rules' own examples, `size` bytes in all."""
    chance = random.Random(1)
    examples = sorted(str(example) for rule in load_rules() for example in rule.removes)
    found: list[str] = []
    while size > 0:
        lines = [" ".join(chance.choices(PROSE, k=2)) for _ in range(20)]
        lines = [chance.choice(examples) if chance.random() < 0.03 else line for line in lines]
        found.append("\n".join(lines) + "\n")
        size -= len(found[-1].encode())
    return found


def given(path: Path, size: int) -> list[str]:
    """The texts of a JSON lines file, over again until there are `size` bytes."""
    texts = [json.loads(line)["text"] for line in path.open(encoding="utf-8")]
    found: list[str] = []
    while size > 0:
        found.append(texts[len(found) % len(texts)])
        size -= len(found[-1].encode())
    return found


class Bench:
    """The documents on the disk, and what is timed on them. Each function gives seconds."""

    def __init__(self, folder: Path, texts: list[str], files: int) -> None:
        self.folder, self.texts = folder, texts
        self.dump, self.times10 = folder / "dump.jsonl", folder / "times10.jsonl"
        records = ({"id": n, "text": text, "url": f"https://example.org/{n}"} for n, text in enumerate(texts))
        data = b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)
        self.dump.write_bytes(data)
        self.times10.write_bytes(data * 10)
        self.bytes = len(data)
        (folder / "files").mkdir()
        for n in range(files):
            (folder / "files" / f"{n:05}.txt").write_text(texts[n % len(texts)][:2000], encoding="utf-8")
        self.cleaner = Cleaner()
        rules = load_rules()
        self.tenth = Cleaner(rules=replace(rules, rules=rules.rules[::10]))
        for cleaner in (self.cleaner, self.tenth):
            self.engine(cleaner)  # patterns are compiled when they are first needed

    def engine(self, cleaner: Cleaner) -> float:
        start = time.perf_counter()
        for text in self.texts:
            cleaner.clean(text)
        return time.perf_counter() - start

    def loop(self) -> float:
        import orjson

        start = time.perf_counter()
        with self.dump.open("rb") as source, (self.folder / "loop.jsonl").open("wb") as out:
            for line in source:
                out.write(orjson.dumps(orjson.loads(line)) + b"\n")
        return time.perf_counter() - start

    def clean(self, jobs: int, dump: Path) -> float:
        return run([*PROGRAM, "clean", str(dump), "-q", "-j", str(jobs), "-o", f"{dump}.cleaned.jsonl",
                    "--report", f"{dump}.removals.jsonl"])  # fmt: skip

    def copy_files(self) -> float:
        target = self.folder / "copies"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        start = time.perf_counter()
        for path in sorted((self.folder / "files").iterdir()):
            (target / path.name).write_bytes(path.read_bytes())
        return time.perf_counter() - start

    def clean_files(self) -> float:
        shutil.rmtree(self.folder / "cleaned", ignore_errors=True)
        return run(
            [*PROGRAM, "clean", str(self.folder / "files"), "-q", "-o", str(self.folder / "cleaned"), "--no-report"]
        )

    def ripgrep(self) -> float:
        words = {word for rule in self.cleaner.active_rules for word in rule.keywords}
        (self.folder / "words").write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")
        lines = self.folder / "lines.txt"
        lines.write_text("\n".join(self.texts), encoding="utf-8")
        start = time.perf_counter()
        command = ["rg", "-j1", "-v", "-i", "-F", "-f", str(self.folder / "words"), str(lines)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # it says 1 where no line is left
        return time.perf_counter() - start

    def datatrove(self) -> float:
        from datatrove.data import Document
        from datatrove.pipeline.filters import C4QualityFilter

        step = C4QualityFilter(filter_no_terminal_punct=True, min_num_sentences=-1)
        start = time.perf_counter()
        for n, text in enumerate(self.texts):
            step.filter(Document(text=text, id=str(n)))
        return time.perf_counter() - start


def run(command: list[str]) -> float:
    """Seconds that a program takes."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def measured(bench: Bench, repeats: int) -> dict[str, float]:
    """Median seconds of everything, each in turn."""
    article = bench.folder / "files" / "00000.txt"
    everything: dict[str, Timing] = {
        "engine": lambda: bench.engine(bench.cleaner),
        "engine, a tenth of the rules": lambda: bench.engine(bench.tenth),
        "orjson loop": bench.loop,
        "datatrove C4": bench.datatrove,
        "rg": bench.ripgrep,
        "clean -j 1": lambda: bench.clean(1, bench.dump),
        "clean -j 2": lambda: bench.clean(2, bench.dump),
        "clean -j 1, ten times the data": lambda: bench.clean(1, bench.times10),
        "copy files": bench.copy_files,
        "clean files": bench.clean_files,
        "python": lambda: run([sys.executable, "-c", "pass"]),
        "--version": lambda: run([*PROGRAM, "--version"]),
        "clean one article": lambda: run([*PROGRAM, "clean", str(article), "-q"]),
    }
    seconds: dict[str, list[float]] = {}
    for _ in range(repeats):
        for name, timing in everything.items():
            try:
                seconds.setdefault(name, []).append(timing())
            except (ImportError, FileNotFoundError):
                print(f"{name}: not installed, left out", file=sys.stderr)
    return {name: statistics.median(each) for name, each in seconds.items() if each}


def goals(s: dict[str, float]) -> list[tuple[str, str, str, str]]:
    """What is compared, the goal, what was measured, and whether it is met."""
    data = s["clean -j 1"] - s["clean one article"], s["clean -j 1, ten times the data"] - s["clean one article"]
    rows: list[tuple[str, float | None, str, float, bool]] = [
        ("engine in memory / datatrove C4 without sentences", over(s, "datatrove C4", "engine"), "x", 10, True),
        ("`clean` of a dump, 1 process / orjson loop", over(s, "orjson loop", "clean -j 1"), "x", 0.8, True),
        ("`clean` of a dump, 2 processes / orjson loop", over(s, "orjson loop", "clean -j 2"), "x", 1.3, True),
        ("2 processes / 1 process", over(s, "clean -j 1", "clean -j 2"), "x", 1.3 / 0.8, True),
        ("`clean` of small files / reading and writing them", over(s, "copy files", "clean files"), "x", 0.7, True),
        ("time for ten times the rules", over(s, "engine", "engine, a tenth of the rules"), "x", 1.3, False),
        ("time for ten times the data, start-up aside", data[1] / data[0], "x", 10.5, False),
        ("`--version` over an empty Python", 1000 * (s["--version"] - s["python"]), " ms", 60, False),
        (
            "`clean` of one article over an empty Python",
            1000 * (s["clean one article"] - s["python"]),
            " ms",
            150,
            False,
        ),
    ]
    found = []
    for name, value, unit, goal, more in rows:
        sign = ">=" if more else "<="
        met = "" if value is None else "yes" if (value >= goal) == more else "no"
        shown = "not measured" if value is None else f"{value:.3g}{unit}"
        found.append((name, f"{sign} {goal:.3g}{unit}", shown, met))
    return found


def over(seconds: dict[str, float], one: str, other: str) -> float | None:
    """How many times as long `one` takes as `other`."""
    return seconds[one] / seconds[other] if one in seconds and other in seconds else None


def table(rows: list[tuple[str, ...]], *head: str) -> str:
    """Rows as a Markdown table."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, tuple("---" for _ in head), *rows)]
    return "\n".join(lines) + "\n"


def picture(rates: dict[str, float]) -> str:
    """Throughputs (MB/s) as bars on a logarithmic scale, as SVG."""
    import math

    low = min(rates.values()) / 2
    width = {name: 360 * math.log(rate / low) / math.log(max(rates.values()) / low) for name, rate in rates.items()}
    bars = [
        f'<text x="190" y="{30 + 26 * n}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="200" y="{17 + 26 * n}" width="{width[name]:.0f}" height="18" fill="#4878a8"/>'
        f'<text x="{206 + width[name]:.0f}" y="{30 + 26 * n}">{rate:.3g} MB/s</text>'
        for n, (name, rate) in enumerate(rates.items())
    ]
    height = 26 * len(rates) + 20
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="660" height="{height}" font-family="sans-serif" '
            f'font-size="13"><title>Throughput, logarithmic</title>\n' + "\n".join(bars) + "\n</svg>\n")  # fmt: skip


def rates(seconds: dict[str, float], size: int) -> dict[str, float]:
    """MB/s of all that goes through the dump."""
    whole = ("rg", "orjson loop", "datatrove C4", "engine", "engine, a tenth of the rules", "clean -j 1", "clean -j 2")
    return {name: size / 1e6 / seconds[name] for name in whole if name in seconds}


def main() -> None:
    """Measure, print, and write where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--documents", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    size = int(options.megabytes * 1e6)
    with tempfile.TemporaryDirectory() as folder:
        texts = built(size) if options.documents is None else given(options.documents, size)
        bench = Bench(Path(folder), texts, options.files)
        seconds = measured(bench, options.repeats)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    speeds = rates(seconds, bench.bytes)
    when = datetime.datetime.now(datetime.UTC).date()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    text = (f"Measured {when}: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
            f"{bench.bytes / 1e6:.1f} MB in {len(texts)} records, {len(bench.cleaner.active_rules)} rules, "
            f"{options.files} files, median of {options.repeats}; load {load}. "
            f"Largest process: {peak:.0f} MB.\n\n"
            + table(goals(seconds), "what", "goal", "measured", "met") + "\n"
            + table([(name, f"{rate:.3g}") for name, rate in speeds.items()], "through one dump", "MB/s"))  # fmt: skip
    print(text)
    if options.write:
        write(text, picture(speeds))


def write(text: str, image: str) -> None:
    """Put the tables and the picture into the docs."""
    page = ROOT / "docs" / "performance.md"
    before, _, rest = page.read_text(encoding="utf-8").partition("<!-- measured -->\n")
    after = rest.partition("<!-- end -->")[2]
    page.write_text(f"{before}<!-- measured -->\n{text}\n<!-- end -->{after}", encoding="utf-8")
    (ROOT / "docs" / "performance.svg").write_text(image, encoding="utf-8")


if __name__ == "__main__":
    main()
