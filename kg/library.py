"""The project's own functions: Python that a mapping may call, in one file that is run when it is asked for.

A function is declared by a decorator, its types are those of its annotations::

    import kg

    @kg.function("https://example.org/fn#slug")
    def slug(text: str) -> str:
        return "-".join(text.lower().split())

Reading the file runs it; nothing stays behind, so that each run has the functions of its own file alone. A
function is called once for each combination of arguments that the data hold, in no order that is told: it
must give the same result for the same arguments, always.
"""

from __future__ import annotations

import inspect
import re
import sys
import traceback
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from kg.errors import MappingError, MissingFile, Place, each
from kg.mapping import Call, Mapping, namespace, rewritten

DECLARED = "__kg_function__"
MODULE = "kg_own_functions"
"""What the file is called while it is read."""
OUTPUT = "output"
NUMERAL = r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
TIME = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?", re.DOTALL)
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
"""Which texts are numbers and booleans for functions, the project's own and all others."""
LONGEST_INT = 4000  # digits that Python makes a number of without being told to
MOST_SHOWN = 60  # characters of a value in a message
PROBLEMS = (Exception, SystemExit)
Text = str | list[str | None] | None
Python = TypeVar("Python", bound=Callable[..., object])


@dataclass(frozen=True)
class Declaration:
    """What the decorator says of a function."""

    iri: str
    returns: str
    parameters: tuple[tuple[str, str], ...]


def declared(iri: str, returns: str, parameters: dict[str, str]) -> Callable[[Python], Python]:
    """What :func:`kg.function` gives: a decorator that leaves the function as it is."""

    def declare(python: Python) -> Python:
        setattr(python, DECLARED, Declaration(iri, returns, tuple(parameters.items())))
        return python

    return declare


@dataclass(frozen=True)
class Type:
    """What an annotation says: a plain type, whether there are several of it, whether None is one too."""

    plain: type
    several: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Argument:
    """A parameter of a function of the project's own."""

    name: str
    iri: str
    type: Type
    required: bool


@dataclass(frozen=True)
class Own:
    """A function of the project's own: what it is called by, what it takes, what it returns, and itself."""

    iri: str
    arguments: tuple[Argument, ...]
    output: str
    returns: Type
    python: Callable[..., object]
    place: Place

    @property
    def name(self) -> str:
        """The function's name in Python."""
        return _name(self.python)

    def answer(self, given: dict[str, Text]) -> tuple[str | list[str] | None, str]:
        """What it returns of texts, as text, and what went wrong, if anything.

        It is not called where an argument has no value, and its annotation says nothing of None.
        """
        of = {argument.name: argument for argument in self.arguments}
        values = {name: _read(of[name].type, text) for name, text in given.items()}
        if any(value is None and not of[name].type.optional for name, value in values.items()):
            return None, ""
        try:
            result = self.python(**values)
        except PROBLEMS as error:
            return None, f"{self._shown(values)}: {type(error).__name__}: {_short(error)}".rstrip(": ")
        try:
            return _written(self.returns, result), ""
        except ValueError as error:
            return None, f"{self._shown(values)} returns {error}"

    def _shown(self, values: dict[str, object]) -> str:
        return f"{self.name}({', '.join(f'{name}={_short(repr(each))}' for name, each in values.items())})"


Library = tuple[Own, ...]


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def _whole(text: str) -> int | None:
    number = _float(text)
    if number is None or not number.is_integer():
        return None
    digits = text.strip()
    return int(digits if len(digits) < LONGEST_INT and digits.lstrip("+-").isdigit() else number)


def _float(text: str) -> float | None:
    number = float(text) if re.match(NUMERAL, text) else None
    return number if number is not None and isfinite(number) else None


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()) if TIME.fullmatch(text) else None
    except ValueError:
        return None


def _date(text: str) -> date | None:
    found = _time(text)
    return found.date() if found else None


READERS: dict[type, Callable[[str], object]] = {
    str: str,
    int: _whole,
    float: _float,
    bool: lambda text: BOOLEANS.get(text.strip().lower()),
    date: _date,
    datetime: _time,
}
"""How a text is read as what an annotation says; None where it is no such thing."""


def _read(kind: Type, text: Text) -> object:
    reader = READERS[kind.plain]
    if isinstance(text, list):
        items = [reader(item) for item in text if item is not None]
        return [item for item in items if item is not None]
    return None if text is None else reader(text)


def _numeral(number: float) -> str | None:
    """As in Turtle: 12, 12.5, 1.0E25."""
    if not isfinite(number):
        return None
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return re.sub(r"e\+?(-?)0*([0-9])", r"E\1\2", re.sub(r"^(-?[0-9])e", r"\1.0e", repr(float(number))))


WRITERS: dict[type, Callable[[Any], str | None]] = {
    str: str,
    int: str,
    float: _numeral,
    bool: lambda value: str(value).lower(),
    date: date.isoformat,
    datetime: datetime.isoformat,
}
"""How a result is written; None where it is no value."""
# To Python a bool is an int and a datetime a date; a result that is said to be the one must not be the other.
ACCEPTED: dict[type, tuple[type, ...]] = {float: (float, int)}
NARROWER: dict[type, type] = {int: bool, float: bool, date: datetime}


