"""A fictional Département to try the assistant in: no token, no server, nobody real."""

from core.demo.furnishing import Demo, furnish

__all__ = ["Demo", "furnish"]
