"""Tab-separated values by their suffix; all else is `delimited`, which looks at the header for the delimiter."""

from __future__ import annotations

from boilerstrip.formats.delimited import MAY_DROP, annotated, annotated_head, break_after, cuts, entries, layout, spell

__all__ = ["MAY_DROP", "annotated", "annotated_head", "break_after", "cuts", "entries", "layout", "spell"]

KIND = "tsv"
SUFFIXES = (".tsv", ".tab")
