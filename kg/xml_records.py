"""XML: the elements that an XPath finds are the records, references are XPath 1.0 (RML-IO registry, "XML").

All values are texts. A reference may lead anywhere from its record, to its parents too. Nothing is fetched,
and a document that declares entities is refused: they can be made to read other files or to grow without
end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import files
from kg.errors import KgError, MappingError, Place, TableError, each
from kg.mapping import LogicalSource
from kg.natural import Value
from kg.shapes import UTF_8, VALUES, Cells, Places, Record, Table, at, nothing_found

if TYPE_CHECKING:
    from lxml import etree

DOCUMENT = "/"
A_STEP_DOWN = re.compile(r"[\w*][\w.:*-]*\s*(/|\[|$)")
Evaluate = Any  # of lxml: an element's value of a path


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """The references are the columns, each with any number of values.

    Raises MappingError with every path that is none, TableError, with line and column, for what is no XML.
    """
    root = _root(source, path)
    found = _found(source, root)
    each(lambda reference: _values(source, reference, _compiled(source, root, reference), root), references)
    warnings = () if found else nothing_found(path, f"the iterator {source.iterator!r} finds no record")
    return Table(path, references, source, warnings, (VALUES,) * len(references))


def records(given: Table) -> Iterator[Record]:
    """Each element that the iterator finds."""
    source, root = given.source, _root(given.source, given.path)
    paths = [(reference, _compiled(source, root, reference)) for reference in given.columns]
    for element in _found(source, root):
        values = (_values(source, reference, path, element) for reference, path in paths)
        yield tuple([value for value in several if value[0] not in source.nulls] for several in values)


def places(given: Table, cells: Cells) -> Places:
    """The lines of records."""
    found = enumerate(_found(given.source, _root(given.source, given.path)), 1)
    return at(given.path, ((row, Place(given.path, _line(each))) for row, each in found), cells)


def _line(element: Any) -> int:
    return int(element.sourceline or 0)


def _root(source: LogicalSource, path: Path) -> etree._Element:
    from lxml import etree

    encoding = None if source.encoding.lower() in UTF_8 else source.encoding
    try:
        parser = etree.XMLParser(
            encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        with files.binary(source, path) as file:
            root = etree.parse(file, parser).getroot()
    except LookupError:
        raise MappingError(
            f"no encoding {source.encoding!r}", place=source.place, fix="such as UTF-8 or UTF-16"
        ) from None
    except etree.XMLSyntaxError as error:
        line, column = error.position
        fault = re.sub(r", line \d+, column \d+.*", "", error.msg or "it is empty")
        raise TableError(
            f"this is no XML: {fault}", place=Place(path, line, column), fix="mend it there"
        ) from None
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise TableError("the document declares entities", place=Place(path), fix="write what they stand for")
    return root


def _prefixes(source: LogicalSource, root: etree._Element) -> dict[str, str]:
    """Those that the source declares, then those of the document's first element."""
    ours = {prefix: iri for prefix, iri in root.nsmap.items() if prefix}
    return ours | dict(source.namespaces)


def _compiled(source: LogicalSource, root: etree._Element, path: str) -> Evaluate:
    from lxml import etree

    whole_document = (source.iterator or DOCUMENT) == DOCUMENT
    start = DOCUMENT if whole_document and A_STEP_DOWN.match(path) else ""
    try:
        return etree.XPath(start + path, namespaces=_prefixes(source, root), regexp=False)
    except etree.XPathError as error:
        raise _no_path(source, root, path, error) from None


def _no_path(source: LogicalSource, root: etree._Element, path: str, error: Exception) -> KgError:
    prefix = "prefix" in str(error)
    return MappingError(
        f"{path!r} is no XPath 1.0: {str(error)[:1].lower()}{str(error)[1:]}",
        place=source.place,
        exists=_prefixes(source, root) if prefix else (),
        fix="declare the prefix at the source" if prefix else "",
    )


def _evaluated(source: LogicalSource, path: str, compiled: Evaluate, element: etree._Element) -> Any:
    from lxml import etree

    try:
        return compiled(element)
    except etree.XPathError as error:
        raise _no_path(source, element.getroottree().getroot(), path, error) from None


def _found(source: LogicalSource, root: etree._Element) -> list[etree._Element]:
    """The records; without an iterator, or with /, the document is the one record."""
    iterator = source.iterator or DOCUMENT
    if iterator == DOCUMENT:
        return [root]
    found = _evaluated(source, iterator, _compiled(source, root, iterator), root)
    if isinstance(found, list) and not any(isinstance(each, str) for each in found):
        return found
    raise MappingError(f"the iterator {iterator!r} finds texts, not elements", place=source.place)


def _values(source: LogicalSource, path: str, compiled: Evaluate, element: etree._Element) -> list[Value]:
    found = _evaluated(source, path, compiled, element)
    return [(_text(each), "") for each in (found if isinstance(found, list) else [found])]


def _text(found: Any) -> str:
    """The string value of what an XPath finds (XPath 1.0, section 4.2, `string`)."""
    match found:
        case bool():
            return str(found).lower()
        case float():
            return _number(found)
        case str():
            return str(found)
    return str(_string()(found))


def _number(value: float) -> str:
    return (
        str(int(value))
        if value.is_integer()
        else repr(value).replace("nan", "NaN").replace("inf", "Infinity")
    )


@cache
def _string() -> Evaluate:
    from lxml import etree

    return etree.XPath("string()")
