"""The quality gate: cleans the evaluation data under default settings, scores it, holds the scores to pinned floors.

    python benchmarks/quality.py DATA --gate [--write-floors [--allow-lower]]
    python benchmarks/quality.py DATA [--part open|hidden|all] [--lang de] [--worst 40] [--rules] [--bodies]
    python benchmarks/quality.py DATA --by-confidence

DATA is the folder with `dev.jsonl.gz`, its labels and `score.py`. A third of the publishers (by `hidden` below) is held
back: its figures are printed, its texts are not, unless `--show-hidden` says that they are to be read. `--gate` holds
all figures to `floors.json` beside this script, which also names the digest of the data; exit 1 where one fell.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from boilerstrip import Cleaner, CleanResult
from boilerstrip.rules import CONFIDENCES


def hidden(publisher: str) -> bool:
    """Whether a publisher belongs to the third that is held back."""
    return int(hashlib.sha256(publisher.encode()).hexdigest()[:8], 16) % 3 == 0


def records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in stream:
            yield json.loads(row)


def scorer(data: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", data / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def clean(cleaner: Cleaner, record: dict[str, Any]) -> CleanResult:
    return cleaner.clean(record["text"], url=record.get("url") or None, publisher=record.get("publisher") or None)


class PerRule:
    """Rule -> lines it removed, by what they were labelled; and what it wrongly took."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.pages: dict[str, set[str]] = defaultdict(set)
        self.losses: list[tuple[str, str, str]] = []

    def add(self, record: dict[str, Any], result: CleanResult, labels: dict[str, tuple[str, str]], key: Any) -> None:
        body = {" ".join(line["text"].split()) for line in record.get("lines", ()) if line["label"] == "content"}
        for removal in result.removals:
            for text in result.source[removal.start : removal.end].split("\n"):
                line = " ".join(text.split())
                if not line:
                    continue
                self.hits[removal.rule] += 1
                self.pages[removal.rule].add(record["publisher"])
                category = labels.get(key(line), ("", ""))[0]
                if line in body or category == "content":
                    self.wrong[removal.rule] += 1
                    self.losses.append((removal.rule, record["id"], line))


def run(data: Path, part: str, lang: str, cleaner: Cleaner) -> tuple[Any, PerRule, dict[str, Any]]:
    module = scorer(data)
    labels = module.read_labels(data / "dev.labels.tsv")
    score, rules = module.Score(labels), PerRule()
    for record in records(data / "dev.jsonl.gz"):
        name = record["publisher"] or record.get("domain") or record["id"].split("#")[0]
        if part != "all" and hidden(name) != (part == "hidden"):
            continue
        if lang and record["lang"] != lang:
            continue
        result = clean(cleaner, record)
        score.add(record, result.text)
        if record["source"] == "fundus" and not record.get("gold_suspect"):
            rules.add(record, result, labels, module.line_key)
    return score, rules, score.summary()


def bodies(path: Path, cleaner: Cleaner) -> tuple[int, int, float, list[tuple[str, str, str]]]:
    """(documents, touched, share of characters removed, removals as (rule, id, text))."""
    documents = touched = removed = total = 0
    shown: list[tuple[str, str, str]] = []
    for record in records(path):
        result = cleaner.clean(record["text"], url=record.get("url") or None)
        documents += 1
        total += len(record["text"])
        touched += bool(result.removals)
        removed += result.removed_chars
        shown += [(r.rule, record["id"], record["text"][r.start : r.end].strip()) for r in result.removals]
    return documents, touched, removed / max(1, total), shown


FLOORS = Path(__file__).with_name("floors.json")
LOWER_IS_BETTER = ("lost", "pages_hurt", "kept_by_default_removed", "with_lost", "touched", "chars_removed")


def figures(data: Path, cleaner: Cleaner) -> tuple[dict[str, float], list[tuple[str, str, str]]]:
    """Every gated figure by name, and the wrong removals of the parts that may be read."""
    found: dict[str, float] = {}
    suspects: list[tuple[str, str, str]] = []
    for part in ("open", "hidden"):
        _, rules, summary = run(data, part, "", cleaner)
        show(part, summary)
        labelled, segments = summary["labelled"], summary["segments"]
        for name in ("recall", "recall_self_evident", "recall_unique_lines", "recall_publisher_mean", "precision"):
            found[f"{part}.{name}"] = labelled[name]
        found[f"{part}.lost"] = labelled["content_chars_lost"]
        found[f"{part}.pages_hurt"] = labelled["pages_hurt"]
        taken, seen = labelled["kept_by_default_removed"]
        found[f"{part}.kept_by_default_removed"] = taken / max(1, seen)
        found[f"{part}.with_lost"] = segments["with_lost"]
        suspects += rules.losses if part == "open" else [(rule, "held back", "") for rule, _, _ in rules.losses]
    for name in ("clean_bodies", "gold_bodies"):
        documents, touched, share, shown = bodies(data / f"{name}.jsonl.gz", cleaner)
        print(f"[{name}] {touched}/{documents} touched, {share:.4%} of characters")
        found[f"{name}.touched"], found[f"{name}.chars_removed"] = touched, share
        suspects += shown
    return found, suspects


def digest(data: Path) -> str:
    """SHA-256 over the files that are scored."""
    total = hashlib.sha256()
    for name in ("dev.jsonl.gz", "dev.labels.tsv", "clean_bodies.jsonl.gz", "gold_bodies.jsonl.gz", "score.py"):
        total.update((data / name).read_bytes())
    return total.hexdigest()


def fell(name: str, value: float, floor: float) -> bool:
    """Whether a figure is worse than its floor."""
    worse_up = name.rsplit(".", 1)[1] in LOWER_IS_BETTER
    return value > floor + 1e-9 if worse_up else value < floor - 1e-9


