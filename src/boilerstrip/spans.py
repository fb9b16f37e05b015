"""From verdicts to spans: lines and sentences that go, blank lines settled; not the verdicts themselves."""

from __future__ import annotations

from collections.abc import Sequence

from boilerstrip.blocks import Block
from boilerstrip.matching import Match
from boilerstrip.removal import Verdict

Span = tuple[int, int, Verdict, Match | None, int]  # start, end, verdict, sentence or None, level


def spans(verdicts: Sequence[Verdict]) -> list[Span]:
    """What goes, as (start, end, verdict, sentence match or None, level), in order and apart, blank lines settled."""
    found: list[Span] = []
    blank = [not v.line.block.text.strip() for v in verdicts]
    goes = [v.whole for v in verdicts]
    last_kept_blank = True  # the text's edge counts as a blank line
    for at, verdict in enumerate(verdicts):
        block = verdict.line.block
        if goes[at]:
            found.append((block.start, block.end, verdict, None, verdict.level))
        elif blank[at] and at and goes[at - 1] and last_kept_blank:
            goes[at] = True
            _widen(found, block)
        else:
            found += [(s, e, verdict, m, level) for s, e, m, level in _sentence_spans(verdict)]
            last_kept_blank = blank[at]
    return _trailing_blank(found, verdicts, goes, blank)


def _widen(found: list[Span], block: Block) -> None:
    start, _, verdict, match, level = found[-1]
    found[-1] = (start, block.end, verdict, match, level)


def _trailing_blank(
    found: list[Span], verdicts: Sequence[Verdict], goes: list[bool],
    blank: list[bool],
) -> list[Span]:  # fmt: skip
    """Where the text's end goes, the blank line before it goes too."""
    at = len(verdicts) - 1
    while at >= 0 and goes[at]:
        at -= 1
    if 0 <= at < len(verdicts) - 1 and blank[at]:
        block = verdicts[at].line.block
        for number, (start, end, verdict, match, level) in enumerate(found):
            if start == block.end:
                found[number] = (block.start, end, verdict, match, level)
    return found


def _sentence_spans(verdict: Verdict) -> list[tuple[int, int, Match, int]]:
    """Sentences that go; those that end a line take the space before them instead of the line end after them."""
    block = verdict.line.block
    found = [(match.start, match.end, match, level) for match, level in verdict.sentences]
    edge = block.end
    for at in range(len(found) - 1, -1, -1):
        start, end, match, level = found[at]
        if end < edge:
            break
        edge = start
        before = block.text[: start - block.start]
        start = block.start + len(before.rstrip())
        found[at] = (start, min(end, block.start + len(block.content)), match, level)
        if at + 1 < len(found):  # the space between two that go belongs to the first
            following = found[at + 1]
            found[at] = (start, following[0], match, level)
    return [span for span in found if span[0] < span[1]]
