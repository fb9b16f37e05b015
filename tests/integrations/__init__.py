"""Tests of engines; run by the second test command only."""
