"""Build hook: writes the index of the packaged rules into the wheel; never imported by the installed package."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class IndexHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `rulesets/index.json`, parsed from the rule files of the tree that is being built."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the index to a temporary file and have it packed; an editable install reads the rule files."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from boilerstrip.catalogue import make_index

        self._folder = tempfile.TemporaryDirectory()
        index = Path(self._folder.name) / "index.json"
        index.write_text(make_index()[1], "utf-8")
        build_data["force_include"][str(index)] = "boilerstrip/rulesets/index.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary file."""
        if version != "editable":
            self._folder.cleanup()
