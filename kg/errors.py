"""What can go wrong, as values that say where, what was found, what exists and how to mend it.

Every fault is a :class:`Finding`; a :class:`KgError` carries one or several of them out of the function
that met them. The command line prints the findings and ends with the error's ``exit_code``::

    KgError                      1  something in the project's own files has to be mended
    ├── UsageError               2  the call itself is wrong
    │   ├── NoProject               no folder with data/ and a mapping, here or above
    │   ├── NoBuild                 nothing built yet, or a build that is not whole
    │   ├── UnknownQuery            no such named query, and no such file
    │   ├── UnknownParameter        --param names no variable of the query, or gives no term
    │   ├── UnknownFormat           no such format, or not one for this kind of result
    │   ├── UnknownEntity           no such node in the graph
    │   ├── MissingFile             a file that was asked for is not there
    │   ├── NoDatabase              nothing says in which database the tables are
    │   └── Unwritable              a folder or file cannot be written
    ├── MappingError             1  the mapping cannot be read, or says what it must not
    │   ├── UnknownColumn           a reference to a column that the source does not have
    │   ├── UnknownPrefix           a prefixed name whose prefix is not declared
    │   ├── UnknownKey              a key of a mapping file that means nothing
    │   ├── UnknownTerm             a class, property or concept that the ontology does not have
    │   └── Unsupported             legal, but not yet run by this version
    ├── Encoding                 1  a file is not UTF-8
    ├── OntologyError            1  a Turtle file of the ontology cannot be read
    ├── TableError               1  a table cannot be read
    │   ├── MissingTable            the file or the table of a logical source is not there
    │   ├── DatabaseError           a database refuses a query
    │   │   └── Unreachable         a database that cannot be connected to
    │   ├── Header                  a column without a name, or two of one name
    │   ├── Ragged                  a row has more or fewer cells than the header
    │   ├── EmptyTable              it has no header, or no row
    │   └── FullWidth               its separators are full-width commas
    ├── DataError                1  a cell holds what the mapping cannot use
    │   ├── IllTyped                text that is no value of the literal's datatype
    │   ├── DanglingReference       an id that no row has
    │   ├── MissingId               a row of a table of nodes that has no id
    │   ├── DuplicateId             an id that two rows of one table have
    │   ├── InvalidTerm             a cell that makes no valid IRI or language tag
    │   └── FailedCall              a function of the project's own that failed with a cell
    ├── ClusterError             1  Spark does not start, or a job of it fails
    └── QueryError               1  a SPARQL query that cannot be read or run
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Place:
    """Where in which file: lines and columns count from 1, columns in characters.

    >>> str(Place(Path("data/events.csv"), 8, 5))
    'data/events.csv:8:5'
    >>> str(Place(Path("data/events.csv")))
    'data/events.csv'
    """

    file: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        numbers = [str(n) for n in (self.line, self.column) if n]
        return ":".join([self.file.as_posix(), *numbers])


@dataclass(frozen=True)
class Finding:
    """One fault: the rule it breaks, what was found, where, what exists instead, and how to mend it.

    >>> print(Finding("unknown-column", "no column 'nmae'", value="nmae", exists=("id", "name")))
    error[unknown-column]: no column 'nmae'; did you mean 'name'?
    """

    rule: str
    message: str
    place: Place | None = None
    value: str = ""
    exists: tuple[str, ...] = ()
    fix: str = ""
    severity: Severity = "error"
    origin: Place | None = None
    """Where the mapping asks for what the data do not have."""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        origin = f"asked for at {self.origin}" if self.origin else ""
        parts = [self.message, self._hint(), self.fix, origin]
        return f"{where}{self.severity}[{self.rule}]: " + "; ".join(part for part in parts if part)

    def _hint(self) -> str:
        if not self.exists:
            return ""
        close = closest(self.value, self.exists)
        if close:
            return f"did you mean {close!r}?"
        shown = ", ".join(self.exists[:8])
        return f"there are: {shown}" + (f" and {len(self.exists) - 8} more" if len(self.exists) > 8 else "")


def closest(name: str, names: Iterable[str]) -> str | None:
    """The name that `name` was most likely meant to be, or None where nothing is near.

    >>> closest("gsgd", ["gdgd", "cqcable"]), closest("zz", ["gdgd"])
    ('gdgd', None)
    """
    by_lower_case = {each.lower(): each for each in names}
    alike = 0.7 if len(name) > 4 else 0.5  # one wrong letter of four leaves half of the pairs
    found = get_close_matches(name.lower(), by_lower_case, n=1, cutoff=alike)
    return by_lower_case[found[0]] if found else None


def without_place(error: SyntaxError) -> str:
    """What a parser of RDF says, without the place in its own words: findings have theirs.

    >>> without_place(SyntaxError("Parser error at line 2 between columns 9 and 12: A dot is expected"))
    'A dot is expected'
    """
    return re.sub(r"^Parser error (at|between) line \d+.*?: ", "", str(error.msg), flags=re.DOTALL)


def each(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The function's results for all items; where some fail, one error with all their findings.

    Its class is the nearest that all the errors have in common.
    """
    results: list[Result] = []
    errors: list[KgError] = []
    for item in items:
        try:
            results.append(function(item))
        except KgError as error:
            errors.append(error)
    if errors:
        findings = dict.fromkeys(finding for error in errors for finding in error.findings)
        raise _nearest(errors).of(findings) from errors[0]
    return results


