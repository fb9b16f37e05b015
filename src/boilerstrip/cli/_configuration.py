"""Settings from files and the environment, under those of the command line; not what the options mean.

Flags come before `BOILERSTRIP_*`, that before `.boilerstrip.toml`, that before `[tool.boilerstrip]` in pyproject.toml;
of the files the nearest one upward from the working folder counts, and only that.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from boilerstrip.errors import SettingsError
from boilerstrip.formats.exclusion import anchored

PREFIX = "BOILERSTRIP_"
KEYS = (
    "select", "ignore", "extend-select", "publisher", "lang", "min-confidence", "rules", "budget", "over-budget",
    "include", "exclude", "force-exclude", "encoding", "on-error", "field", "url-field", "jobs", "quiet", "split",
)  # fmt: skip
_NO_SETTINGS = ("BOILERSTRIP_TRACEBACK",)
_ORIGINS = {ParameterSource.COMMANDLINE: "command line", ParameterSource.DEFAULT: "default"}


class Configured(click.Command):
    """A command whose options may also be set in files and the environment."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, text in (("--isolated", "Take no settings from files or the environment."),
                           ("--show-settings", "Print the effective settings, and do nothing.")):  # fmt: skip
            self.params.append(click.Option([name], is_flag=True, expose_value=False, callback=_remembered, help=text))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with what the files and the environment say as defaults. Raise `SettingsError`."""
        own = args[: args.index("--")] if "--" in args else args
        if "--isolated" not in own:
            found = settings(Path.cwd(), os.environ)
            ctx.meta["origins"] = {key: origin for key, (_, origin) in found.items()}
            ctx.default_map = {
                str(param.name): value
                for param in self.params
                for key, (value, _) in found.items()
                if f"--{key}" in param.opts
            }
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, or show its settings."""
        if ctx.meta.get("show_settings"):
            sys.stdout.write("".join(self._shown(ctx)))
            return None
        return super().invoke(ctx)

    def _shown(self, ctx: click.Context) -> list[str]:
        lines = []
        for key in KEYS:
            name = next((str(param.name) for param in self.params if f"--{key}" in param.opts), None)
            if name is not None:
                source = ctx.get_parameter_source(name)
                origin = _ORIGINS.get(source) if source is not None else None
                value = json.dumps(ctx.params[name], ensure_ascii=False) if ctx.params[name] is not None else '""'
                lines.append(f"{key} = {value}  # {origin or ctx.meta['origins'].get(key)}\n")
        return lines


def _remembered(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[str(param.name)] = value


def settings(folder: Path, environment: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    """Key -> value and where that is from. Raise `SettingsError` for what is no setting."""
    found: dict[str, tuple[Any, str]] = {}
    for path, table in _nearest_file(folder):
        for key, value in table.items():
            _check(key, KEYS, str(path))
            found[key] = (_value(key, value, path), str(path))
    for name, text in environment.items():
        if name.startswith(PREFIX) and name not in _NO_SETTINGS:
            key = name[len(PREFIX) :].lower().replace("_", "-")
            _check(key, KEYS, f"environment variable {name}")
            found[key] = (text.split(",") if key in _LISTS else text, name)
    return found


_LISTS = ("select", "ignore", "extend-select", "lang", "rules", "include", "exclude")


def _check(key: str, known: tuple[str, ...], where: str) -> None:
    from boilerstrip.rules import nearest

    if key not in known:
        raise SettingsError(f"{where}: no setting is called {key!r}{nearest(key, known)}")


def _value(key: str, value: Any, path: Path) -> Any:
    fits = isinstance(value, list) and all(isinstance(each, str) for each in value) if key in _LISTS else True
    if isinstance(value, dict) or not (fits or isinstance(value, str)):
        raise SettingsError(f"{path}: {key} cannot be {value!r}")
    if key not in _LISTS:
        return value
    values = [value] if isinstance(value, str) else value
    if key == "exclude":
        return [anchored(each, str(path.parent)) for each in values]
    return [str(path.parent / each) for each in values] if key == "rules" else values


def _nearest_file(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    for each in (folder, *folder.parents):
        own, shared = each / ".boilerstrip.toml", each / "pyproject.toml"
        if own.is_file():
            return [(own, _read(own))]
        if shared.is_file():
            table = _read(shared).get("tool", {}).get("boilerstrip")
            if isinstance(table, dict):
                return [(shared, table)]
    return []


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from None
