"""Calls of functions, compiled: what a mapping calls becomes an expression over the columns of its arguments.

RML-FNML, "Function execution". :func:`check` says beforehand what is wrong with a call, :func:`column` and
:func:`typed` compile it. A call may have a call as argument. Where an argument that is read as one value has
several (a text that was split), the function is called with each of them; an argument without a value gives
no value, and so no term, except of functions that are about just that. Which functions there are, and what
they do, is the business of :mod:`kg.signatures` and :mod:`kg.grel`; of calls that a table answers, as
:func:`tabled` tells, the value is asked for like that of a reference (:mod:`kg.tabled`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from math import isfinite
from typing import Any, TypeAlias

import ibis
import ibis.expr.types as ir
from ibis.expr.operations import Argument as Variable
from ibis.expr.operations import Field, Literal

from kg.arguments import (
    CONSTANT_READERS,
    DATATYPES,
    WHOLE,
    Function,
    Kind,
    Parameter,
    as_kind,
    as_text,
    matches,
)
from kg.errors import MappingError, Unsupported
from kg.library import BOOLEANS, NUMERAL, Own
from kg.lookups import now
from kg.mapping import XSD, Call, Constant, Expression, Fresh
from kg.signatures import FUNCTIONS, REFUSED, of_own

Value: TypeAlias = Callable[[Expression], ir.Value]
"""Gives the text, or the texts, of an expression that is no call, or of a call that a table answers."""
Argument: TypeAlias = "ir.Value | str | list[ir.Value] | None"


def column(call: Call, value: Value) -> ir.Value:
    """What the call returns, as text: one, or an array of several; NULL, also as an item, makes no term.

    `call` must have passed :func:`check`. Booleans are true and false, numbers are as in Turtle, times as in
    XML Schema: the canonical form of the datatype that :func:`typed` gives them.
    """
    return _each(_result(call, value), as_text)


def typed(call: Call, value: Value) -> ir.Value:
    """What the call returns, as struct<v: string, t: string>, or an array of them: texts with datatypes.

    Texts have the datatype ''. Numbers have that of Turtle: 12 is an xsd:integer, 12.5 an xsd:decimal, 1.0E25
    an xsd:double. NULL where there is no value.
    """
    kind = _kind(call)
    return _each(column(call, value), lambda text: _cell(text, kind))


def tabled(call: Call) -> bool:
    """Whether a table answers the call, so that no expression does."""
    return _function(call).tabled


def texts(call: Call, value: Value) -> dict[str, ir.Value]:
    """What the function of a call that a table answers is given, by the names of its parameters, as text.

    Several values are an array: of a parameter that is a list, and also of one that is not, where each of
    them is meant. Arguments that say which table it is are left out.
    """
    found = _arguments(call, value, lambda parameter: None if parameter.constant else _as_texts(parameter))
    return {name: each for name, each in found.items() if isinstance(each, ir.Value)}


def _as_texts(parameter: Parameter) -> Parameter:
    return replace(parameter, kind=Kind.LIST if parameter.kind is Kind.LIST else Kind.TEXT, items=Kind.TEXT)


def _each(value: ir.Value, use: Callable[[ir.Value], ir.Value]) -> ir.Value:
    """`use` of the value, or of each of its items."""
    return _mapped(value, use, 0) if value.type().is_array() else _let(value, use)


def _let(value: ir.Value, use: Callable[[ir.Value], ir.Value], depth: int = 0) -> ir.Value:
    """`use` of the value, which is spelled once however often it is used: as the item of a list of one.

    Otherwise calls within calls would grow to many megabytes of SQL.
    """
    if isinstance(value.op(), (Field, Literal, Variable)):
        return use(value)
    return _mapped(ibis.array([value]), use, depth)[0]


def _mapped(items: ir.ArrayValue, use: Callable[[ir.Value], ir.Value], depth: int) -> ir.ArrayValue:
    """`use` of each item, under a name of its own for each depth, so that none hides another."""

    def each(**bound: ir.Value) -> ir.Value:
        (item,) = bound.values()
        return use(item)

    # Ibis names the variable of the database after the parameter.
    variable = inspect.Parameter(f"item_{depth}", inspect.Parameter.KEYWORD_ONLY)
    each.__signature__ = inspect.Signature([variable])  # type: ignore[attr-defined]
    results: ir.ArrayValue = items.map(each)
    return results


def _cell(text: ir.StringValue, kind: Kind) -> ir.StructValue:
    datatype: Any = DATATYPES.get(kind, "")
    if kind is Kind.NUMBER:
        datatype = ibis.cases(
            (text.re_search(WHOLE), XSD + "integer"),
            (text.contains("E"), XSD + "double"),
            else_=XSD + "decimal",
        )
    cell = ibis.struct({"v": text, "t": datatype}, type="struct<v: string, t: string>")
    return ibis.ifelse(text.notnull(), cell, ibis.null(cell.type()))


def _kind(call: Call) -> Kind:
    outputs = _function(call).outputs
    return outputs.get(now(call.output), next(iter(outputs.values())))


def _result(call: Call, value: Value) -> ir.Value:
    """What the call returns, in the type of the database that it has there."""
    return value(call) if tabled(call) else _applied(_function(call), _arguments(call, value))


def _arguments(
    call: Call, value: Value, read: Callable[[Parameter], Parameter | None] = lambda parameter: parameter
) -> dict[str, Argument]:
    """The arguments by the names of their parameters, each read as `read` says, or left out."""
    function = _function(call)
    given: dict[str, list[Argument]] = {}
    for iri, expression in call.inputs:
        parameter = read(_parameters(function)[now(iri)])
        if parameter:
            given.setdefault(parameter.name, []).append(_argument(parameter, expression, value))
    arguments: dict[str, Argument] = {}
    for parameter in function.parameters:
        if parameter.name in given:
            several = given[parameter.name]
            join = JOINED.get(parameter.kind)
            arguments[parameter.name] = join(several) if join else several[0]
    return arguments


def _argument(parameter: Parameter, expression: Expression, value: Value) -> Argument:
    kind = parameter.items if parameter.kind in JOINED else parameter.kind
    if isinstance(expression, Constant):
        if parameter.constant:
            return CONSTANT_READERS.get(kind, str.lower)(expression.value)
        if kind in LITERALS:
            return LITERALS[kind](expression.value)
    result = _result(expression, value) if isinstance(expression, Call) else value(expression)
    return _each(result, lambda item: as_kind(item, kind))


LITERALS: dict[Kind, Callable[[str], ir.Value]] = {
    Kind.INTEGER: lambda text: ibis.literal(int(text), type="int64"),
    Kind.NUMBER: lambda text: ibis.literal(float(text), type="float64"),
    Kind.BOOLEAN: lambda text: ibis.literal(BOOLEANS[text.strip().lower()]),
}
"""Constants of kinds that need not be read from a text for every record."""


def _list(several: list[Any]) -> ir.ArrayValue:
    """One array of all that has a value; NULL where nothing was given that has."""
    arrays = [each if each.type().is_array() else ibis.array([each]) for each in several]
    joined = arrays[0].concat(*arrays[1:]) if len(arrays) > 1 else arrays[0]
    items = joined.filter(lambda item: item.notnull())
    return ibis.ifelse(ibis.or_(*(each.notnull() for each in several)), items, ibis.null(items.type()))


JOINED: dict[Kind, Callable[[list[Any]], Any]] = {Kind.LIST: _list, Kind.SEVERAL: list}
"""What a builder gets of parameters that take any number of arguments."""


def _applied(
    function: Function, arguments: dict[str, Argument], pending: tuple[str, ...] | None = None
) -> ir.Value:
    """The function called; with each item of an array that is read as one value, in turn."""
    if pending is None:
        pending = tuple(each.name for each in function.parameters)
    if not pending:
        return function.build(**arguments)
    name, *rest = pending
    argument = arguments.get(name)
    depth = len(rest)

    def applied(item: ir.Value) -> ir.Value:
        return _applied(function, {**arguments, name: item}, tuple(rest))

    if not isinstance(argument, ir.Value):
        return _applied(function, arguments, tuple(rest))
    if not argument.type().is_array() or name in _lists(function):
        return _let(argument, applied, depth)
    results = _mapped(argument, applied, depth)
    return results.flatten() if results.type().value_type.is_array() else results


def _lists(function: Function) -> set[str]:
    return {parameter.name for parameter in function.parameters if parameter.kind in JOINED}


def check(call: Call) -> None:
    """See that the call can be compiled, and those inside of it.

    Raises MappingError, with all that is wrong: a function, a parameter or a result of that name does not
    exist, a parameter is given twice or not at all, a constant is not of the kind that the parameter takes.
    Raises Unsupported where the function is known, but its result is not a matter of the data alone.
    """
    faults = list(_faults(call))
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise MappingError.of(finding for fault in faults for finding in fault.findings)


def _faults(call: Call) -> Iterator[MappingError]:
    for _, expression in call.inputs:
        if isinstance(expression, Call):
            yield from _faults(expression)
    if not isinstance(call.own, Own) and now(call.function) not in FUNCTIONS:
        yield _unknown_function(call)
        return
    if isinstance(call.own, Own) and now(call.function) in {**FUNCTIONS, **REFUSED}:
        what = f"the function {call.own.name} has the IRI of one of kg's own, <{call.function}>"
        yield MappingError(what, place=call.own.place, fix="give it an IRI in a namespace of the project")
        return
    function = _function(call)
    parameters = _parameters(function)
    what = f"function <{call.function}>"
    if call.output and now(call.output) not in function.outputs:
        yield _unknown(call, f"{what} has no result <{call.output}>", call.output, function.outputs)
    seen: dict[Parameter, str] = {}
    for iri, expression in call.inputs:
        parameter = parameters.get(now(iri))
        if parameter is None:
            yield _unknown(call, f"{what} has no parameter <{iri}>", iri, parameters)
            continue
        if parameter in seen and parameter.kind not in JOINED:
            yield MappingError(f"{what} has its parameter <{iri}> twice", place=call.place, value=iri)
        seen[parameter] = iri
        yield from _wrong(call, iri, parameter, expression)
    for parameter in function.parameters:
        if parameter.required and parameter not in seen:
            yield MappingError(
                f"{what} lacks its parameter <{parameter.iris[0]}>",
                place=call.place,
                value=parameter.iris[0],
                fix="give it a value",
            )


def _wrong(call: Call, iri: str, parameter: Parameter, expression: Expression) -> Iterator[MappingError]:
    """What is wrong with an argument that is known already."""
    of = f"parameter <{iri}> of <{call.function}>"
    if isinstance(expression, Fresh):
        yield MappingError(f"{of} has no value", place=call.place, fix="give it a reference or a constant")
    if not isinstance(expression, Constant):
        if parameter.constant and not isinstance(expression, Fresh):
            yield MappingError(
                f"{of} takes a constant only", place=call.place, value=iri, exists=parameter.choices
            )
        return
    text = expression.value
    if parameter.choices and text.lower() not in parameter.choices:
        yield MappingError(f"{of} cannot be {text!r}", place=call.place, value=text, exists=parameter.choices)
    kind = parameter.items if parameter.kind in JOINED else parameter.kind
    try:
        legal = CONSTANTS.get(kind, _any)(text)
    except ValueError as error:
        legal, text = False, f"{text}: {error}"
    if not legal:
        yield MappingError(f"{of} takes {kind.value}, not {text!r}", place=call.place, value=text)


def _any(text: str) -> bool:
    return True


CONSTANTS: dict[Kind, Callable[[str], object]] = {
    Kind.INTEGER: lambda text: matches(WHOLE, text) and abs(int(text)) < 2**63,
    Kind.NUMBER: lambda text: matches(NUMERAL, text) and isfinite(float(text)),
    Kind.BOOLEAN: lambda text: text.strip().lower() in BOOLEANS,
    **CONSTANT_READERS,
}
"""Whether a constant is of a kind; kinds that are not here take any text."""


def _unknown_function(call: Call) -> MappingError:
    reason = REFUSED.get(now(call.function))
    if reason is not None:
        return Unsupported(
            f"function <{call.function}> is not run: {reason}", place=call.place, value=call.function
        )
    space, name = _split(now(call.function))
    own = [each.iri for each in call.own] if isinstance(call.own, tuple) else []
    known = [*own, *FUNCTIONS]
    near = get_close_matches(name, [_split(iri)[1] for iri in known], n=1, cutoff=0.6)
    there = [iri for iri in known if iri.startswith(space) or _split(iri)[1] in near]
    kgs = space in {_split(iri)[0] for iri in FUNCTIONS}
    fix = "" if own or kgs else "--functions names the file of functions that are not kg's"
    return _unknown(call, f"no function <{call.function}>", call.function, there, fix)


def _unknown(call: Call, message: str, iri: str, exists: Any, fix: str = "") -> MappingError:
    """An error that compares local names: namespaces are so long that all IRIs look alike."""
    names = dict.fromkeys(_split(each)[1] for each in exists)
    return MappingError(message, place=call.place, value=_split(iri)[1], exists=names, fix=fix)


def _split(iri: str) -> tuple[str, str]:
    """Namespace and local name."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:cut], iri[cut:]


def _function(call: Call) -> Function:
    return of_own(call.own) if isinstance(call.own, Own) else FUNCTIONS[now(call.function)]


def _parameters(function: Function) -> dict[str, Parameter]:
    return {iri: parameter for parameter in function.parameters for iri in parameter.iris}
