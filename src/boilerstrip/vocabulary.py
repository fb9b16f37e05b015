"""Whether a folded text uses any word of a list; not what that means (`guards`, `passages`)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]")


class Vocabulary:
    """Words and phrases, found as whole words; in scripts without spaces anywhere.

    >>> Vocabulary(['said', 'told us']).is_used_in('he said so'), Vocabulary(['said']).is_used_in('unsaid')
    (True, False)
    """

    def __init__(self, words: Iterable[str]) -> None:
        known = sorted(words)
        self._single = frozenset(word for word in known if _WORD.fullmatch(word) and not _DENSE.search(word))
        spaced = [re.escape(word) for word in known if word not in self._single and not _DENSE.search(word)]
        parts = [rf"\b(?:{'|'.join(spaced)})\b"] if spaced else []
        parts += [re.escape(word) for word in known if _DENSE.search(word)]
        self._others = re.compile("|".join(parts)) if parts else None

    def is_used_in(self, text: str) -> bool:
        """Whether any of the words stands in the folded `text`."""
        if not self._single.isdisjoint(_WORD.findall(text)):
            return True
        return self._others is not None and self._others.search(text) is not None
