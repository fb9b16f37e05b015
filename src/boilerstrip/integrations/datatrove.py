"""A datatrove pipeline step that cleans documents in their place in a pipeline; not a filter, reader or writer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from datatrove.data import Document
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.typeshelper import StatHints

from boilerstrip import SettingsError
from boilerstrip.integrations.portable import PortableCleaner
from boilerstrip.reports.annotation import rows_of, share_of

KEY = "boilerstrip"


class BoilerstripCleaner(PipelineStep):  # type: ignore[misc]
    """Cleans `text`, and says in `metadata["boilerstrip"]` what went: `status`, `removed_share`, `removals`.

    `url` and `publisher` name metadata that decide the publisher; `settings` are those of `Cleaner`. With an
    `exclusion_writer`, documents over budget go there as they came, and no further; without one they go on, unless
    `over_budget="drop"`. A document that could not be cleaned goes on as it was, its status `error: ...`.
    Statistics: `removed-<rule>`, `status-<status>`, `removed_chars`.
    """

    name = "boilerstrip"
    type = "✂️ - CLEANER"

    def __init__(self, exclusion_writer: DiskWriter | None = None, url: str = "url", publisher: str = "publisher",
                 **settings: Any) -> None:  # fmt: skip
        super().__init__()
        self.exclusion_writer = exclusion_writer
        self.url, self.publisher = url, publisher
        self.cleaner = PortableCleaner(**settings)

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """The documents, cleaned, in order. Raise `SettingsError` for one that was cleaned before."""
        with self.exclusion_writer or contextlib.nullcontext() as writer:
            for document in data or ():
                self.stat_update(StatHints.total)
                with self.track_time():
                    cleaned = self._cleaned(document)
                if cleaned is not None:
                    self.stat_update(StatHints.forwarded)
                    document.text = cleaned
                    self.update_doc_stats(document)
                    yield document
                    continue
                self.stat_update(StatHints.dropped, "dropped_over_budget")
                if writer is not None:
                    writer.write(document, rank)

    def _cleaned(self, document: Document) -> str | None:
        """The text that goes on, `None` where the document does not; what happened is said in its metadata."""
        metadata = document.metadata
        if KEY in metadata:
            raise SettingsError(f"document {document.id!r} was cleaned before: its metadata says what went then")
        result = self.cleaner.clean(document.text, url=metadata.get(self.url), publisher=metadata.get(self.publisher))
        if isinstance(result, str):
            metadata[KEY] = {"status": result, "removed_share": 0.0, "removals": []}
            self.stat_update("status-error")
            return str(document.text)
        metadata[KEY] = {"status": result.status, "removed_share": share_of(result), "removals": rows_of(result)}
        self.stat_update(f"status-{result.status}", *(f"removed-{removal.rule}" for removal in result.removals))
        self.stat_update("removed_chars", value=result.removed_chars)
        over = result.status == "over_budget"
        if over and (self.exclusion_writer is not None or self.cleaner.cleaner.over_budget == "drop"):
            return None
        return result.text
