"""What a record is told of itself: its status, the share that went, and the spans; not how a container spells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boilerstrip.cleaner import CleanResult

SPAN_TEXTS = ("rule", "category", "confidence")


def annotation(result: CleanResult) -> dict[str, Any]:
    """`status`, `removed_share` and `spans` of a result; offsets are code points of the text as it came."""
    return {"status": result.status, "removed_share": share_of(result), "spans": rows_of(result)}


def rows_of(result: CleanResult) -> list[dict[str, Any]]:
    """The removals of a result as plain rows."""
    names = ("start", "end", *SPAN_TEXTS)
    return [{name: getattr(removal, name) for name in names} for removal in result.removals]


def share_of(result: CleanResult) -> float:
    """The share of a text's code points that goes, 0 to 1."""
    return result.removed_chars / max(1, len(result.source))
