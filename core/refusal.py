"""A business "no", said to the person in French; anything else that is raised is a bug."""


class Refused(Exception):
    """What the person asked for cannot be done, and why.

    `message` is a French sentence shown as it is; `reopen` names the answer of the flow to ask again.
    """

    def __init__(self, message: str, *, reopen: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reopen = reopen
