"""Identifiers of SQL and the labels of columns that they name (R2RML, section 3, "SQL identifiers")."""

from __future__ import annotations

from collections.abc import Iterable

from kg.grammar import identifier, regular, undelimited


def labels(
    written: Iterable[str], there: Iterable[str], *, folds: bool, lenient: bool = False
) -> dict[str, str]:
    """The label of each identifier that names a column, in the order of the columns.

    Delimited identifiers, and what can be none without quotes, are exact. The case of others does not matter;
    a database that `folds` has them in lower case, and one that is `lenient` may mean the exact label too.

    >>> labels(["ID", '"Name"', "NAME"], ["id", "Name"], folds=True)
    {'ID': 'id', '"Name"': 'Name'}
    >>> labels(["ID", "NAME"], ["id", "Name"], folds=False)
    {'ID': 'id', 'NAME': 'Name'}
    """
    order = {label: at for at, label in reversed([*enumerate(there)])}
    found = {name: _label(name, order, folds=folds, lenient=lenient) for name in dict.fromkeys(written)}
    named = {name: label for name, label in found.items() if label is not None}
    return dict(sorted(named.items(), key=lambda pair: order[pair[1]]))


def _label(name: str, there: Iterable[str], *, folds: bool, lenient: bool) -> str | None:
    if not regular(name):
        meant = [undelimited(name)]
    elif folds:
        meant = [_folded(name), name] if lenient else [_folded(name)]
    else:
        meant = [name, *(label for label in there if label.lower() == name.lower())]
    return next((label for label in meant if label in there), None)


def spelled(label: str) -> str:
    """The label as an identifier, where regular ones are in lower case.

    >>> print(spelled("id"), spelled("Name"))
    id "Name"
    """
    return label if regular(label) and _folded(label) == label else identifier(label)


def _folded(name: str) -> str:
    """The name in lower case, as PostgreSQL has it: letters of ASCII alone."""
    return "".join(char.lower() if char.isascii() else char for char in name)