def _written(kind: Type, value: object) -> str | list[str] | None:
    """A result as text. Raises ValueError for one that is not what the annotation says."""
    if value is None:
        return None
    if not kind.several:
        return _item(kind.plain, value)
    if not isinstance(value, list | tuple):
        raise ValueError(f"{_short(repr(value))}, which is no list")
    items = [_item(kind.plain, item) for item in value if item is not None]
    return [item for item in items if item is not None]


def _item(plain: type, value: object) -> str | None:
    narrower = NARROWER.get(plain)
    if not isinstance(value, ACCEPTED.get(plain, (plain,))) or (narrower and isinstance(value, narrower)):
        raise ValueError(f"{_short(repr(value))}, which is no {plain.__name__}")
    text = WRITERS[plain](value)
    try:
        (text or "").encode()
    except UnicodeError:
        raise ValueError(f"{_short(ascii(value))}, which holds half a character") from None
    return text


def read(path: Path) -> Library:
    """Run a file of Python; the functions that it declares.

    Raises MissingFile, and MappingError, with the line, for a file that cannot be run, a function whose types
    are not said or cannot be, and two functions of one IRI.
    """
    if not path.is_file():
        raise MissingFile(f"there is no file {path}")
    found = {}
    for python in vars(_run(path)).values():
        declared = getattr(python, "__dict__", {}).get(DECLARED)
        if isinstance(declared, Declaration):
            found[id(python)] = python
    several = each(lambda python: _own(path, python), found.values())
    first: dict[str, Own] = {}
    for own in several:
        if first.setdefault(own.iri, own) is not own:
            raise MappingError(
                f"two functions are <{own.iri}>: {first[own.iri].name} and {own.name}", place=own.place
            )
    return tuple(several)


def _run(path: Path) -> types.ModuleType:
    module = types.ModuleType(MODULE)
    module.__file__ = str(path)
    sys.modules[MODULE] = module  # dataclasses look themselves up
    try:
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        exec(code, vars(module))
    except SyntaxError as error:
        here = error.filename in (str(path), None)
        place = Place(path, error.lineno or 0, error.offset or 0) if here else Place(path)
        raise MappingError(f"this is no Python: {error.msg}", place=place) from error
    except PROBLEMS as error:
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
        ]
        place = Place(path, (lines or [0])[0] or 0)
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        raise MappingError(f"the functions cannot be read: {what}", place=place) from error
    finally:
        del sys.modules[MODULE]
    return module


def _own(path: Path, python: Callable[..., object]) -> Own:
    declared: Declaration = getattr(python, DECLARED)
    code = getattr(inspect.unwrap(python), "__code__", None)
    file = Path(code.co_filename) if code else path
    place = Place(path if file == path else file, code.co_firstlineno if code else 0)
    what = f"the function {_name(python)}"
    try:
        hints = typing.get_type_hints(python)
    except (NameError, TypeError, AttributeError) as error:
        raise MappingError(f"{what} has an annotation that means nothing: {error}", place=place) from error
    signature = inspect.signature(python)
    said = dict(declared.parameters)
    for name in said.keys() - signature.parameters.keys():
        raise MappingError(
            f"{what} has no parameter {name!r}", place=place, value=name, exists=signature.parameters
        )
    space = namespace(declared.iri)
    arguments = []
    for name, parameter in signature.parameters.items():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise MappingError(f"{what} has a parameter {name!r} that cannot be given by name", place=place)
        kind = _type(hints.get(name), f"{what} does not say what {name!r} is", place)
        arguments.append(
            Argument(name, said.get(name, space + name), kind, parameter.default is parameter.empty)
        )
    twice = [each.iri for each in arguments if [one.iri for one in arguments].count(each.iri) > 1]
    if twice:
        raise MappingError(f"{what} has two parameters <{twice[0]}>", place=place)
    for iri in (declared.iri, *(argument.iri for argument in arguments)):
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S+$", iri):
            raise MappingError(f"{what} has <{iri}>, which is no absolute IRI", place=place)
    returns = _type(hints.get("return"), f"{what} does not say what it returns", place)
    output = declared.returns or space + OUTPUT
    return Own(declared.iri, tuple(arguments), output, returns, python, place)


def _name(python: Callable[..., object]) -> str:
    return str(getattr(python, "__name__", type(python).__name__))


def _type(annotation: object, message: str, place: Place) -> Type:
    options = (
        typing.get_args(annotation)
        if typing.get_origin(annotation) in (typing.Union, types.UnionType)
        else (annotation,)
    )
    plain = [option for option in options if option is not type(None)]
    several = len(plain) == 1 and typing.get_origin(plain[0]) is list
    if several:
        plain = [*typing.get_args(plain[0])]
    if len(plain) == 1 and isinstance(plain[0], type) and plain[0] in READERS:
        return Type(plain[0], several, len(options) > 1)
    names = [kind.__name__ for kind in READERS]
    raise MappingError(
        message, place=place, fix=f"annotate it as {', '.join(names)}, a list of one of these, or | None"
    )


def bound(mapping: Mapping, library: Library) -> Mapping:
    """The mapping with calls of the library's functions bound to them, and other calls to all of it."""
    by_iri = {own.iri: own for own in library}

    def bind(call: Call) -> Call:
        return replace(call, own=by_iri.get(call.function, library))

    return rewritten(mapping, {Call: bind}) if library else mapping
