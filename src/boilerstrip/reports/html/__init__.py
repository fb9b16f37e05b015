"""The HTML report: one page of its own that shows what went from which text; nothing is turned back from it.

`shown` makes documents ready, `sample` chooses which are shown, `overview` counts; the page itself is the template,
style and script beside this file. It loads nothing, so it can be opened from the disk.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

from boilerstrip.errors import SettingsError
from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.html.overview import UNKNOWN, Overview
from boilerstrip.reports.html.sample import Sample
from boilerstrip.reports.html.shown import Shown, shown

if TYPE_CHECKING:
    from jinja2 import Environment

    from boilerstrip.formats.compression import Sink

KIND = "html"
SUFFIXES = (".html", ".htm")
UNDOES = False
MOST_BYTES = 14_000_000  # of all documents shown; the page stays under 20 MB
# What could end a script element, or turn the writing of whoever reads the page's source.
_UNSAFE_IN_SCRIPT = re.compile("[<>&\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class Writer:
    """Writes the page at the end of the run, when all counts are known. Raise `SettingsError` without Jinja2."""

    def __init__(self, out: Sink) -> None:
        self._out = out
        self._pages = _environment()
        self._header = Header("", "", "")
        self._overview = Overview()
        self._sample = Sample()

    def begin(self, header: Header) -> None:
        """Take note of what made the report."""
        self._header = header

    def document(self, outcome: Outcome) -> None:
        """Count a document, and keep it if it may be shown."""
        publisher = _publisher(self._header, outcome)
        self._overview.add(outcome, publisher)
        if outcome.notable:
            self._sample.offer(outcome, lambda: shown(outcome, self._header, publisher))

    def passed(self, documents: int, chars: int) -> None:
        """Count records that nothing is to be said of; they come by number only."""
        self._overview.documents += documents
        self._overview.chars += chars
        self._overview.unnamed += chars

    def end(self) -> None:
        """Write the page."""
        articles, details, size = [], [], 0
        template = self._pages.get_template("document.html")
        chosen = self._sample.chosen(self._overview)
        for document in chosen:
            article = template.render(document=document)
            size += len(article.encode()) + len(json.dumps(_details(document)).encode())
            if size > MOST_BYTES:
                break
            articles.append(article)
            details += _details(document)
        self._out.write(self._page(articles, details, chosen[: len(articles)]))

    def _page(self, articles: list[str], details: list[dict[str, Any]], chosen: list[Shown]) -> bytes:
        script = _file("page.js")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        page: str = self._pages.get_template("page.html").render(
            header=self._header, overview=self._overview, style=_file("page.css"), script=script,
            script_digest=digest, articles=articles, details=_for_script(details), shown=len(articles),
            sampled=len(articles) < self._overview.notable, choices=_choices(chosen),
        )  # fmt: skip
        return page.encode("utf-8", "replace")


def _details(document: Shown) -> list[dict[str, Any]]:
    """What the page's script has to know of the removals of a document."""
    return [
        {
            "id": mark.anchor, "rule": mark.rule, "category": mark.category, "confidence": mark.confidence,
            "description": mark.description, "where": mark.where, "reasons": mark.reasons, "keep": mark.keeps,
            "name": document.name,
        }
        for mark in document.marks
    ]  # fmt: skip


def _choices(chosen: list[Shown]) -> dict[str, list[str]]:
    """By what the shown documents can be filtered."""
    marks = [mark for document in chosen for mark in document.marks]
    return {
        "category": sorted({mark.category for mark in marks}),
        "rule": sorted({mark.rule for mark in marks}),
        "publisher": sorted({document.publisher for document in chosen}),
        "confidence": sorted({mark.confidence for mark in marks}),
    }


def _publisher(header: Header, outcome: Outcome) -> str:
    """Whose document it is: the key of a pack, else the host of its url."""
    document = outcome.record.document
    known = header.rules.resolve(document.url, document.publisher) if header.rules is not None else None
    if known or not document.url:
        return known or document.publisher or UNKNOWN
    return document.url.split("//", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1].lower().removeprefix("www.")


def _for_script(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE_IN_SCRIPT.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _file(name: str) -> str:
    return (resources.files(__name__) / name).read_text("utf-8")


def _environment() -> Environment:
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
    except ImportError:
        raise SettingsError("an HTML report needs Jinja2: pip install 'boilerstrip[html]'") from None
    return Environment(
        loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
