"""What must stay: lines and whole articles that a careless rule would take.

`lines/<language>.toml` holds groups: a theme, the lines (one a row), and where they are put. A line is put at the head
of a neutral article, and in its middle and at its end beside a line that certainly goes. A heading of which the same
words open a list of links elsewhere names only the places where it has to stay. `articles/*.txt` are complete
articles; each has to come out as it went in. `known.toml` is the table of failures that are known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from boilerstrip import Cleaner

FOLDER = Path(__file__).parent
PLACES = ("head", "middle", "tail", "beside")
CERTAIN = "Advertisement"

ARTICLE = (
    "The bridge over the river was closed to lorries on Monday after engineers found cracks in two of its pillars.",
    "Drivers had to take a detour of thirty kilometres through the hills, and the queue reached the old mill by noon.",
    "The repair will take until autumn, the mayor said, and nobody in the village expects it to be finished earlier.",
)

# What the rules still take, by rule. Each has to fail; once it survives, its entry has to go.
_KNOWN = tomllib.loads((FOLDER / "known.toml").read_text(encoding="utf-8"))
KNOWN_LINES = {line: rule for rule, lines in _KNOWN["lines"].items() for line in lines}
KNOWN_ARTICLES = {stem: rule for rule, stems in _KNOWN["articles"].items() for stem in stems}


@cache
def cleaner() -> Cleaner:
    """One cleaner for the whole folder."""
    return Cleaner()


def collection() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield (language, theme, line, places)."""
    for path in sorted((FOLDER / "lines").glob("*.toml")):
        for group in tomllib.loads(path.read_text(encoding="utf-8"))["groups"]:
            for line in group["lines"].splitlines():
                if line.strip():
                    yield path.stem, group["theme"], line, tuple(group.get("places", PLACES))


def layouts(line: str, places: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield (place, text, the text without the line that certainly goes). Company is evidence on top of a place."""
    first, middle, last = ARTICLE
    company = f"{CERTAIN}\n" if "beside" in places else ""
    if "head" in places:
        text = f"{line}\n{first}\n{middle}\n{last}\n"
        yield "head", text, text
    if "middle" in places:
        yield "middle", f"{first}\n{line}\n{company}{middle}\n{last}\n", f"{first}\n{line}\n{middle}\n{last}\n"
    if "tail" in places:
        yield "tail", f"{first}\n{middle}\n{last}\n{company}{line}\n", f"{first}\n{middle}\n{last}\n{line}\n"


def _line_parameters() -> Iterator[object]:
    for language, theme, line, places in collection():
        marks = [pytest.mark.xfail(reason=KNOWN_LINES[line], strict=True)] if line in KNOWN_LINES else []
        yield pytest.param(line, places, marks=marks, id=f"{language}-{theme}-{line[:40]}")


def _article_parameters() -> Iterator[object]:
    for path in sorted((FOLDER / "articles").glob("*.txt")):
        known = KNOWN_ARTICLES.get(path.stem)
        marks = [pytest.mark.xfail(reason=known, strict=True)] if known else []
        yield pytest.param(path, marks=marks, id=path.stem)


@pytest.mark.parametrize(("line", "places"), list(_line_parameters()))
def test_line_stays(line: str, places: tuple[str, ...]) -> None:
    for place, text, expected in layouts(line, places):
        result = cleaner().clean(text)
        rules = ", ".join(sorted({removal.rule for removal in result.removals}))
        assert result.text in (text, expected), f"{place}: {rules}"


@pytest.mark.parametrize("path", list(_article_parameters()))
def test_article_stays_whole(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    result = cleaner().clean(text)
    taken = [(removal.rule, text[removal.start : removal.end]) for removal in result.removals]
    assert not taken
    assert result.status == "untouched"


def test_collection_is_large_and_without_doubles() -> None:
    lines = [(language, line) for language, _, line, _ in collection()]
    assert len(lines) == len(set(lines))
    assert len(lines) >= 700
    assert len({language for language, *_ in collection()}) >= 24
    assert len(list((FOLDER / "articles").glob("*.txt"))) >= 60


def test_groups_name_known_places() -> None:
    assert all(places and set(places) <= set(PLACES) for *_, places in collection())


def test_known_failures_are_in_the_collection() -> None:
    assert set(KNOWN_LINES) <= {line for _, _, line, _ in collection()}
    assert set(KNOWN_ARTICLES) <= {path.stem for path in (FOLDER / "articles").glob("*.txt")}
