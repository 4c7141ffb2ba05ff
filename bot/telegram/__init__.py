"""Telegram as a channel; the only package that imports `telegram`."""

import os

# python-telegram-bot reads it at each use: durations are timedeltas now, instead of warnings.
os.environ.setdefault("PTB_TIMEDELTA", "1")
