"""Parquet where pyarrow is missing: one line says what to install."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from boilerstrip.formats import parquet
from program import Runner


def test_what_to_install(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(parquet, "find_spec", lambda name: None if name == "pyarrow" else find(name))
    Path("a.parquet").write_bytes(b"PAR1")
    ran = run("clean", "a.parquet", "-o", "b.parquet")
    assert (ran.code, Path("b.parquet").exists()) == (2, False)
    assert ran.err == "boilerstrip: Parquet needs the package pyarrow: pip install 'boilerstrip[parquet]'\n"
    ran = run("clean", "a.parquet.gz", "-o", "b.parquet") if Path("a.parquet").rename("a.parquet.gz") else ran
    assert (ran.code, ran.err.startswith("boilerstrip: a.parquet.gz: is a compressed Parquet file")) == (2, True)
