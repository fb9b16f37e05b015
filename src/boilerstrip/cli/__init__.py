"""The command line: the group of commands, and the one place where results become exit codes; not the commands.

Exit codes: 0 done, or nothing found; 1 something found; 2 any error, also when something was found; 130 on Ctrl-C.
A command is a module here with `command` and no underscore before its name; it is imported when it is called.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from boilerstrip import __version__
from boilerstrip.errors import BoilerstripError, RuleError

NAME = "boilerstrip"
INTERRUPTED = 130


@dataclass(slots=True)
class Status:
    """What a run has come to; the exit code is a property of it."""

    found: bool = False
    failed: bool = False

    @property
    def code(self) -> int:
        """0, 1 or 2."""
        return 2 if self.failed else int(self.found)


class Program(click.Group):
    """The group: commands on demand, and the one error boundary."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, sorted."""
        return sorted(info.name for info in iter_modules(__path__) if not info.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now; `None` where there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names. Raise `click.UsageError` with the nearest name."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from boilerstrip.rules import nearest

            raise click.UsageError(f"no command {args[0]!r}{nearest(args[0], self.list_commands(ctx))}", ctx)
        return super().resolve_command(ctx, args)

    def main(
        self, args: Sequence[str] | None = None, prog_name: str | None = None, complete_var: str | None = None,
        standalone_mode: bool = True, windows_expand_args: bool = True, **extra: Any,
    ) -> Any:  # fmt: skip
        """Run and exit, as click's callers expect it."""
        code = self.run(sys.argv[1:] if args is None else list(args))
        if standalone_mode:
            sys.exit(code)
        return code

    def run(self, args: list[str]) -> int:
        """Run the command line `args`; return the exit code. Nothing is raised, and every error is one line."""
        if instruction := os.environ.get("_BOILERSTRIP_COMPLETE"):
            from click.shell_completion import shell_complete

            return shell_complete(self, {}, NAME, "_BOILERSTRIP_COMPLETE", instruction)
        status = Status()
        try:
            return self._guarded(args, status)
        except KeyboardInterrupt:
            return INTERRUPTED

    def _guarded(self, args: list[str], status: Status) -> int:
        try:
            _escape_what_cannot_be_shown()
            with self.make_context(NAME, args, obj=status) as context:
                self.invoke(context)
            _flush()
        except click.exceptions.Exit as done:
            return done.exit_code
        except BrokenPipeError:
            _silence()
        except Exception as error:
            status.failed = True
            say(_message(error))
            # What a full disk or a closed pipe did not take would be tried again, and complained about, at exit.
            try:
                _flush()
            except OSError:
                _silence()
        return status.code


def say(message: str) -> None:
    """Tell the user one thing: one line on standard error."""
    from boilerstrip.reports.printable import printable

    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{NAME}: {printable(message)}\n")
        sys.stderr.flush()


def _message(error: Exception) -> str:
    if isinstance(error, RuleError):
        first = str(error).split("\n", 1)[0]
        return first + (f"; {error.hint}" if error.hint else "") + (f" (at: {error.excerpt})" if error.excerpt else "")
    if isinstance(error, BoilerstripError):
        return str(error)
    if isinstance(error, click.ClickException):
        return _usage(error)
    if isinstance(error, OSError):
        where = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else "standard output"
        return f"{where}: {(error.strerror or str(error)).lower()}"
    if os.environ.get("BOILERSTRIP_TRACEBACK"):
        raise error
    return (f"a mistake in boilerstrip itself: {type(error).__name__}: {error}; "
            "BOILERSTRIP_TRACEBACK=1 shows where")  # fmt: skip


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    # Where a group is called without a command, click's message is all of its help.
    text = error.format_message().rstrip(".") if len(error.format_message()) < 500 else "no command"
    path = context.command_path if context is not None else NAME
    return f"{text[:1].lower()}{text[1:]}; see {path} --help".replace("\n", " ")


def _escape_what_cannot_be_shown() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _silence() -> None:
    """Send what is still held back for standard output nowhere, so that nothing is said about it at exit."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@click.group(cls=Program, name=NAME, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name=NAME, message="%(prog)s %(version)s")
def program() -> None:
    """Find publishers' boilerplate in article texts, take it out, and say what went and why.

    Exit codes: 0 done, or nothing found; 1 something found; 2 any error; 130 on Ctrl-C.
    """
