"""What the tests of engines have in common: 5,000 short documents, and packs of rules of their own."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from typing import Any

import texts
from boilerstrip import load_rules

NUMBER = 5000
PACK = Path(__file__).parents[1] / "cli" / "zap.toml"
SLOW = Path(__file__).with_name("slow.toml")
POISON = "zebra " + "a" * 290
Row = dict[str, Any]


@lru_cache(maxsize=1)
def documents() -> list[Row]:
    """Rows of `id`, `text` and `url`: running text, with the rules' own examples before and after it."""
    chance = random.Random(5)
    cues = [cue for cue in texts.cues() if "\x00" not in cue]
    domains = [domain for publisher in load_rules().publishers for domain in publisher.domains]
    rows: list[Row] = []
    for number in range(NUMBER):
        lines = chance.sample(texts.PROSE, 3)
        if number % 4:
            lines = [*chance.sample(cues, number % 2), *lines, *chance.sample(cues, chance.randint(1, 3))]
        url = f"https://{chance.choice(domains)}/{number}" if number % 3 else None
        rows.append({"id": f"{number:05d}", "text": "\n".join(lines) + "\n" * (number % 2), "url": url})
    return rows