def gate(data: Path, cleaner: Cleaner, write: bool, allow_lower: bool) -> int:
    """Hold the figures to the pinned floors; return the exit code."""
    found, suspects = figures(data, cleaner)
    pinned = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {"data": digest(data), "floors": {}}
    if pinned["data"] != digest(data) and not allow_lower:
        print("the data is not what the floors were pinned on; --write-floors --allow-lower pins them anew")
        return 2
    fallen = {n: f for n, f in pinned["floors"].items() if n not in found or fell(n, found[n], f)}
    for name, floor in fallen.items():
        print(f"FELL   {name}: {found.get(name)} is worse than {floor}")
    if fallen:
        for row in suspects:
            print("SUSPECT", *row, sep="\t")
    if write and (not fallen or allow_lower):
        rows = {name: round(value, 6) for name, value in sorted(found.items())}
        FLOORS.write_text(json.dumps({"data": digest(data), "floors": _eased(rows)}, indent=1) + "\n", "utf-8")
        print(f"pinned {len(rows)} floors")
        return 0
    print("gate: " + ("FAILED" if fallen else f"passed, {len(pinned['floors'])} floors hold"))
    return 1 if fallen or not pinned["floors"] else 0


def _eased(rows: dict[str, float]) -> dict[str, float]:
    """Rounding must not turn a figure into a floor that it misses itself."""
    return {n: v + 1e-6 if n.rsplit(".", 1)[1] in LOWER_IS_BETTER and v % 1 else v - 1e-6 if v % 1 else v
            for n, v in rows.items()}  # fmt: skip


def show(part: str, summary: dict[str, Any]) -> None:
    labelled = summary.get("labelled")
    if labelled:
        print(
            f"[{part}] recall {labelled['recall']:.1%} S {labelled['recall_self_evident']:.1%} "
            f"distinct {labelled['recall_unique_lines']:.1%} publishers {labelled['recall_publisher_mean']:.1%} | "
            f"precision {labelled['precision']:.2%} lost {labelled['content_chars_lost']:.4%} "
            f"pages hurt {labelled['pages_hurt']}/{labelled['pages']} docs {labelled['documents_hurt']:.2%} | "
            f"kept-by-default removed {labelled['kept_by_default_removed']}"
        )
        print("   ", "  ".join(f"{k} {a}/{b}" for k, (a, b) in labelled["by_category"].items()))
        print("   ", "  ".join(f"{k} {a}/{b}" for k, (a, b) in labelled["by_language"].items()))
    if "segments" in summary:
        print("    segments", summary["segments"])


def by_confidence(data: Path) -> None:
    """Print, as a Markdown table, what each `--min-confidence` finds and costs on both parts."""
    print("| `--min-confidence` | recall open / hidden | characters lost | pages hurt | clean bodies touched |")
    print("|---|---|---|---|---|")
    for name in reversed(CONFIDENCES):
        cleaner = Cleaner(min_confidence=name)
        parts = [run(data, part, "", cleaner)[2]["labelled"] for part in ("open", "hidden")]
        recall, lost, hurt = (
            " / ".join(f"{part[key]:{form}}" for part in parts)
            for key, form in (("recall", ".0%"), ("content_chars_lost", ".3%"), ("pages_hurt", "d"))
        )
        documents, touched, _, _ = bodies(data / "clean_bodies.jsonl.gz", cleaner)
        print(f"| `{name}` | {recall} | {lost} | {hurt} | {touched} of {documents} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", choices=("open", "hidden", "all", "both"), default="both")
    parser.add_argument("--lang", default="")
    parser.add_argument("--min-confidence", default="likely")
    parser.add_argument("--worst", type=int, default=0, help="show N lost and N missed lines of the open part")
    parser.add_argument("--rules", action="store_true", help="per rule: lines removed, wrong ones, publishers")
    parser.add_argument("--show-hidden", action="store_true")
    parser.add_argument("--bodies", action="store_true", help="also run over the clean and gold bodies")
    parser.add_argument("--gate", action="store_true", help="hold all figures to the pinned floors")
    parser.add_argument("--write-floors", action="store_true", help="with --gate: pin the figures that were reached")
    parser.add_argument("--by-confidence", action="store_true", help="a table of what each --min-confidence finds")
    parser.add_argument("--allow-lower", action="store_true", help="with --write-floors: even where one fell")
    args = parser.parse_args()
    if args.by_confidence:
        by_confidence(args.data)
        return 0
    cleaner = Cleaner(min_confidence=args.min_confidence)
    if args.gate:
        return gate(args.data, cleaner, args.write_floors, args.allow_lower)
    for part in ("open", "hidden") if args.part == "both" else (args.part,):
        score, rules, summary = run(args.data, part, args.lang, cleaner)
        show(part, summary)
        if part != "open" and not args.show_hidden:
            continue
        for row in rules.losses[: args.worst]:
            print("LOST  ", *row, sep="\t")
        for row in score.lost_examples[: args.worst]:
            print("HURT  ", row[0], row[1][:200], sep="\t")
        for category, identity, text in sorted(set(score.missed_examples))[: args.worst]:
            print("MISSED", category, identity, text[:200], sep="\t")
        if args.rules:
            for name, count in rules.hits.most_common():
                print(f"    {count:5} {rules.wrong[name]:4} {len(rules.pages[name]):4}  {name}")
    if args.bodies:
        for name in ("clean_bodies", "gold_bodies"):
            documents, touched, share, shown = bodies(args.data / f"{name}.jsonl.gz", cleaner)
            print(f"[{name}] {touched}/{documents} touched, {share:.4%} of characters")
            for row in shown[: args.worst or None]:
                print("TOUCHED", row[0], row[1], row[2][:160], sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
