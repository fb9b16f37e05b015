"""The tiling of a text into lines, and of a long line into sentences; not what they mean (that is `matching`)."""

from __future__ import annotations

import re
from typing import NamedTuple

# A sentence ends at a stop, with its closing quotes or brackets, before white space; in CJK the stop alone ends it.
_SENTENCE_END = re.compile(
    r"(?:[.!?…؟۔।]{1,4}[\"'”’»)\]}]{0,3}(?=\s)|[。！？]{1,4}[」』）”’\"]{0,3})[ \t\u00a0\u3000\r\n\x0b\x0c]*"
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]")
_PROSE_END = re.compile(r"[.!?…؟۔।。！？:;][\"'”’»)\]}」』）*_]{0,3}\s*$")
PROSE_CHARS = 70
PROSE_CHARS_DENSE = 24
LONG_CHARS = 170
SENTENCE_WORDS = 7
SENTENCE_CHARS_DENSE = 16


class Block(NamedTuple):
    """A unit that rules look at: `text` is `source[start:end]`, its terminator included.

    Offsets are code points. The blocks of a text, joined, are the text.
    """

    start: int
    end: int
    text: str

    @property
    def content(self) -> str:
        """The text without its line end."""
        return self.text.rstrip("\r\n")


def lines(text: str) -> list[Block]:
    r"""Tile `text` into lines, cut at `\n` only; each keeps its terminator.

    >>> [b.text for b in lines('a\r\nb\x0bc\n\n')]
    ['a\r\n', 'b\x0bc\n', '\n']
    """
    blocks = []
    start = 0
    for part in text.split("\n"):
        end = min(start + len(part) + 1, len(text))
        if end > start:
            blocks.append(Block(start, end, text[start:end]))
        start = end
    return blocks


def sentences(block: Block) -> list[Block]:
    """Tile a line into sentences; each keeps the white space after it.

    >>> [b.text for b in sentences(Block(0, 22, 'One. "Two!" Three 1.5.'))]
    ['One. ', '"Two!" ', 'Three 1.5.']
    """
    found = []
    start = 0
    for match in _SENTENCE_END.finditer(block.text):
        found.append(Block(block.start + start, block.start + match.end(), block.text[start : match.end()]))
        start = match.end()
    if start < len(block.text):
        found.append(Block(block.start + start, block.end, block.text[start:]))
    return found


def is_dense(text: str) -> bool:
    """Whether the text is in a script that writes much in few characters (CJK, Thai): a third of it or more."""
    return not text.isascii() and len(_CJK.findall(text)) * 3 >= len(text)


def ends_sentence(text: str) -> bool:
    """Whether the line ends as a sentence does."""
    return _PROSE_END.search(text[-12:]) is not None


def is_brief(sentence: str) -> bool:
    """Whether a sentence says too little to be certain of it in the midst of an article.

    >>> is_brief('Follow us.'), is_brief('Follow us on Facebook for more news from the valley.')
    (True, False)
    """
    return len(sentence) < SENTENCE_CHARS_DENSE if is_dense(sentence) else sentence.count(" ") < SENTENCE_WORDS - 1


def is_prose(text: str) -> bool:
    """Whether a line reads as running text: a sentence end and enough length, or great length alone.

    >>> is_prose('Read more'), is_prose('The council voted on Tuesday to close the last of its four public libraries.')
    (False, True)
    """
    length = len(text)
    if length < PROSE_CHARS_DENSE:
        return False
    if length >= LONG_CHARS:
        return True
    if not ends_sentence(text):
        return False
    return length >= PROSE_CHARS or is_dense(text)
