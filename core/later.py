"""Libraries imported at their first use: a start does not wait for what most runs never need.

    if TYPE_CHECKING:
        import openpyxl
    else:
        openpyxl = later("openpyxl")

What is in it is then written in full, `openpyxl.Workbook()`, and in functions only: a constant of the module would
import it at once. Threads may come together, for Python imports a module once.
"""

from importlib import import_module
from typing import Any


class Later:
    """A module that is imported when something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


def later(name: str) -> Any:
    """Stand in for a module, named as in an import. Raises ModuleNotFoundError at its first use."""
    return Later(name)
