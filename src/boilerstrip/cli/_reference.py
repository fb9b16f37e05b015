"""docs/cli.md, made from the commands' own help: `python -m boilerstrip.cli._reference`; a test compares the two."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from boilerstrip.cli import NAME, program

_INTRODUCTION = """\
# Command line

This page is made from the program's help (`python -m boilerstrip.cli._reference > docs/cli.md`).

- `-` is standard input; with no SRC, a pipe is read. Cleaned text goes to standard output, everything else to
  standard error.
- Exit codes: 0 done, or nothing found; 1 something found (`check`, `clean --exit-non-zero-on-change`, a failed
  example of `rules test`); 2 any error, also when something was found; 130 on Ctrl-C. A closed pipe ends the
  program quietly.
- Given paths keep their order, inside folders paths are sorted. In folders, `.txt` and `.text` files are taken,
  and what `--include` names; links to folders are not followed. A file that is named is always read, unless it
  begins as a known binary format.
- Texts are UTF-8 unless `--encoding` says otherwise; a byte order mark (UTF-8, UTF-16, UTF-32) decides, and
  stays. Bytes that cannot be decoded come back as they were.
- Files appear whole or not at all, with the mode of the original. An output inside the input is refused.
- `-o PATH` and `--in-place` also write `PATH.removals.jsonl` and `PATH.diff`, for a folder beside it (in place:
  once something changes), unless `--report` or `--no-report` says otherwise. A report that is still needed to
  restore something is not overwritten. What reports hold is in [report.md](report.md).
- `--on-error skip` leaves out what cannot be read, `pass` writes it as it is; both finish the run, list what
  failed, and exit with 2.
- Colours and the bar (bytes of input as they are stored, rate, time left) are for terminals; `NO_COLOR` and
  `FORCE_COLOR` are heeded. `python -m boilerstrip` is the same program.

## Completion

| shell | line for its start-up file |
|---|---|
| bash (`~/.bashrc`) | `eval "$(_BOILERSTRIP_COMPLETE=bash_source boilerstrip)"` |
| zsh (`~/.zshrc`) | `eval "$(_BOILERSTRIP_COMPLETE=zsh_source boilerstrip)"` |
| fish (`~/.config/fish/completions/boilerstrip.fish`) | `_BOILERSTRIP_COMPLETE=fish_source boilerstrip \\| source` |
"""


def reference() -> str:
    """The page, in Markdown."""
    sections = "".join(f"\n## {path}\n\n```text\n{text}\n```\n" for path, text in _helps(program, None))
    return _INTRODUCTION + sections


def _helps(command: click.Command, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    context = click.Context(command, parent=parent, info_name=NAME if parent is None else command.name,
                            **command.context_settings)  # fmt: skip
    context.terminal_width = 100  # the same page on every terminal
    yield context.command_path, command.get_help(context).rstrip()
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _helps(child, context)


if __name__ == "__main__":
    sys.stdout.write(reference())
