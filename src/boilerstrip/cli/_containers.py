"""Containers of records turned back from a removals report, streamed and all or nothing; not texts (`restore`)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from boilerstrip.cli._destinations import Wanted, standard_output
from boilerstrip.errors import InputError, ReportError, SettingsError
from boilerstrip.formats import split_name
from boilerstrip.formats.compression import UNREADABLE, compress, open_reading
from boilerstrip.formats.sources import STDIN, Source, reason
from boilerstrip.formats.writing import NewFile
from boilerstrip.reports.parts import Parts, containers, restored, restored_table

Sink = NewFile | BinaryIO


def container_names(report: str, partial: bool) -> list[str]:
    """The ids of the containers in a report. Raise `ReportError`."""
    with _refusing(report), open_reading(report) as stream:
        return [name for name, _ in containers(stream, partial=partial)]


def restore_container(wanted: Wanted, report: str, partial: bool) -> int:
    """Turn one container back. Nothing appears before all digests are verified."""
    named = wanted.paths[0]
    with ExitStack() as stack:
        cleaned = _spooled(stack) if named == STDIN else Path(named)
        if not cleaned.exists():
            raise InputError(f"{named}: no such file or folder")
        suffix = "" if named == STDIN else split_name(named)[1]
        name = _only(report, partial, named)
        if wanted.in_place or wanted.output is not None:
            target = Path(named) if wanted.in_place else _target(str(wanted.output), named)
            file = stack.enter_context(NewFile(target, like=Path(named)))
            _write(report, partial, name, cleaned, suffix, file, split_name(target.name)[1])
            file.commit()
        else:
            _write(report, partial, name, cleaned, suffix, None, "")
            _write(report, partial, name, cleaned, suffix, standard_output(), "")
            standard_output().flush()
    return 1


def restore_containers(wanted: Wanted, report: str, partial: bool) -> int:
    """Turn all containers of a folder back. None appears before the digests of all are verified."""
    folder = Path(wanted.paths[0])
    target = folder if wanted.output is None else Path(wanted.output)
    with ExitStack() as stack, _refusing(report), open_reading(report) as stream:
        files = []
        for name, parts in containers(stream, partial=partial):
            inside = PurePosixPath(name)
            if inside.is_absolute() or ".." in inside.parts:
                raise ReportError(f"{name}: lies outside the folder")
            file = stack.enter_context(NewFile(target / inside, like=folder / inside))
            packed = split_name(name)[1]
            _copy(folder / inside, packed, parts, file, packed)
            files.append(file)
        for file in files:
            file.commit()
    return len(files)


def _write(
    report: str, partial: bool, name: str, cleaned: Path, suffix: str, out: Sink | None, packed: str
) -> None:  # fmt: skip
    with _refusing(report), open_reading(report) as stream:
        for each, parts in containers(stream, partial=partial):
            if each == name:
                _copy(cleaned, suffix, parts, out, packed)


def _copy(cleaned: Path, suffix: str, parts: Parts, out: Sink | None, packed: str) -> None:
    """Turn one file back; without `out` it is only verified."""
    source = Source(cleaned.name + ("" if cleaned.name.lower().endswith(suffix) else suffix), str(cleaned), cleaned)
    try:
        for data in _originals(source, suffix, parts, packed):
            if out is not None:
                out.write(data)
    except UNREADABLE as error:
        raise InputError(f"{cleaned}: cannot be read: {reason(error)}; nothing was written") from None
    except InputError as error:
        raise InputError(f"{cleaned}: {error}; nothing was written") from None
    except ReportError as error:
        raise ReportError(f"{cleaned}: {error}") from None


def _originals(source: Source, suffix: str, parts: Parts, packed: str) -> Iterator[bytes]:
    if parts.table:
        with source.open() as stream:
            yield from restored_table(stream, suffix or packed, parts)
        return
    with source.stream(suffix) as stream:
        for data in restored(stream, parts):
            yield compress(data, packed)


def _only(report: str, partial: bool, named: str) -> str:
    names = container_names(report, partial)
    if len(names) == 1:
        return names[0]
    fitting = [name for name in names if PurePosixPath(name).name == Path(named).name]
    if len(fitting) != 1:
        raise ReportError(f"{named}: may be several texts of this report, or none: restore their folder")
    return fitting[0]


def _target(output: str, named: str) -> Path:
    path = Path(output)
    if not (path.is_dir() or output.endswith("/")):
        return path
    if named == STDIN:
        raise SettingsError(f"{output}: is a folder, and standard input has no name: name a file")
    return path / Path(named).name


def _spooled(stack: ExitStack) -> Path:
    """Standard input in a file: it is read twice, to be verified and to be written."""
    file = stack.enter_context(tempfile.NamedTemporaryFile())  # noqa: SIM115 - the stack closes it
    shutil.copyfileobj(Source(STDIN, STDIN).open(), file)
    file.flush()
    return Path(file.name)


@contextmanager
def _refusing(report: str) -> Iterator[None]:
    try:
        yield
    except ReportError as error:
        text = str(error) if str(error).endswith("nothing was written") else f"{error}; nothing was written"
        raise ReportError(text) from None
