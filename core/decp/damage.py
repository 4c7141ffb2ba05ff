"""What makes a file unreadable from some point on."""


class Damaged(Exception):
    """The file cannot be read further; the text says why, in French. What was read before stays good."""
