"""Calls that a table answers: lookups, and functions of the project's own; as joins with the table.

Such a table has a row for each combination of arguments, which are its keys, with what the function returns.
It stands under a name of its own, as the tables of sources do; :mod:`kg.answering` fills it before the run.
So a call is a join, whatever engine runs it, and each combination of arguments is answered once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from kg import lookups
from kg.lazily import ibis
from kg.library import Own
from kg.mapping import ROW, Call, Expression

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kg import functions

ANSWER = "answer"
FAULT = "fault"
TEXTS = "array<string>"


@dataclass(frozen=True)
class Key:
    """A column of arguments: of which parameter, of what type, and whether none may be without a value."""

    column: str
    parameter: str
    kind: str = "string"
    needed: bool = False


LOOKED_FOR = Key("key_text", "text")
NOTHING = Key("key", "")
"""The key of calls without arguments."""


@dataclass(frozen=True)
class Answers:
    """The table that answers calls: its name, its keys, the type of the answer, and whence that comes.

    Tables of the project's own functions also say what went wrong.
    """

    name: str
    keys: tuple[Key, ...]
    answer: str = "string"
    own: Own | None = None
    lookup: lookups.Lookup | None = None

    @property
    def columns(self) -> dict[str, str]:
        """All columns with their types."""
        keys = {key.column: key.kind for key in self.keys}
        return {**keys, ANSWER: self.answer, **({FAULT: "string"} if self.own else {})}

    @property
    def table(self) -> ir.Table:
        """The table as relations name it."""
        return ibis.table(self.columns, name=self.name)


def of(call: Call) -> Answers:
    """The table that answers a call that one does; calls of the same function share it."""
    if isinstance(call.own, Own):
        return _of_own(call, call.own)
    lookup = lookups.of(call)
    assert lookup is not None, "functions.check has seen it"
    return Answers(lookup.name, (LOOKED_FOR,), lookup=lookup)


def _of_own(call: Call, own: Own) -> Answers:
    given = {lookups.now(iri) for iri, _ in call.inputs}
    keys = tuple(
        Key(
            f"key_{number}_{argument.name}",
            argument.name,
            TEXTS if argument.type.several else "string",
            not argument.type.optional,
        )
        for number, argument in enumerate(own.arguments)
        if lookups.now(argument.iri) in given
    )
    digest = sha256(repr((own.iri, keys)).encode()).hexdigest()[:8]
    stem = re.sub("[^A-Za-z0-9_]", "", own.name)
    return Answers(
        f"function_{stem}_{digest}".lower(),
        keys or (NOTHING,),
        TEXTS if own.returns.several else "string",
        own,
    )


def calls(expression: Expression) -> Iterator[Call]:
    """The calls in an expression that tables answer, it too: first those that others have as arguments."""
    if isinstance(expression, Call):
        for _, argument in expression.inputs:
            yield from calls(argument)
        from kg import functions

        if functions.tabled(expression):
            yield expression


def answered(records: ir.Table, call: Call, column: str, value: functions.Value) -> ir.Table:
    """The records with a column of what the table answers, NULL for nothing, and no record more or less.

    Where an argument has several values, the answers are those of each, in their order.
    """
    answers = of(call)
    given = _given(answers, call, value)
    asking = records.mutate(**{f"{column} {name}": each for name, each in given.items()})
    several = _several(answers, given)
    found = _of_each(asking, answers, column, several) if several else _renamed(answers, column)
    same = [asking[f"{column} {name}"].identical_to(found[f"{column} {name} ="]) for name in given]
    joined = asking.left_join(found, same)
    return joined.drop(*(f"{column} {name}{end}" for name in given for end in ("", " =")))


def asked(records: ir.Table, call: Call, value: functions.Value) -> ir.Table:
    """What the table is asked for by the records, each combination of arguments once."""
    answers = of(call)
    asking = _spread(records, answers, call, value)
    needed = [asking[key.column].notnull() for key in answers.keys if key.needed]
    asking = asking.filter(needed) if needed else asking
    return asking.select(*(key.column for key in answers.keys)).distinct()


def failed(records: ir.Table, call: Call, value: functions.Value) -> ir.Table:
    """The records, `row`, with which a function of the project's own failed, and what went wrong, `value`."""
    answers = of(call)
    asking = _spread(records, answers, call, value)
    table = _renamed(answers, "found", FAULT).filter(lambda table: table.found.notnull())
    same = [asking[key.column].identical_to(table[f"found {key.column} ="]) for key in answers.keys]
    joined = asking.inner_join(table, same)
    return joined.select(row=joined.row, value=joined.found)


def _given(answers: Answers, call: Call, value: functions.Value) -> dict[str, ir.Value]:
    """The arguments by the columns of their keys."""
    from kg import functions

    texts = functions.texts(call, value)
    return {key.column: texts.get(key.parameter, ibis.literal("")) for key in answers.keys}


def _several(answers: Answers, given: dict[str, ir.Value]) -> list[str]:
    """The keys of one value that are given several."""
    return [key.column for key in answers.keys if key.kind != TEXTS and given[key.column].type().is_array()]


def _spread(records: ir.Table, answers: Answers, call: Call, value: functions.Value) -> ir.Table:
    """Each combination of arguments with its record, `row`."""
    given = _given(answers, call, value)
    asking = records.select(**given, row=records[ROW])
    for name in _several(answers, given):
        asking = asking.mutate(**{name: asking[name].unnest()})
    return asking


def _renamed(answers: Answers, column: str, meant: str = ANSWER) -> ir.Table:
    """The table with names that are not those of records."""
    table = answers.table
    keys = {f"{column} {key.column} =": table[key.column] for key in answers.keys}
    return table.select(**keys, **{column: table[meant]})


def _of_each(records: ir.Table, answers: Answers, column: str, several: list[str]) -> ir.Table:
    """What the table answers where arguments have several values: these as a whole, with all answers."""
    whole = [f"{column} {key.column}" for key in answers.keys]
    asking = records.select(*whole).distinct()
    for name in several:
        key = f"{column} {name}"
        asking = asking.mutate(**{f"{key} at": ibis.range(asking[key].length()).unnest()})
        asking = asking.mutate(**{f"{key} one": asking[key][asking[f"{key} at"]]})
    table = _renamed(answers, f"{column} each")
    same = [
        asking[f"{column} {key.column}" + " one" * (key.column in several)].identical_to(
            table[f"{column} each {key.column} ="]
        )
        for key in answers.keys
    ]
    found = asking.left_join(table, same)
    # Not every engine collects in an order, but all sort by the first field.
    places = {f"at_{number}": found[f"{column} {name} at"] for number, name in enumerate(several)}
    placed = ibis.struct({**places, ANSWER: found[f"{column} each"]})
    lists = found.group_by(whole).agg(**{column: placed.collect()})
    there = lists[column].filter(lambda one: one[ANSWER].notnull()).sort().map(lambda one: one[ANSWER])
    lists = lists.mutate(**{column: there.flatten() if answers.answer == TEXTS else there})
    return lists.rename({f"{name} =": name for name in whole})
