"""Measures, not tests: `python -m tests.bench [name…]` prints tables. Ratios in one run count, times alone do not."""
