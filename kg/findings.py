"""Findings gathered over several things, so that one run shows all that is wrong, not only the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from kg.errors import Finding, KgError

T = TypeVar("T")
R = TypeVar("R")


def each(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """The function's results for all items; where some of them fail, one error with all their findings."""
    results: list[R] = []
    errors: list[KgError] = []
    for item in items:
        try:
            results.append(function(item))
        except KgError as error:
            errors.append(error)
    if errors:
        findings: dict[Finding, None] = dict.fromkeys(f for error in errors for f in error.findings)
        raise type(errors[0]).of(findings) from errors[0]
    return results
