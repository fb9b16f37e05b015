"""One article's text with what is known about it; not its file or record (that is `formats`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one article, with an id and metadata.

    `text` is kept as it was found, byte order mark and line ends included. `url`, `publisher` and `lang` (a BCP 47
    primary subtag such as `de`) are `None` where the source does not say.
    """

    text: str
    id: str | None = None
    url: str | None = None
    publisher: str | None = None
    lang: str | None = None
