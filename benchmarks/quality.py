"""The quality gate: cleans the evaluation data under default settings, scores it, holds the scores to pinned floors.

    python benchmarks/quality.py DATA [--part open|hidden|all] [--lang de] [--worst 40] [--rules] [--write-floors]

DATA is the folder with `dev.jsonl.gz`, its labels and `score.py`. A third of the publishers (by `hidden` below) is held
back: its figures are printed, its texts are not, unless `--show-hidden` says that they are to be read.
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
    args = parser.parse_args()
    cleaner = Cleaner(min_confidence=args.min_confidence)
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
