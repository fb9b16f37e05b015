"""A `Cleaner` that travels to workers: small when pickled, made once per process, and refused where it would differ.

It is no engine, and needs none.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from functools import lru_cache
from typing import Any

from boilerstrip import Cleaner, CleanResult, SettingsError, __version__


class PortableCleaner:
    """A `Cleaner` with the given settings. Pickles to them; a worker loads the rules that ship from its own package.

    A rule set of the user's own (`rules=load_rules([...])`) travels whole: no worker needs the file.
    """

    def __init__(self, **settings: Any) -> None:
        self.cleaner = Cleaner(**settings)
        self.digest: str = self.cleaner.active_rules.digest
        self._pickled = pickle.dumps(settings)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over version, rules and settings (hex): equal fingerprints clean equally."""
        parts = [__version__, self.digest, self.cleaner.settings()]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (__version__, self.digest, self._pickled)

    def clean(
        self, text: str, *, url: object = None, publisher: object = None, lang: object = None
    ) -> CleanResult | str:
        """The result, or in words why there is none. What is no string says nothing of where the text comes from."""
        side = {name: value if isinstance(value, str) else None
                for name, value in (("url", url), ("publisher", publisher), ("lang", lang))}  # fmt: skip
        try:
            return self.cleaner.clean(text, **side)
        except Exception as error:  # whatever it is: one record must not take the other millions with it
            return f"error: {str(error) or type(error).__name__}"


@lru_cache(maxsize=8)
def _restored(version: str, digest: str, pickled: bytes) -> PortableCleaner:
    """The cleaner of a pickle, one per process. Raise `SettingsError` where it would not do here what it did there."""
    if version != __version__:
        raise SettingsError(f"made with boilerstrip {version}, and this worker has {__version__}: install one version")
    cleaner = PortableCleaner(**pickle.loads(pickled))
    if cleaner.digest != digest:
        raise SettingsError(f"the rules of this worker ({cleaner.digest[:12]}) are not the driver's ({digest[:12]})")
    return cleaner
