"""Measures, not tests: `python -m tests.bench [name…]` prints tables. In one run ratios mean something, times little."""
