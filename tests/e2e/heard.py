"""What a player is shown, whatever the channel."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heard:
    """What the person was shown after one message."""

    text: str
    labels: tuple[str, ...]
