"""Evidence from the lines around and the guards against it, seen from outside; single rules are in `test_rules`."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from boilerstrip import Cleaner, CleanResult
from boilerstrip.removal import Verdict
from boilerstrip.rules import CONFIDENCES
from texts import documents

CLEANER = Cleaner()
BY_CONFIDENCE = [Cleaner(min_confidence=name, budget=1.0) for name in reversed(CONFIDENCES)]
FIRST = "The ferry to the northern islands was cancelled on Monday because of a storm that nobody had expected.\n"
MIDDLE = (
    "Two hundred passengers spent the night in the school of the harbour town, where the baker brought them bread.\n"
)
LAST = "The next boat will leave on Wednesday at noon, the shipping company announced, if the wind allows it by then.\n"
ARTICLE = FIRST + MIDDLE + LAST
SIGN_UP = "Sign up to our newsletter and get the best stories of the week delivered to your inbox.\n"
FOLLOW = "Follow us on Facebook and Twitter for all the latest news from the coast and the islands.\n"


def _clean(text: str) -> str:
    result: CleanResult = CLEANER.clean(text)
    return result.text


def _verdict(text: str, line: str) -> Verdict:
    return next(v for v in CLEANER.explain(text) if v.line.block.content == line.rstrip("\n"))


def test_two_invitations_in_the_body_confirm_each_other() -> None:
    assert _clean(FIRST + SIGN_UP + FOLLOW + MIDDLE + LAST) == ARTICLE


def test_an_advert_marker_in_the_body_is_no_company() -> None:
    text = FIRST + "Advertisement\nRelated\n" + MIDDLE + LAST
    assert _clean(text) == FIRST + "Related\n" + MIDDLE + LAST
    assert not _verdict(text, "Related").whole


def test_a_list_goes_on_past_a_question() -> None:
    titles = "Who pays for the new harbour?\nA night among the seagulls\nWhy do ferries still run on oil?\n"
    assert _clean(ARTICLE + "Share this article\nRelated Articles\n" + titles) == ARTICLE


@pytest.mark.parametrize("end", ["He waved.\nThen the boat left.\n", "“Nobody will ever forget that night.”\n"])
def test_a_list_stops_at_a_sentence(end: str) -> None:
    tail = "Share this article\nRelated Articles\nA night among the seagulls\n" + end
    assert _clean(ARTICLE + tail) == ARTICLE + end


@pytest.mark.parametrize("heading", ["Related:", "Related Articles"])
def test_a_heading_alone_with_its_list_stays_and_goes_in_company(heading: str) -> None:
    own = f"{heading}\nA night among the seagulls\nThe bakers of the coast\n"
    assert _clean(ARTICLE + own) == ARTICLE + own
    assert _clean(ARTICLE + own + "Share this article\n") == ARTICLE
    assert _clean(f"Advertisement\n{ARTICLE}{own}") == ARTICLE


@pytest.mark.parametrize("sentence", ["Follow us.", "Leave a reply.", "There are no comments.", "Join us on Telegram."])
def test_a_brief_sentence_stays_where_the_article_tells(sentence: str) -> None:
    told = f"{MIDDLE.rstrip()} {sentence} {LAST}"
    assert _clean(FIRST + told + SIGN_UP) == FIRST + told
    assert _clean(FIRST + sentence + "\n" + MIDDLE + LAST) == FIRST + sentence + "\n" + MIDDLE + LAST
    assert _clean(f"Advertisement\n{ARTICLE}{sentence}\n") == ARTICLE


def test_a_sentence_that_says_enough_goes_from_its_paragraph() -> None:
    assert _clean(f"{FIRST}{MIDDLE.rstrip()} {SIGN_UP}{LAST}") == FIRST + MIDDLE + LAST


@pytest.mark.parametrize("cue", ["Tweet\n", "17 comments\n"])
def test_a_weak_cue_alone_in_a_clean_text_stays(cue: str) -> None:
    assert _clean(ARTICLE + cue) == ARTICLE + cue
    assert "perhaps the author's own" in _verdict(ARTICLE + cue, cue).reasons[-1].detail
    assert _clean(ARTICLE + cue + "Share this article\n") == ARTICLE


def test_a_heading_or_an_appeal_alone_in_a_clean_text_goes() -> None:
    assert _clean(ARTICLE + "Related Articles\n") == ARTICLE
    assert _clean(ARTICLE + SIGN_UP) == ARTICLE


def test_a_paragraph_to_which_an_invitation_is_appended_stays() -> None:
    told = MIDDLE.rstrip() + " " + LAST.rstrip()
    text = f"{FIRST}{told} You can still support independent local journalism, as we depend on your donation today.\n"
    assert told in _clean(text)


@pytest.mark.parametrize("told", ["Anna laughed.", "Nobody came to the party on the pier."])
def test_a_paragraph_that_begins_with_something_told_keeps_that(told: str) -> None:
    assert told in _clean(f"{ARTICLE}{told} {SIGN_UP}")
    assert told in _clean(f"{ARTICLE}{told} This story was produced in partnership with the Hill Foundation.\n")


def test_a_line_of_labels_with_a_byline_stays() -> None:
    line = "Share this article | By Maria Brook\n"
    assert _clean(ARTICLE + line) == ARTICLE + line


def test_a_menu_goes_with_the_labels_that_no_rule_knows() -> None:
    menu = "Home\nNews\nNorth Shore\nSport\nContact us\n"
    assert _clean(ARTICLE + "Skip to main content\n" + menu) == ARTICLE


@pytest.mark.parametrize("line", ["By Maria Brook\n", "Boat 3, Captain Brook\n"])
def test_names_and_figures_among_the_words_of_a_menu_stay(line: str) -> None:
    text = ARTICLE + f"Skip to main content\nHome\nNews\nSport\n{line}It rained.\nContact us\n"
    assert line in _clean(text)


def test_a_players_time_goes_beside_a_line_that_goes() -> None:
    assert _clean(ARTICLE + "0:00 / 2:34\nSkip to main content\n") == ARTICLE
    assert _clean(FIRST + "12:30\n" + MIDDLE + LAST) == FIRST + "12:30\n" + MIDDLE + LAST


def test_an_end_full_of_boilerplate_is_a_tail_in_spite_of_a_teaser() -> None:
    teaser = "A baker feeds two hundred people for a night, and says that he would do it again tomorrow if he had to.\n"
    end = "Share this article\nRelated\nSubscribe to our newsletter\nAll rights reserved.\nSkip to main content\n"
    text = ARTICLE + "Related\n" + teaser + end
    assert not _verdict(ARTICLE + "Related\n" + teaser, "Related").whole
    assert _clean(text) == ARTICLE + teaser


def test_consent_text_does_not_make_the_article_one_on_cookies() -> None:
    consent = (
        "Cookies, browser data and similar technologies keep the pages of this house running; cookies of other houses "
        "measure how cookies are used on them.\n"
    )
    text = ARTICLE + "We use cookies to improve your experience.\n" + consent
    assert "mentions" not in " ".join(r.detail for v in CLEANER.explain(text) for r in v.reasons)


@pytest.mark.parametrize("line", ["会員登録して続きを読むと彼は述べた。\n", "「この記事は会員限定です」\n"])
def test_reported_speech_without_spaces_stays(line: str) -> None:
    body = (
        "港の町では月曜日の朝から強い風が吹き、島へ向かう船はすべて欠航となり、二百人の乗客が学校で夜を明かした。\n" * 2
    )
    assert _clean(body + line) == body + line


def test_the_reason_of_the_rule_that_is_named_comes_first() -> None:
    for verdict in CLEANER.explain(ARTICLE + "Share this article\nAll rights reserved.\nAdvertisement\n")[3:]:
        assert verdict.rule is not None
        assert verdict.reasons[0].rule == verdict.rule.id
        assert verdict.rule.description in verdict.reasons[0].detail


@given(documents())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_lower_confidence_removes_no_less(text: str) -> None:
    before: set[int] = set()
    for cleaner in BY_CONFIDENCE:
        result = cleaner.clean(text)
        gone = {at for r in result.removals for at in range(r.start, r.end) if not text[at].isspace()}
        assert result.status == "not_stable" or before <= gone
        before = gone
