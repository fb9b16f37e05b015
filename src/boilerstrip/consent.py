"""Consent managers' boxes: long lists of purposes, cookies and vendors; not single consent lines (rules know those)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from boilerstrip.blocks import is_prose
from boilerstrip.matching import Line
from boilerstrip.rules import Rule

BOX_LINES = 8  # legal lines that make a consent box
BOX_GAP = 3  # filled lines between two of them


@dataclass(slots=True)
class _Box:
    """A box under way: the indices of its lines, and the legal rule of those that have one."""

    lines: list[int] = field(default_factory=list)
    legal: dict[int, Rule] = field(default_factory=dict)

    def rules(self) -> dict[int, Rule]:
        """Index -> the legal rule of that line or the nearest before it; empty where there are too few for a box."""
        if len(self.legal) < BOX_LINES:
            return {}
        end = max(self.legal)
        found: dict[int, Rule] = {}
        last = next(iter(self.legal.values()))
        for index in (i for i in self.lines if i <= end):
            found[index] = last = self.legal.get(index, last)
        return found


def consent_boxes(filled: Sequence[Line], words: Iterable[str]) -> dict[int, Rule]:
    """Index of each filled line in a box -> the legal rule it stands under.

    So many legal lines, so close together, that what is between them is theirs too; a line of running text only if it
    uses one of `words`, else the box ends before it.
    """
    legal = [next((m.rule for m in line.matches if m.rule.category == "legal"), None) for line in filled]
    boxes: dict[int, Rule] = {}
    if sum(rule is not None for rule in legal) < BOX_LINES:
        return boxes
    box = _Box()
    for index, rule in enumerate(legal):
        foreign = rule is None and _is_foreign(filled[index], words)
        if box.lines and (foreign or (rule is None and index - max(box.legal) > BOX_GAP)):
            boxes |= box.rules()
            box = _Box()
        if rule is not None:
            box.legal[index] = rule
        if box.legal:
            box.lines.append(index)
    return boxes | box.rules()


def _is_foreign(line: Line, words: Iterable[str]) -> bool:
    return is_prose(line.block.content) and not any(word in line.fold() for word in words)
