"""Amounts of memory: as a person says them, in bytes, and what of one is left for DuckDB."""

from __future__ import annotations

import os
import re

from kg.errors import UsageError

UNITS = ("", "k", "m", "g", "t")
LEAST = 512_000_000  # bytes with which anything can be done
OWN = 120_000_000  # bytes that Python takes, and DuckDB outside of its limit
OF_THREAD = 150_000_000  # bytes: its buffers, and the longest row in them


def size(text: str) -> int:
    """How many bytes are meant: a number with its unit, of a thousand or 1024; 0 for no text.

    >>> size("1.5GB"), size("512 MiB")
    (1500000000, 536870912)

    Raises UsageError for what is none, and for less than is enough for anything.
    """
    if not text:
        return 0
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *([kmgt]?)(i?)b?", text.strip().lower())
    if not found:
        raise UsageError(f"{text!r} is no amount of memory", fix="such as 1GB or 512MiB")
    meant = int(float(found[1]) * (1024 if found[3] else 1000) ** UNITS.index(found[2]))
    if meant < LEAST:
        raise UsageError(f"{text} of memory are not enough", fix=f"name at least {LEAST // 10**6}MB")
    return meant


def of_duckdb(memory: int) -> dict[str, str | int]:
    """The settings of a DuckDB in a process that may take so many bytes; none if that is 0.

    >>> of_duckdb(1_000_000_000)["memory_limit"]
    '704000000B'
    """
    if not memory:
        return {}
    limit = (memory - OWN) * 4 // 5
    return {"memory_limit": f"{limit}B", "threads": threads(memory)}


def threads(memory: int) -> int:
    """How many threads a process of so many bytes should have: one for each core, if there is room."""
    cores = os.cpu_count() or 1
    return max(1, min(cores, (memory - OWN) // OF_THREAD)) if memory else cores
