"""JSONPath as mappings write it (RFC 9535), and names of keys, which stand for paths to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kg.errors import MappingError
from kg.mapping import LogicalSource

NAME = re.compile(r"(?:[\w -]|[^\x00-\x7f]|\{[\w -]*\})+")
"""A key that may stand for the path to it: no sign in it could be meant as one of JSONPath, nor braces."""
ROOT = "$"
ALL = object()
Find = Callable[[Any], list[Any]]


@dataclass(frozen=True)
class JsonPath:
    """What a path finds in a value; `definite` if it is one node at most (RFC 9535, "Singular query").

    `get` is there for definite paths of keys alone: the value, None also where there is nothing.
    """

    find: Find
    definite: bool
    get: Callable[[Any], Any] | None = None


def path(source: LogicalSource, text: str) -> JsonPath:
    """The path that `text` is. Without $ it is a path from the record, or else the name of one key.

    Raises MappingError for what is neither: a name with signs of paths in it is written $['…'].

    >>> path(LogicalSource("t.json", "json"), "Country Code").find({"Country Code": "BE"})
    ['BE']
    """
    from jsonpath_rfc9535 import JSONPathError, compile

    whole = text if text.startswith("$") else "$" + "." * (text[:1] not in ("[", ".")) + text
    try:
        query = compile(whole)
    except JSONPathError as error:
        if NAME.fullmatch(text):
            return JsonPath(_walk((text,)), definite=True, get=_getter((text,)))
        raise MappingError(
            f"{text!r} is no JSONPath: {_without_place(error)}",
            place=source.place,
            fix="write a key with other signs than letters as $['key']",
        ) from None
    steps = _steps(query)
    find = (lambda value: query.find(value).values()) if steps is None else _walk(steps)
    return JsonPath(find, definite=query.singular_query(), get=_getter(steps))


def iterator(source: LogicalSource) -> JsonPath:
    """The path to the records of a source, which starts at the root, `$`: so does all of JSONPath."""
    text = source.iterator or ROOT
    if not text.startswith(ROOT):
        raise MappingError(
            f"the iterator {text!r} is no JSONPath: it does not begin with {ROOT}",
            place=source.place,
            fix=f"such as {ROOT}.{text}[*]" if NAME.fullmatch(text) and " " not in text else "such as $[*]",
        )
    return path(source, text)


def _steps(query: Any) -> tuple[Any, ...] | None:
    """The keys, positions and wildcards of a path; None where it has anything else."""
    from jsonpath_rfc9535 import segments, selectors

    steps: list[Any] = []
    for segment in query.segments:
        match segment, segment.selectors:
            case segments.JSONPathChildSegment(), (selectors.NameSelector() as name,):
                steps.append(name.name)
            case segments.JSONPathChildSegment(), (selectors.IndexSelector() as index,):
                steps.append(index.index)
            case segments.JSONPathChildSegment(), (selectors.WildcardSelector(),):
                steps.append(ALL)
            case _:
                return None
    return tuple(steps)


def _walk(steps: tuple[Any, ...]) -> Find:
    """Finds what the steps lead to: much faster than the general way."""

    def find(value: Any) -> list[Any]:
        found = [value]
        for step in steps:
            found = [each for inner in found for each in _children(inner, step)]
        return found

    return find


def _getter(steps: tuple[Any, ...] | None) -> Callable[[Any], Any] | None:
    """Looks the keys up, one in the other; None for paths of other steps."""
    if steps is None or not all(isinstance(step, str) for step in steps):
        return None

    def get(value: Any) -> Any:
        for key in steps:
            if type(value) is not dict:
                return None
            value = value.get(key)
        return value

    return get


def _children(value: Any, step: Any) -> Iterable[Any]:
    """What one step leads to (RFC 9535, sections 2.3.1 to 2.3.3)."""
    if isinstance(value, dict):
        return value.values() if step is ALL else [value[step]] if step in value else []
    if not isinstance(value, list):
        return []
    if step is ALL:
        return value
    return [value[step]] if isinstance(step, int) and -len(value) <= step < len(value) else []


def _without_place(error: Exception) -> str:
    return re.sub(
        r", line (\d+), column (\d+)$", lambda match: f" (character {int(match[2]) + 1})", str(error)
    )
