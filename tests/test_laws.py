"""The laws of the engine as properties over generated texts; examples of single rules are in `test_rules`."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boilerstrip import Cleaner, CleanResult, RuleTimeout, SettingsError, clean, load_rules
from boilerstrip.blocks import is_prose, sentences
from boilerstrip.blocks import lines as split_lines
from boilerstrip.company import CONSENT_BOX
from boilerstrip.folding import fold, is_irregular
from boilerstrip.irregular import compute_irregular, irregular_texts, table
from boilerstrip.lookup import Lookup, Scan
from boilerstrip.matching import Matcher
from boilerstrip.packs import parse_pack
from texts import documents, lines

SEED = next((Path(__file__).parent.parent / "seeds").glob("*.txt")).read_bytes().decode()
CLEANER = Cleaner()
WIDE_OPEN = Cleaner(budget=1.0)
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@given(st.text(st.characters(codec=None)) | documents())
@quick
def test_1_blocks_tile_the_text(text: str) -> None:
    blocks = split_lines(text)
    assert "".join(block.text for block in blocks) == text
    for block in blocks:
        assert text[block.start : block.end] == block.text
        assert "".join(tile.text for tile in sentences(block)) == block.text


@given(documents())
@quick
def test_2_removed_and_kept_are_the_source(text: str) -> None:
    result = WIDE_OPEN.clean(text)
    at, kept, rebuilt = 0, [], []
    for removal in result.removals:
        assert at <= removal.start < removal.end <= len(text)
        assert removal.line == text.count("\n", 0, removal.start) + 1
        assert removal.evidence
        kept.append(text[at : removal.start])
        rebuilt += [text[at : removal.start], text[removal.start : removal.end]]
        at = removal.end
    assert result.text == "".join(kept) + text[at:]
    assert "".join(rebuilt) + text[at:] == text


@given(documents())
@quick
def test_4_cleaning_twice_changes_nothing(text: str) -> None:
    for cleaner in (CLEANER, WIDE_OPEN):
        once = cleaner.clean(text)
        again = cleaner.clean(once.text)
        if once.status == "cleaned":
            assert again.removals == ()
            assert again.status == "untouched"
        else:
            assert once.text == text


@given(documents())
@quick
def test_5_untouched_means_identical(text: str) -> None:
    result = CLEANER.clean(text)
    assert (result.status == "cleaned") == bool(result.removals)
    if result.status != "cleaned":
        assert result.text is text


@given(documents())
@quick
def test_6_rule_order_does_not_matter(text: str) -> None:
    shuffled = list(load_rules().rules)
    random.Random(len(text)).shuffle(shuffled)
    other = _shuffled(tuple(rule.id for rule in shuffled[:50]))
    assert other.clean(text).removals == CLEANER.clean(text).removals


_others: list[Cleaner] = []


def _shuffled(_: tuple[str, ...]) -> Cleaner:
    if not _others:
        rules = load_rules()
        _others.append(Cleaner(rules=replace(rules, rules=tuple(reversed(rules.rules)))))
    return _others[0]


def test_6_hash_seed_does_not_matter() -> None:
    code = "import sys; from boilerstrip import clean; print(clean(sys.stdin.read()).removals)"
    text = SEED + "\nRead more:\nAdvertisement\n"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1
    assert "en-appeal-message" in outputs.pop()


@given(documents(), st.floats(0, 1))
@quick
def test_7_no_more_than_the_budget_goes(text: str, budget: float) -> None:
    result = Cleaner(rules=load_rules(), budget=budget).clean(text) if len(text) % 7 == 0 else CLEANER.clean(text)
    share = budget if len(text) % 7 == 0 else CLEANER.budget
    boxed = sum(r.end - r.start for r in result.removals if any(e.rule == CONSENT_BOX for e in r.evidence))
    assert result.removed_chars - boxed <= share * (len(text) - boxed)
    assert boxed == 0 or result.removed_chars <= share * len(text) or sum(map(is_prose, result.text.split("\n"))) >= 3
    if result.status == "over_budget":
        assert result.text == text


LEGAL = "We and our {} partners use cookies to store and access information on your device."


def test_7_a_consent_box_beside_an_article_does_not_count() -> None:
    box = "".join(f"{LEGAL.format(n)}\n" for n in range(40))
    article = "The bridge over the river was closed on Monday after engineers found cracks in two of its pillars.\n" * 3
    about = "The privacy policy of the site says that cookies are set, and nobody asked for data protection.\n" * 3
    assert clean(article + box).text == article
    assert clean(about + box).status == "over_budget"
    assert clean(box).status == "over_budget"


def test_7_over_budget_can_come_out_empty() -> None:
    wall = "Advertisement\n" * 8 + "It rained.\n"
    assert clean(wall).status == "over_budget"
    assert Cleaner(over_budget="empty").clean(wall).text == ""
    assert Cleaner(budget=1.0).clean(wall).status == "cleaned"


def test_8_a_pattern_sees_its_own_block_only() -> None:
    pack = parse_pack(
        """
        [[rules]]
        id = "own"
        category = "related"
        confidence = "certain"
        description = "x"
        pattern = '''(?<!b)^zebra crossing$'''
        keywords = ["zebra"]
        removes = ["zebra crossing"]
        keeps = ["a"]
        """
    )
    assert Cleaner(rules=pack).clean("ab\nZebra crossing\nThe end of it.\n").text == "ab\nThe end of it.\n"


class _Everything(Lookup):
    """Says of every branch that it may fit wherever it is asked of."""

    def scan(self, text: str, parts: list[str]) -> Scan:
        return Scan(super().scan(text, parts).lows, {at: set(range(len(self.entries))) for at in range(len(parts))})

    def near(self, low: str, source: str, length: int) -> list[int]:
        return list(range(len(self.entries)))

    def near_core(self, text: str, length: int) -> list[int]:
        return list(range(len(self.entries)))

    def near_sentence(self, low: str, source: str) -> list[int]:
        return [number for number, entry in enumerate(self.entries) if entry.paragraph]

    def likely(self, numbers: Iterable[int], low: str) -> list[int]:
        return list(numbers)

    def within(self, numbers: Iterable[int], text: str) -> list[int]:
        return list(numbers)


def _found(matcher: Matcher, text: str) -> list[tuple[int, str, str, int, int]]:
    return [
        (at, match.rule.id, match.part, match.start, match.end)
        for at, line in enumerate(matcher.lines(text) or [])
        for match in (*line.matches, *line.sentence_matches)
    ]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    rules = load_rules()
    return Matcher([r for r in rules if r.scope != "context"], rules.keeps, rules.publishers)


@pytest.fixture(scope="module")
def slow_matcher(matcher: Matcher) -> Matcher:
    rules = load_rules()
    slow = Matcher(matcher.rules, rules.keeps, rules.publishers)
    slow.lookup = _Everything(slow.units)
    return slow


@given(text=st.lists(lines(), max_size=2).map("\n".join))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_10_the_lookup_loses_nothing(matcher: Matcher, slow_matcher: Matcher, text: str) -> None:
    assert _found(matcher, text) == _found(slow_matcher, text)


def test_10_the_table_of_irregular_characters_is_fresh() -> None:
    assert set(irregular_texts()) >= set(compute_irregular())
    assert table().count("\n") > 400


@given(st.text(st.characters(codec=None), max_size=30))
@quick
def test_10_regular_text_folds_like_lower_case(text: str) -> None:
    if any(is_irregular(c) or c in "ß\\&" for c in text) or any(pair in text for pair in irregular_texts()):
        return
    letters = "".join(c for c in fold(text) if c.isalpha())
    assert letters == "".join(c for c in text.lower() if c.isalpha())


@given(st.text(st.characters(codec=None), max_size=60))
@quick
def test_folding_is_idempotent(text: str) -> None:
    once = fold(text)
    if "&" not in once and "\\" not in once:
        assert fold(once) == once


def test_the_seed_comes_out_as_the_article() -> None:
    article = SEED[: SEED.index("A Message from The Moscow Times:")]
    for text in (SEED, SEED.replace("The Moscow Times", "The Ural Lantern")):
        for publisher in ("auto", "none"):
            result = Cleaner(publisher=publisher).clean(text)
            assert result.text == article
            assert result.text.endswith("Reuters quoted the official as saying.\n")


def test_a_cleaner_pickles_and_is_shared_between_threads() -> None:
    again = pickle.loads(pickle.dumps(CLEANER))
    results: list[CleanResult] = []
    threads = [threading.Thread(target=lambda: results.append(again.clean(SEED))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.removals for result in results] == [CLEANER.clean(SEED).removals] * 8


@pytest.mark.parametrize("text", ["", "\n" * 100_000, "\x00" * 1000, "\ud800\n\udfff", "\ufeff"])
def test_odd_texts_come_out_as_they_were(text: str) -> None:
    assert clean(text).text == text


def _seconds(text: str) -> float:
    start = time.perf_counter()
    CLEANER.clean(text)
    return time.perf_counter() - start


@pytest.mark.parametrize(
    "piece",
    [
        "word ",
        "He read more. ",
        "Read more\n",
        "\n",
        "a\n\n",
        '"',
        "Sign up to our newsletter. ",
        "A message from us:\n",
    ],
)
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    small, large = (piece * (size // len(piece)) for size in (100_000, 800_000))
    CLEANER.clean(f"Once {small}")  # warm, without having seen the line itself
    assert _seconds(large) < 8 * 3.5 * max(_seconds(small), 0.005)


def test_a_users_rule_that_hangs_is_an_error_that_names_it() -> None:
    pack = parse_pack(
        """
        [[rules]]
        id = "slow-one"
        category = "related"
        confidence = "certain"
        description = "x"
        pattern = '''zebra(?:a|a|aa)+b'''
        keywords = ["zebra"]
        removes = ["zebrab"]
        keeps = ["a"]
        """
    )
    with pytest.raises(RuleTimeout, match="slow-one"):
        Cleaner(rules=pack).clean("zebra" + "a" * 290)


@pytest.mark.parametrize(
    "wrong", [{"min_confidence": "sure"}, {"budget": 2.0}, {"over_budget": "cut"}, {"select": ("newsleter",)}]
)
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        Cleaner(**wrong)  # type: ignore[arg-type]


def test_the_core_imports_no_terminal_and_no_engine() -> None:
    code = (
        "import sys, boilerstrip; boilerstrip.clean('Read more:');"
        "print([m for m in ('click', 'rich', 'pyarrow', 'orjson') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
