"""Measures, not tests: `python -m tests.bench [name…]` prints tables. Ratios in one run mean something, times alone little."""
