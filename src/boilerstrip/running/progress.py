"""How far a run has come, on the disk, so that a later one goes on from there; not the outputs themselves.

The manifest stands beside the output. It holds a digest of everything that decides what comes out; a run with another
digest starts afresh. Files that grow over many checkpoints are cut back to the length they had at the last one.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from boilerstrip.formats.sources import Source
from boilerstrip.formats.writing import partial_path, write_file
from boilerstrip.running.tally import Counts

SECONDS = 2.0  # between checkpoints that are written down


@dataclass(slots=True)
class State:
    """Sources done; in the next one the bytes and records read and the length of its output; lengths of the reports.

    `failures` are the first failures in words, `failed` is how many there were.
    """

    done: int = 0
    offset: int = 0
    first: int = 1
    length: int = 0
    changed: bool = False
    any_changed: bool = False
    reports: list[int] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    failures: list[str] = field(default_factory=list)
    failed: int = 0


def digest_of(settings: Mapping[str, Any], sources: Sequence[Source]) -> str:
    """SHA-256 (hex) of the settings and of what is read: names, sizes and times of change."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for source in sources:
        stat = source.path.stat() if source.path is not None else None
        seen = (source.id, source.shown, stat and stat.st_size, stat and stat.st_mtime_ns)
        digest.update(json.dumps(seen).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class Progress:
    """The manifest of one run. `keep` says that the user wants to go on later, whatever breaks the run off."""

    def __init__(self, target: Path, digest: str, *, keep: bool, now: Callable[[], float] = time.monotonic) -> None:
        self.path = target.with_name(target.name + ".resume.json")
        self.keep = keep
        self.state = State()
        self._digest, self._now = digest, now
        self._last = now()

    def load(self) -> str:
        """Take up the state that an earlier run left; say in words why there is none to take up, or nothing."""
        try:
            found = json.loads(self.path.read_bytes())
            state = found["state"]
            counts = Counts(**{**state.pop("counts"), "left": Counter(found["state_left"])})
            loaded = State(**state, counts=counts)
        except FileNotFoundError:
            return ""
        except (OSError, ValueError, KeyError, TypeError):
            return f"{self.path}: is not readable; starting afresh"
        if found.get("digest") != self._digest:
            return "the input, the rules or the settings are not those of the interrupted run; starting afresh"
        self.state = loaded
        return ""

    def due(self) -> bool:
        """Whether it is time to write a checkpoint down."""
        return self._now() - self._last >= SECONDS

    def save(self) -> None:
        """Write the state down; what it tells of has to be on the disk already. Raise `OutputError`."""
        state = asdict(self.state)
        state["counts"].pop("left")
        data = {"digest": self._digest, "state": state, "state_left": dict(self.state.counts.left)}
        write_file(self.path, json.dumps(data).encode() + b"\n", partial=partial_path(self.path))
        self._last = self._now()

    def forget(self) -> None:
        """The run is over: nothing is left to go on with."""
        self.path.unlink(missing_ok=True)
        partial_path(self.path).unlink(missing_ok=True)

    def fits(self, files: Sequence[tuple[Path, int]]) -> bool:
        """Whether the growing files of the earlier run are there, at least as long as they have to be."""
        return all(not length or _size(partial_path(path)) >= length for path, length in files)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
