"""A run that is told only of what a baseline does not know; not the baseline itself (`reports.baseline`)."""

from __future__ import annotations

from collections.abc import Sequence

from boilerstrip.cli._run import RunReport
from boilerstrip.reports import Header, Outcome
from boilerstrip.reports.baseline import Baseline


class NewOnly:
    """Tells other reports only of what a baseline does not know; with `update`, writes the baseline at the end."""

    def __init__(self, baseline: Baseline, told: Sequence[RunReport], *, update: bool = False) -> None:
        self._baseline, self._told, self._update = baseline, told, update

    def begin(self, header: Header) -> None:
        """Pass it on."""
        for report in self._told:
            report.begin(header)

    def document(self, outcome: Outcome) -> None:
        """Pass on what is not known; what is about to become known is not told either."""
        fresh = self._baseline.unknown(outcome)
        for report in () if self._update else self._told:
            report.document(fresh)

    def end(self) -> None:
        """Pass it on."""
        if self._update:
            self._baseline.update()
        for report in self._told:
            report.end()

    def break_off(self, delivered: bool) -> None:
        """Pass it on; the baseline stays as it was."""
        for report in self._told:
            report.break_off(delivered)
