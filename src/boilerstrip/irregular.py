"""The characters through which a keyword could stand in a text unseen, read from a table; not the scan itself.

The table `irregular.txt` is what `python -m boilerstrip.irregular` prints; a test compares the two.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from boilerstrip.folding import is_irregular


@lru_cache(maxsize=1)
def irregular_texts() -> tuple[str, ...]:
    """Characters, and pairs that compose, through which a keyword could stand in a text unseen (`irregular.txt`)."""
    found: list[str] = []
    for row in Path(__file__).with_name("irregular.txt").read_text("utf-8").splitlines():
        if row.startswith("#"):
            continue
        first, _, last = row.partition("-")
        if "+" in first:
            found.append("".join(chr(int(code, 16)) for code in first.split("+")))
        else:
            found += map(chr, range(int(first, 16), int(last or first, 16) + 1))
    return tuple(found)


def compute_irregular() -> list[str]:
    """Work out the table for this Python's Unicode version (2 s): single characters, then composing pairs."""
    codes = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    single = {chr(code) for code in codes if is_irregular(chr(code))}
    pairs = set()
    for code in codes:
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) > 1 and parts[-1] not in single and not 0xAC00 <= code < 0xD7A4:
            pairs.add(unicodedata.normalize("NFC", parts[:-1])[-1] + parts[-1])
    return sorted(single) + sorted(pairs)


def table() -> str:
    """The table as text, for this Python's Unicode version."""
    rows = [f"# Unicode {unicodedata.unidata_version}: code points, ranges, and pairs that compose"]
    run: list[int] = []
    texts = compute_irregular()
    for text in [*texts, ""]:
        if run and (len(text) != 1 or ord(text) != run[-1] + 1):
            rows.append(f"{run[0]:x}" if len(run) == 1 else f"{run[0]:x}-{run[-1]:x}")
            run = []
        if len(text) == 1:
            run.append(ord(text))
        elif text:
            rows.append("+".join(f"{ord(c):x}" for c in text))
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(table())
