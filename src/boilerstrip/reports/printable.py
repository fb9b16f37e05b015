"""Text from documents made fit to be shown to people; never used for what is written to files."""

from __future__ import annotations

import re

# What moves a cursor, changes colours, turns the writing direction or cannot be encoded. The joiners U+200C and
# U+200D stay: Persian and Indic words need them.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


def printable(text: str) -> str:
    r"""The text with control characters, bidi controls and undecodable bytes written as escapes.

    >>> print(printable('\x1b[31mred\u202e'))
    \x1b[31mred\u202e
    """
    return _UNSAFE.sub(_escape, text)


def excerpt(text: str, limit: int = 80) -> str:
    r"""One line of at most `limit` characters that shows how a text begins.

    >>> excerpt('one\n  two   three', 9)
    'one two …'
    """
    # A text may be one line of many megabytes: what cannot be shown is not looked at.
    short = _SPACE.sub(" ", text[: limit * 4].strip())
    cut = len(short) > limit or len(text) > limit * 4
    return printable(short[: limit - 1] + "…" if cut else short)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # an undecodable byte
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
