"""The folded form in which rules see text: for matching only, never written anywhere.

Folding is NFKC and casefold; one kind of quote, apostrophe, dash and space; zero-width characters, bidi controls,
Arabic vowel signs and Hebrew points out; Greek accents and the Turkish dotless i levelled; HTML entities and a
literal backslash-n read as what they mean. `core` also takes off what decorates a line.
"""

from __future__ import annotations

import html
import re
import unicodedata

_QUOTES = "“”„‟〝〞＂"
_APOSTROPHES = "‘’‚‛`´ʼʹ′"
_DASHES = "‐‑‒–—―−﹘"
# fmt: off
_REMOVED = (
    0x00AD, 0x0307, 0x034F, 0x061C, 0x0640, 0x0670, 0x180E, 0xFEFF,  # soft hyphen, joiners, tatweel, mark
    *range(0x064B, 0x0653), *range(0x0591, 0x05BE), 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7,  # vowel signs
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10),  # invisible
)
# fmt: on
_LEVELLED = dict(zip("άέήίόύώΐΰϊϋıʻ", "αεηιουωιυιυi'", strict=True))
_TABLE: dict[int, str | None] = (
    {ord(c): '"' for c in _QUOTES}
    | {ord(c): "'" for c in _APOSTROPHES}
    | {ord(c): "-" for c in _DASHES}
    | {ord(c): t for c, t in _LEVELLED.items()}
    | dict.fromkeys(_REMOVED)
)
_IN_TABLE = re.compile(f"[{re.escape(''.join(sorted(map(chr, _TABLE))))}]")
PLAIN_SIGNS = "()[]/|:=!?#*+,"  # what a keyword may hold beside letters and spaces
_PLAINLY = str.maketrans(dict(zip("（）［］／｜：＝！？＃＊＋，\t\r\u00a0\u3000", f"{PLAIN_SIGNS}    ", strict=True)))
_SPACES = re.compile(" {2,}")
_TOLD = frozenset(f"@ {PLAIN_SIGNS}")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LITERAL_BREAK = re.compile(r"\\[nrt](?![a-z]{2})")

# What decorates a line and says nothing: bullets, arrows, rules, markdown marks, emoji modifiers.
_DECORATION = " \t•·∙▪▫‣⁃◦●○◆◇■□★☆※►▶▷▸▹▻◄◀→⇒➔➜➤➡⟶↪↓↑←»›«‹>|¦*#_=~+–—-†❯❱☞👉👇👆🔴🔵📌📢📲📩✉✔✓✅❌✕✖×⬇⬆⏩"
_LEAD = re.compile(r"(?:\(?\d{1,2}[.)]\s+|[^\w\s\"'(\[{@©$€£¥#%&\u0300-\uffff.,;:!?/<*-]\s*)+", re.UNICODE)
_TRAIL = " \t:：→⇒➔➜➤➡⟶»›>▶►▸▾▼|¦…*_=~+–—-⬇↓❯・"
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((?:https?:|/|#|mailto:)[^()\s]{0,500}\)")
_BRACKETS = {"(": ")", "[": "]", "{": "}", "【": "】", "〔": "〕", "<": ">"}


def _level_guillemets(text: str) -> str:
    """Guillemets in pairs are quotation marks; one alone is an arrow, and decoration."""
    if "«" in text and "»" in text:
        text = text.replace("«", '"').replace("»", '"')
    if "‹" in text and "›" in text:
        text = text.replace("‹", '"').replace("›", '"')
    return text


def fold(text: str) -> str:
    """Return `text` in folded form, on one line.

    >>> fold('  “Don’t\\u00a0miss”  the ﬁrst\\u200b STRASSE &amp; Straße… ')
    '"don\\'t miss" the first strasse & strasse...'
    """
    if text.isascii() and "&" not in text and "\\" not in text and "`" not in text:
        return " ".join(text.lower().split())
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if "\\" in text:
        text = _LITERAL_BREAK.sub(" ", text)
    text = _level_guillemets(text)
    text = _IN_TABLE.sub(_level, _compose(text).casefold())
    return " ".join(_compose(text).split())


def _level(found: re.Match[str]) -> str:
    return _TABLE[ord(found[0])] or ""


def _compose(text: str) -> str:
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def core(text: str) -> str:
    """Return the folded line without its decoration: bullets, arrows, enumerators, a closing colon, outer brackets.

    >>> core('▶ 2. [Lesen Sie auch] »')
    'lesen sie auch'
    >>> core('READ MORE:'), core('« Lire aussi », dit-elle')
    ('read more', '" lire aussi ", dit-elle')
    """
    if "](" in text:
        text = _MARKDOWN_LINK.sub(r" \1 ", text)
    return strip_decoration(fold(_level_guillemets(text).strip(_DECORATION)))


def strip_decoration(folded: str) -> str:
    """Take leading bullets and enumerators, trailing colons and arrows, and outer brackets off a folded line."""
    found = _LEAD.match(folded)
    if found and found.end() < len(folded):
        folded = folded[found.end() :]
    stripped = folded.rstrip(_TRAIL)
    closing = _BRACKETS.get(stripped[:1])
    if closing and stripped.endswith(closing) and stripped.count(stripped[0]) == 1:
        stripped = stripped[1:-1].strip().rstrip(_TRAIL)
    return stripped


def lower(text: str) -> str:
    """`text` in lower case, with single spaces and the signs of full width as plain ones; line feeds stay.

    Of a text without irregular characters (`is_irregular`) that is near enough to its folded form to find keywords in.
    """
    low = text.lower()
    for wide, plain in _PLAINLY.items():
        low = low.replace(chr(wide), plain)
    return _SPACES.sub(" ", low) if "  " in low else low


def is_irregular(character: str) -> bool:
    """Whether a keyword could appear in a text through `character` without standing in its plain lower case.

    >>> [is_irregular(c) for c in 'aß…ﬁº']
    [False, False, False, True, True]
    """
    if character == "ß":  # keywords carry a variant of their own for it
        return False
    if character.isspace():
        return lower(character) not in " \n"
    lowered, folded = lower(character), fold(character)
    if folded == lowered:
        return unicodedata.combining(character) != 0 or not _composes_with_nothing(character)
    if ord(character) in _TABLE and _TABLE[ord(character)] is None:
        return True
    return any(unicodedata.category(c)[0] in "LM" or c in _TOLD for c in folded)


def _composes_with_nothing(character: str) -> bool:
    """Whether no other character before or after `character` changes it under composition."""
    code = ord(character)
    if 0x1100 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:  # conjoining jamo
        return False
    return unicodedata.category(character)[0] != "M" or unicodedata.is_normalized("NFC", "e" + character)