def _nearest(errors: list[KgError]) -> type[KgError]:
    """The nearest class that all errors are of."""
    kinds = (kind for kind in type(errors[0]).__mro__ if issubclass(kind, KgError))
    return next(kind for kind in kinds if all(isinstance(error, kind) for error in errors))


class KgError(Exception):
    """Anything that a user can cause; `findings` says what, `exit_code` how a command ends."""

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        place: Place | None = None,
        value: str = "",
        exists: Iterable[str] = (),
        fix: str = "",
        origin: Place | None = None,
    ) -> None:
        finding = Finding(self.rule(), message, place, value, tuple(exists), fix, origin=origin)
        self.findings: tuple[Finding, ...] = (finding,)
        super().__init__(str(finding))

    @classmethod
    def rule(cls) -> str:
        """The id in brackets, which is a heading in docs/errors.md.

        >>> DanglingReference.rule()
        'dangling-reference'
        """
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> KgError:
        """One error that carries all of `findings`, which must not be empty."""
        several = tuple(findings)
        error = cls(several[0].message)
        error.findings = several
        error.args = ("\n".join(map(str, several)),)
        return error

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


class UsageError(KgError):
    """The call itself is wrong: nothing in the project needs mending."""

    exit_code = 2


class NoProject(UsageError):
    """No project folder here or above."""


class NoBuild(UsageError):
    """Nothing built yet, or a build without its manifest."""


class UnknownQuery(UsageError):
    """Neither a named query nor a file."""


class UnknownParameter(UsageError):
    """A parameter that is no variable of the query, or a value that is no term."""


class UnknownFormat(UsageError):
    """A format that does not exist, or does not suit the result."""


class UnknownEntity(UsageError):
    """An IRI that is no node of the graph."""


class MissingFile(UsageError):
    """A file named in the call is not there."""


class NoDatabase(UsageError):
    """Neither the mapping nor the call says in which database the tables are."""


class Unwritable(UsageError):
    """A file or folder cannot be written."""


class MappingError(KgError):
    """The mapping cannot be read, or says what the specification forbids."""


class UnknownColumn(MappingError):
    """A reference to a column that its logical source does not have."""


class UnknownPrefix(MappingError):
    """A prefixed name whose prefix is declared nowhere."""


class UnknownTerm(MappingError):
    """A term of one of the ontology's own namespaces that the ontology does not have."""


class UnknownKey(MappingError):
    """A key that means nothing in a mapping."""


class Unsupported(MappingError):
    """The specification allows it; this version does not run it yet."""


class Encoding(KgError):
    """A file is not UTF-8."""


class OntologyError(KgError):
    """A file of the ontology cannot be read."""


class TableError(KgError):
    """A table cannot be read."""


class MissingTable(TableError):
    """The file or the table of a logical source is not there."""


class DatabaseError(TableError):
    """A database refuses a query."""


class Unreachable(DatabaseError):
    """A database that cannot be connected to: no driver, no server, no such name, or a wrong password."""


class Header(TableError):
    """A column without a name, or two of one name."""


class Ragged(TableError):
    """A row has more or fewer cells than the header."""


class EmptyTable(TableError):
    """A table without a header or without a row."""


class FullWidth(TableError):
    """A table whose separators are full-width commas."""


class DataError(KgError):
    """A cell holds what the mapping cannot use."""


class IllTyped(DataError):
    """Text that is no value of the literal's datatype."""


class DanglingReference(DataError):
    """A reference to a node that no row makes."""


class MissingId(DataError):
    """A row of a table of nodes that has no id."""


class DuplicateId(DataError):
    """Two rows of one table with the same id."""


class InvalidTerm(DataError):
    """A cell that makes no valid IRI or language tag."""


class FailedCall(DataError):
    """A function of the project's own failed, or returned what it does not say it returns."""


class ClusterError(KgError):
    """Spark does not start, or a job of it fails."""


class QueryError(KgError):
    """A query that cannot be read or run."""
