"""Tables as CSVW describes them: the dialect, of its own node or of the table, and the names of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.errors import MappingError, Unsupported
from kg.mapping import RDF, RDF_TYPE, Dialect, Side
from kg.rml_files import CSVW
from kg.rml_graph import Blank, Graph, Iri, Literal, Node

YES, NO = ("true", "1"), ("false", "0")
NUMBER = re.compile("[0-9]{1,9}")
# The values that each property of a CSVW dialect may have; some say what holds anyway.
TRUTH = (*YES, *NO)
SIDES: dict[str, bool | Side] = {
    **dict.fromkeys(YES, True),
    **dict.fromkeys(NO, False),
    "start": "start",
    "end": "end",
}
DIALECT: dict[str, tuple[str, ...] | None] = {
    **dict.fromkeys(("delimiter", "quoteChar", "commentPrefix", "encoding", "skipRows", "skipColumns")),
    "trim": tuple(SIDES),
    "header": TRUTH,
    "skipBlankRows": TRUTH,
    "skipInitialSpace": TRUTH,
    "headerRowCount": ("1", "0"),
    "doubleQuote": YES,
    "lineTerminators": ("\r\n", "\n"),
}
CHARACTERS = {"delimiter": (1,), "quoteChar": (0, 1), "commentPrefix": (0, 1)}
NUMBERS = ("skipRows", "skipColumns")
# What else may be said of a table: these say nothing of how its cells are read, or are read elsewhere.
OF_TABLES = frozenset(
    (
        *("url", "dialect", "null", "tableSchema", "name", "title", "titles", "note", "notes", "id"),
        *("aboutUrl", "propertyUrl", "valueUrl", "lang", "textDirection", "tableDirection", "datatype"),
        *("suppressOutput", "transformation", "transformations", "required", "ordered"),
    )
)
# What CSVW lets columns say, too, of how their cells are read.
OF_CELLS = {
    "null": "say it of the csvw:Table",
    "separator": "for what stands between columns write csvw:delimiter",
    "default": "leave it out",
}


def described(graph: Graph, source: Node, what: str) -> dict[str, Node]:
    """What is said of the dialect of a source: of its own node and of the table.

    Raises MappingError for two that differ, Unsupported for what is not run yet.
    """
    dialect = graph.one(source, CSVW + "dialect", what)
    said = _dialect(graph, dialect, what) if dialect else {}
    for predicate in graph.said_of(source):
        name = predicate.removeprefix(CSVW)
        if name == predicate or name in OF_TABLES:
            continue
        found = _value(graph, source, name, what)
        before = said.setdefault(name, found)
        if before.value != found.value:
            message = f"{what}csvw:{name} {found.value!r} of the table, {before.value!r} of its dialect"
            raise MappingError(message, place=graph.place_of(found), fix="say it once")
    _check_columns(graph, source, what)
    return said


def dialect(graph: Graph, source: Node, said: dict[str, Node], what: str, *, usual: str) -> Dialect:
    """The dialect; a table that has no node for it may have a `usual` delimiter.

    CSVW: csvw:skipInitialSpace is csvw:trim "start", unless csvw:trim is said too.
    """
    delimiter = "," if graph.objects(source, CSVW + "dialect") else usual
    texts = {name: node.value for name, node in said.items()}
    initial: Side | bool = "start" if texts.get("skipInitialSpace") in YES else False
    header = texts.get("header", "true") in YES and texts.get("headerRowCount", "1") != "0"
    return Dialect(
        texts.get("delimiter", delimiter),
        texts.get("quoteChar", '"'),
        texts.get("commentPrefix", ""),
        SIDES[texts["trim"]] if "trim" in texts else initial,
        header,
        int(texts.get("skipRows", "0")),
        int(texts.get("skipColumns", "0")),
        texts.get("skipBlankRows") in YES,
        () if header else _names(graph, source, what),
    )


def _dialect(graph: Graph, node: Node, what: str) -> dict[str, Node]:
    said: dict[str, Node] = {}
    for predicate in graph.said_of(node):
        name = predicate.removeprefix(CSVW)
        if predicate != RDF_TYPE and name != "null":
            said[name] = _value(graph, node, name, what)
    return said


def _value(graph: Graph, node: Node, name: str, what: str) -> Node:
    """The only value of a property of a dialect, which may have it."""
    found = graph.one(node, name if "://" in name else CSVW + name, what)
    assert found is not None, "asked for what is said"
    value, place = found.value, graph.place_of(found)
    if name in CHARACTERS and len(value) not in CHARACTERS[name]:
        message = f"{what}the {name} {value!r} is not one character"
        raise MappingError(message, place=place, value=value)
    if name in NUMBERS and not NUMBER.fullmatch(value):
        raise MappingError(f"{what}csvw:{name} {value!r} is no number", place=place, value=value)
    known = DIALECT.get(name, ())
    if known is not None and value not in known:
        message = f"{what}csvw:{name} {value!r} is not run yet"
        raise Unsupported(message, place=place, value=name, fix=OF_CELLS.get(name, ""))
    return found


def _check_columns(graph: Graph, source: Node, what: str) -> None:
    """Raise Unsupported for what a CSVW schema says of cells: nulls are those of the whole table."""
    waiting = graph.objects(source, CSVW + "tableSchema")[:]
    seen = set(waiting)
    while waiting:
        said = graph.said_of(waiting.pop())
        for name, fix in OF_CELLS.items():
            for found in said.get(CSVW + name, ()):
                raise Unsupported(
                    f"{what}csvw:{name} of a column or schema is not run yet",
                    place=graph.place_of(found),
                    fix=fix,
                )
        there = (node for nodes in said.values() for node in nodes if not isinstance(node, Literal))
        new = [node for node in there if node not in seen]
        seen.update(new)
        waiting += new


def _names(graph: Graph, source: Node, what: str) -> tuple[str, ...]:
    """The names of the columns, in the order of a list or of the document; () if there are none.

    A column without csvw:name is called by its first csvw:titles (CSVW metadata, "Columns").
    """
    schema = graph.one(source, CSVW + "tableSchema", what)
    said = [] if schema is None else graph.objects(schema, CSVW + "column")
    said = said or ([] if schema is None else graph.objects(schema, CSVW + "columns"))
    columns = [column for node in said for column in _items(graph, node, what)]
    columns = [column for column in columns if not _is_virtual(graph, column)]
    names = [_name(graph, column, what) for column in columns]
    for index, name in enumerate(names):
        if name in names[:index]:
            place = graph.home_of(columns[index])
            raise MappingError(f"{what}two columns are called {name!r}", place=place, value=name)
    return tuple(names)


def _name(graph: Graph, column: Node, what: str) -> str:
    titles = (*graph.objects(column, CSVW + "titles"), *graph.objects(column, CSVW + "title"))
    found = graph.one(column, CSVW + "name", what) or next(iter(titles), None)
    if found is None or not isinstance(found, Literal) or not found.value.strip():
        place = graph.home_of(column)
        raise MappingError(f"{what}a column has no name", place=place, fix="add its csvw:name, a text")
    return found.value


def _is_virtual(graph: Graph, column: Node) -> bool:
    return any(said.value in YES for said in graph.objects(column, CSVW + "virtual"))


def _items(graph: Graph, node: Node, what: str) -> Iterator[Node]:
    """The items of a list; the node itself if it is none."""
    nil, seen = Iri(RDF + "nil"), set[Node]()
    if node != nil and not graph.objects(node, RDF + "first"):
        yield node
        return
    while node != nil:
        item, rest = (graph.one(node, RDF + name, what) for name in ("first", "rest"))
        if node in seen or item is None or rest is None or not isinstance(rest, Blank | Iri):
            raise MappingError(f"{what}the list of columns is no list", place=graph.home_of(node))
        seen.add(node)
        yield item
        node = rest
