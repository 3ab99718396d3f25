"""Solutions of a SPARQL query over a file of RDF, as its results in CSV are (SPARQL 1.1 Query Results CSV).

The columns are the query's variables; all values are texts, those without one are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg import files
from kg.errors import MappingError, Place, TableError, UnknownFormat, without_place
from kg.mapping import LogicalSource
from kg.shapes import MOST_FINDINGS, TEXT, Cells, Places, Record, Table, nothing_found

if TYPE_CHECKING:
    import pyoxigraph as ox


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """Run the query. Raises MappingError for what is no query of solutions, TableError for what is no RDF."""
    solutions = _solutions(source, path)
    columns = tuple(variable.value for variable in solutions.variables)
    empty = next(iter(solutions), None) is None
    warnings = nothing_found(path, "the query has no solution") if empty else ()
    return Table(path, columns, source, warnings, (TEXT,) * len(columns))


def records(given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
    """Each solution."""
    nulls = given.source.nulls
    for solution in _solutions(given.source, given.path):
        texts = (None if term is None else _text(term) for term in solution)
        yield tuple(None if text in nulls else text for text in texts)


def places(given: Table, cells: Cells) -> Places:
    """Solutions have no places in the file."""
    return {}


def _text(term: object) -> str:
    import pyoxigraph as ox

    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _solutions(source: LogicalSource, path: Path) -> ox.QuerySolutions:
    import pyoxigraph as ox

    query = source.query or source.iterator or ""
    try:
        found = _loaded(source, path).query(query, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise MappingError(f"the query cannot be read: {without_place(error)}", place=source.place) from None
    if isinstance(found, ox.QuerySolutions):
        return found
    raise MappingError("the query of a source has no solutions", place=source.place, fix="write SELECT")


def _loaded(source: LogicalSource, path: Path) -> ox.Store:
    import pyoxigraph as ox

    format = ox.RdfFormat.from_extension(path.suffix.removeprefix(".").lower())
    if format is None:
        raise UnknownFormat(
            f"{source.path} is no RDF that I know by its suffix",
            place=source.place,
            value=path.suffix,
            exists=(".ttl", ".nt", ".nq", ".trig", ".rdf", ".jsonld"),
        )
    store = ox.Store()
    try:
        with files.binary(source, path) as file:
            store.load(input=file.read(), format=format, base_iri=path.absolute().as_uri())
    except SyntaxError as error:
        place = Place(path, error.lineno or 0, error.offset or 0)
        raise TableError(f"the file is no RDF: {without_place(error)}", place=place) from None
    return store
