"""Ibis, imported when it is first asked for something: most runs compile nothing and can do without.

Its import takes longer than a small run.
"""

from __future__ import annotations

import importlib
from typing import Any


class Library:
    """A library that is imported with the first use of one of its names."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self._name), name)


ibis = Library("ibis")
