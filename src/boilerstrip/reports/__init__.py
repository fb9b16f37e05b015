"""What a report is told, and how report kinds are found; not what each writes (one file each).

A report kind is a module here with `KIND`, `SUFFIXES`, `UNDOES` and `Writer`; no list has to be edited. Reports say
nothing of the time, the machine or where the output went, so equal runs give equal reports.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol, cast

from boilerstrip.errors import SettingsError

if TYPE_CHECKING:
    from boilerstrip.cleaner import CleanResult
    from boilerstrip.formats import Record
    from boilerstrip.formats.compression import Sink
    from boilerstrip.rules import Rule, RuleSet


@dataclass(frozen=True, slots=True)
class Header:
    """What made a report: the program's version, and SHA-256 (hex) of the rules and of the settings.

    `rules` are the rules themselves, for reports that describe them.
    """

    version: str
    rules_sha256: str
    settings_sha256: str
    rules: RuleSet | None = None

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id; `None` where it is not known."""
        try:
            return self.rules[rule_id] if self.rules is not None else None
        except KeyError:
            return None


@dataclass(frozen=True)
class Outcome:
    """What happened to one document. `shown` is its path for people, `id` the one in reports.

    `dropped` means that nothing of it is written, not even an empty text. `file` is the path of the container as it
    was named, where the document is a record of one; `id` then names the record in it.
    """

    id: str
    shown: str
    record: Record
    result: CleanResult
    dropped: bool = False
    file: str = ""

    @property
    def changed(self) -> bool:
        """Whether anything goes."""
        return bool(self.result.removals)

    @property
    def notable(self) -> bool:
        """Whether it belongs into reports: changed, or left whole for a reason."""
        return self.changed or self.result.status != "untouched"

    @cached_property
    def cleaned(self) -> bytes:
        """The bytes that are kept. Raise `InputError` where they could not be turned back."""
        return self.record.render(self.result.text) if self.changed else self.record.source

    @cached_property
    def source_sha256(self) -> str:
        """SHA-256 of the bytes that were read, in hex."""
        return hashlib.sha256(self.record.source).hexdigest()

    @cached_property
    def cleaned_sha256(self) -> str | None:
        """SHA-256 of the bytes that are kept, in hex; `None` for a dropped document."""
        if self.dropped:
            return None
        return hashlib.sha256(self.cleaned).hexdigest() if self.changed else self.source_sha256


class Report(Protocol):
    """Is told of a run: `begin` once, `document` for each in order, `end` once."""

    def begin(self, header: Header) -> None:
        """The run starts."""

    def document(self, outcome: Outcome) -> None:
        """A document is done; those without removals come here too."""

    def end(self) -> None:
        """The run is over, or was broken off after the documents so far."""


class Listed(NamedTuple):
    """A document as an existing report knows it; `cleaned_sha256` is `None` where nothing of it was written."""

    id: str
    source_sha256: str
    cleaned_sha256: str | None


class ListedPart(NamedTuple):
    """The first part of a container that changed, as an existing report knows it.

    `source` and `cleaned` are where it begins there, how long it is, and its SHA-256: in bytes before compression, or
    in rows of a table, of which `field` holds the texts.
    """

    id: str
    source: tuple[int, int, str]
    cleaned: tuple[int, int, str]
    field: tuple[str, ...] = ()


class Kind(Protocol):
    """A report kind. With `UNDOES` it can turn a cleaned text back, and `listed` says which."""

    KIND: str
    SUFFIXES: tuple[str, ...]
    UNDOES: bool
    Writer: Callable[[Sink], Report]

    def listed(self, stream: BinaryIO) -> Iterator[Listed | ListedPart]:
        """The documents of a report, and a part of each container. Raise `ReportError` if it is none of this kind."""


def kinds() -> dict[str, Kind]:
    """KIND -> report kind, of all the modules here that are one."""
    modules = (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    return {module.KIND: cast(Kind, module) for module in modules if hasattr(module, "KIND")}


def kind_of(text: str) -> tuple[Kind, str]:
    """The report kind and the path that `[KIND:]PATH` asks for; the suffix decides where no kind is named.

    Raise `SettingsError` where neither does.
    """
    from boilerstrip.formats.compression import split_suffix

    known = kinds()
    name, colon, path = text.partition(":")
    if colon and name in known and path:
        split_suffix(path)
        return known[name], path
    bare = split_suffix(text)[0].lower()
    for each in known.values():
        if bare.endswith(each.SUFFIXES):
            return each, text
    suffixes = ", ".join(sorted(suffix for each in known.values() for suffix in each.SUFFIXES))
    raise SettingsError(f"{text}: what kind of report is not said: write KIND:PATH ({', '.join(sorted(known))}) "
                        f"or a known suffix ({suffixes})")  # fmt: skip
