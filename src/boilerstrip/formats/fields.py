"""Which field of a record is the text, and which say where it comes from; not how a container spells its records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from boilerstrip.errors import InputError
from boilerstrip.formats.json_token import EACH, parse_path

Path = tuple[str, ...]

TEXT = (
    "text", "content", "maintext", "plain_text", "plaintext", "articleBody", "raw_content", "body", "article",
    "document", "article_text", "full_text",
)  # fmt: skip
URL = ("url", "requested_url", "source_url", "link", "u", "metadata.url", "warc_headers.warc-target-uri", "meta.url")
PUBLISHER = ("domain", "source_domain", "hostname", "sitename", "publication", "source.name", "source")
_URL_PATHS = tuple(parse_path(name) for name in URL)
_PUBLISHER_PATHS = tuple(parse_path(name) for name in PUBLISHER)


@dataclass(frozen=True, slots=True)
class Fields:
    """Where a record holds its text, and its url where the user said so (else it is looked for)."""

    text: Path
    url: Path | None = None

    @property
    def name(self) -> str:
        """The text's field as it is said on the command line."""
        return ".".join(self.text).replace(f".{EACH}", EACH)

    @property
    def url_paths(self) -> tuple[Path, ...]:
        """Where a record's url may be, the first that is there counts."""
        return _URL_PATHS if self.url is None else (self.url,)

    @property
    def publisher_paths(self) -> tuple[Path, ...]:
        """Where a record's publisher may be."""
        return _PUBLISHER_PATHS

    def texts(self, record: Any) -> list[str] | None:
        """The strings that make up a record's text, in order; `None` where it has none."""
        found = list(_walk(record, self.text))
        if len(found) == 1 and isinstance(found[0], list):
            found = found[0]
        return found if found and all(isinstance(each, str) for each in found) else None

    def origin(self, record: Any) -> tuple[str | None, str | None]:
        """A record's url, and its publisher (only looked for where it has no url)."""
        if not isinstance(record, Mapping):
            return None, None
        url = _first(record, self.url_paths)
        return url, None if url else _first(record, self.publisher_paths)


def find_fields(records: Iterable[Any], text: str | None, url: str | None) -> Fields:
    """The fields of a container, from its first records. Raise `InputError` where no field is known to be the text."""
    url_path = None if url is None else parse_path(url)
    if text is not None:
        return Fields(parse_path(text), url_path)
    objects = [record for record in records if isinstance(record, Mapping)]
    for name in TEXT:
        fields = Fields((name,), url_path)
        if any(fields.texts(record) for record in objects):
            return fields
    names = list(dict.fromkeys(str(key) for record in objects for key in record))
    has = f"; its fields are {', '.join(names[:20])}" if names else ""
    raise InputError(f"no field is known to be the text{has}: name it with --field")


def _walk(value: Any, path: Path) -> Iterable[Any]:
    if not path:
        yield value
    elif path[0] == EACH:
        for each in value if isinstance(value, list) else ():
            yield from _walk(each, path[1:])
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _walk(value[path[0]], path[1:])


def _first(record: Mapping[str, Any], paths: Iterable[Path]) -> str | None:
    for path in paths:
        value: Any = record.get(path[0])
        for name in path[1:]:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value:
            return value
    return None
