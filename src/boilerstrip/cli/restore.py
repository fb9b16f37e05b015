"""The command `restore`: the originals of cleaned texts, from a removals report; all or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath

import click

from boilerstrip.cli._containers import container_names, restore_container, restore_containers
from boilerstrip.cli._destinations import Wanted, standard_output
from boilerstrip.cli._options import quiet_option
from boilerstrip.errors import InputError, OutputError, ReportError, SettingsError
from boilerstrip.formats.compression import open_reading
from boilerstrip.formats.sources import STDIN, Source, all_files, reason
from boilerstrip.formats.writing import write_file
from boilerstrip.reports.reading import DocumentRow, read
from boilerstrip.reports.restoring import dropped, original, sha256


@dataclass(frozen=True, slots=True)
class Task:
    """A file of a folder to make: of the file at `path` (`None`: of the report alone), and `row`, if it has one."""

    target: Path
    path: Path | None
    row: DocumentRow | None

    def data(self) -> bytes:
        """The original. Raise `ReportError` unless all digests are right, `InputError` where it cannot be read."""
        if self.path is None:
            return refusing(self.target.name, lambda: dropped(self.row) if self.row is not None else b"")
        return original_of(Source(self.target.name, str(self.path), self.path), self.row)


@click.command("restore")
@click.argument("cleaned", metavar="CLEANED")
@click.option("--report", "report", metavar="REMOVALS", required=True, help="The removals report of the run (.jsonl).")
@click.option("-o", "--output", metavar="PATH", help="Write to a file, or mirror a folder into a folder.")
@click.option("--in-place", is_flag=True, help="Replace the cleaned files by their originals.")
@click.option("--partial", is_flag=True, help="Take a report that was cut short (a killed run, a full disk).")
@quiet_option
def command(cleaned: str, report: str, output: str | None, in_place: bool, partial: bool, quiet: bool) -> None:
    """Give back the originals of cleaned texts, byte for byte.

    CLEANED is a file, a folder, or - for standard input. All digests are verified before the first byte is written;
    if a text or the report was edited, nothing is written and the exit code is 2.
    """
    wanted = Wanted([cleaned], output, in_place)
    wanted.check()
    rows = read_rows(report, partial)
    held = container_names(report, partial)
    if wanted.single() and held and not rows:
        count = restore_container(wanted, report, partial)
    else:
        count = _restore_file(wanted, rows) if wanted.single() else _restore_folder(wanted, rows, held)
        count += restore_containers(wanted, report, partial) if held else 0
    if not quiet:
        sys.stderr.write(f"boilerstrip: restored {count:,} {'text' if count == 1 else 'texts'}\n")


def read_rows(report: str, partial: bool) -> list[DocumentRow]:
    """The documents of a report. Raise `ReportError`, with the report's path."""
    try:
        with open_reading(report) as stream:
            return list(read(stream, partial=partial))
    except OSError as error:
        raise ReportError(f"{report}: cannot be read: {reason(error)}; nothing was written") from None
    except ReportError as error:
        raise ReportError(f"{report}: {error}; nothing was written") from None


def refusing(shown: str, make: Callable[[], bytes]) -> bytes:
    """What `make` gives. Raise its `ReportError` with the name of the text, and that nothing was written."""
    try:
        return make()
    except ReportError as error:
        raise ReportError(f"{shown}: {error}; nothing was written") from None


def original_of(source: Source, row: DocumentRow | None) -> bytes:
    """The original of a text that stands somewhere; without a row it is the text itself."""
    cleaned = source.read()
    return cleaned if row is None else refusing(source.shown, lambda: original(cleaned, row))


def _restore_file(wanted: Wanted, rows: Sequence[DocumentRow]) -> int:
    """Restore one file, or standard input; return how many texts changed."""
    named = wanted.paths[0]
    path = None if named == STDIN else Path(named)
    if path is not None and not path.exists():
        raise InputError(f"{named}: no such file or folder")
    cleaned = Source(named, named, path).read()
    row = _row_of(cleaned, named, rows) if rows else None  # a report without rows: nothing was changed
    data = cleaned if row is None else refusing(named, lambda: original(cleaned, row))
    target = path if wanted.in_place else _file_target(wanted, named)
    if target is None:
        stream = standard_output()
        stream.write(data)
        stream.flush()
    else:
        write_file(target, data, like=path)
    return int(row is not None)


def _file_target(wanted: Wanted, named: str) -> Path | None:
    if wanted.output is None:
        return None
    path = Path(wanted.output)
    if not (path.is_dir() or wanted.output.endswith("/")):
        return path
    if named == STDIN:
        raise OutputError(f"{wanted.output}: is a folder, and standard input has no name: name a file")
    return path / Path(named).name


def _row_of(cleaned: bytes, named: str, rows: Sequence[DocumentRow]) -> DocumentRow:
    """The row of one text: the only one, else the one with its digest and, of a file, with the most of its path.

    The digest alone is not enough: what is left of one text may be all of another, which was not changed.
    """
    if len(rows) == 1:
        return rows[0]
    digest = sha256(cleaned)
    fitting = [row for row in rows if digest in (row.cleaned_sha256, row.source_sha256)]
    if named != STDIN:
        shared = [_shared(Path(named).resolve().parts, PurePosixPath(row.id).parts) for row in fitting]
        most = max(shared, default=0)
        fitting = [row for row, count in zip(fitting, shared, strict=True) if count == most and most]
    if not fitting:
        raise ReportError(f"{named}: is no cleaned text of this report, or was edited since; nothing was written")
    if len({row.source_sha256 for row in fitting}) > 1:
        raise ReportError(f"{named}: may be several texts of this report: restore their folder; nothing was written")
    return fitting[0]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many parts two paths share at their ends."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _restore_folder(wanted: Wanted, rows: Sequence[DocumentRow], held: Collection[str]) -> int:
    """Verify all, then write all; return how many texts changed.

    What was verified is made again to be written: not all texts of a folder fit into memory.
    """
    if wanted.output is None and not wanted.in_place:
        raise SettingsError("a folder is restored with -o FOLDER or --in-place")
    folder = Path(wanted.paths[0])
    target = folder if wanted.output is None else Path(wanted.output)
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target}: is a file; a folder needs a folder")
    tasks = [
        task
        for task in _tasks(folder, target, rows, everything=not wanted.in_place)
        if task.target.relative_to(target).as_posix() not in held
    ]
    for task in tasks:
        if task.row is not None:
            task.data()
    for task in tasks:
        write_file(task.target, task.data(), like=task.path)
    return len(rows)


def _tasks(folder: Path, target: Path, rows: Sequence[DocumentRow], *, everything: bool) -> Iterator[Task]:
    """What to make in `target`: all texts of the report, and with `everything` the other files of the folder."""
    by_id = {row.id: row for row in rows}
    for row in by_id.values():
        inside = PurePosixPath(row.id)
        if inside.is_absolute() or ".." in inside.parts:
            raise ReportError(f"{row.id}: lies outside the folder; nothing was written")
        path = folder / inside
        if not path.is_file() and row.cleaned_sha256 is not None:
            raise ReportError(f"{path}: is in the report, and missing; nothing was written")
        yield Task(target / inside, path if path.is_file() else None, row)
    if everything:
        for path in all_files(folder):
            inside = PurePosixPath(path.relative_to(folder).as_posix())
            if str(inside) not in by_id:
                yield Task(target / inside, path, None)
