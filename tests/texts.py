"""Texts to try the laws on: articles mixed from running text, boilerplate of the rules' own examples, and odd lines."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from hypothesis import strategies as st

from boilerstrip import load_rules

PROSE = (
    "The bridge over the river was closed to lorries on Monday after engineers found cracks in two of its pillars.",
    "Der Stadtrat stimmte am Abend mit großer Mehrheit für den Neubau der Schule, die seit Jahren zu klein ist.",
    "«Мы ждали этого решения десять лет», — сказала директор школы на встрече с жителями соседних улиц во вторник.",
    "市議会は火曜日、老朽化した小学校の建て替え案を賛成多数で可決した。",
    "She read the letter twice, put it back and said nothing. The next morning the office was empty. Nobody asked why.",
)
ODD = (
    "",
    " ",
    "\t",
    "\x0b\x0c",
    "\x00",
    "\ud800",
    "\x85",
    "\u2028",
    "…",
    "—",
    "1/2",
    '"',
    "Background",
    "&amp;&#10;",
    "\\n",
)
ENDS = ("\n", "\r\n", "\n\n", "\r", "")


@lru_cache(maxsize=1)
def cues() -> tuple[str, ...]:
    """Every third example of the rules that ship, short ones: lines that do go, and lines that may not."""
    rules = [rule for rule in load_rules() if rule.scope != "context"]
    texts = [text for rule in rules for text in (*rule.removes[:1], *rule.keeps[:1]) if len(text) < 400]
    return tuple(texts[::3]) + tuple(t for rule in rules if rule.scope == "block" for t in rule.removes)


def disguised(text: str, way: int) -> str:
    """The same line to a reader, in other code points."""
    ways = (
        lambda t: t,
        str.upper,
        str.title,
        lambda t: unicodedata.normalize("NFD", t),
        lambda t: t.replace(" ", "\u00a0"),
        lambda t: "\u200b".join(t),
        lambda t: t.replace("a", "&#97;").replace("o", "&#x6f;"),
        lambda t: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in t),
        lambda t: t.replace("fi", "ﬁ").replace("ss", "ß").replace("s", "ſ"),
        lambda t: t.swapcase(),
        lambda t: t.replace("e", "e\u00ad"),
    )
    return ways[way % len(ways)](text)


def lines() -> st.SearchStrategy[str]:
    """One line of any kind."""
    boiler = st.builds(disguised, st.sampled_from(cues()), st.integers(0, 10))
    joined = st.builds(lambda a, b: f"{a} {b}", st.sampled_from(PROSE), boiler)
    loose = st.text(st.characters(codec=None, exclude_characters="\n"), max_size=40)
    return st.one_of(st.sampled_from(PROSE), boiler, boiler, joined, st.sampled_from(ODD), loose)


def documents(max_lines: int = 14) -> st.SearchStrategy[str]:
    """Whole texts of up to `max_lines` lines with mixed line ends."""
    line = st.builds(str.__add__, lines(), st.sampled_from(ENDS))
    return st.lists(line, max_size=max_lines).map("".join)
