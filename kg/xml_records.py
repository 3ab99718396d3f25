"""XML: the nodes that an XPath finds are the records, references are XPath 1.0 (RML-IO registry, "XML").

All values are texts. A reference may lead anywhere from its record, to its parents too; from a record that is
an attribute or a text to itself, and through its parent to all else. Nothing is fetched,
and a document that declares entities is refused: they can be made to read other files or to grow without
end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import documents, files
from kg.errors import KgError, MappingError, Place, TableError, UnknownColumn, Unsupported, each
from kg.mapping import LogicalSource
from kg.natural import Value
from kg.shapes import MOST_FINDINGS, UTF_8, VALUES, Cells, Places, Record, Table, at, nothing_found, unfound

if TYPE_CHECKING:
    from lxml import etree

DOCUMENT = "/"
THIS = (".", "string()", "string(.)")
# From attributes and texts: paths up, and steps to what they do not have. No operators, which XPath has too.
_DOWN = r"(@?(\w[\w.-]*:)?(\*|\w[\w.-]*)|(text|node|comment)\(\))(\[[^\[\]]*\])*"
_STEPS = rf"(//?(\.\.?|{_DOWN}))*"
A_PATH = re.compile(rf"(\./)*(?P<up>\.\.){_STEPS}|(\./)*{_DOWN}{_STEPS}|(?P<top>(?=/)){_STEPS}")
A_STEP_DOWN = re.compile(r"[\w*][\w.:*-]*\s*(/|\[|$)")
NAME = re.compile(r"((?P<prefix>[^\W\d][\w.-]*):)?(?P<name>[^\W\d][\w.-]*)")
Evaluate = Any  # of lxml: an element's value of a path
Node = Any  # of lxml: an element, or an attribute or a text as a string that knows its parent


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """The references are the columns, each with any number of values.

    Raises MappingError with every path that is none, Unsupported with those from attributes and texts that
    are not run; TableError, with line and column, for what is no XML; UnknownColumn for references that no
    record of a source has which is to be complete.
    """
    document = _document(source, path)
    root, found = document.root, _found(source, document)
    of_each_kind = [root, *[node for node in found if isinstance(node, str)][:1]]
    each(
        lambda reference: [
            _values(source, reference, _compiled(source, root, reference), node) for node in of_each_kind
        ],
        references,
    )
    if source.complete and found:
        _check_complete(Table(path, references, source), root, found)
    warnings = () if found else nothing_found(path, f"the iterator {source.iterator!r} finds no record")
    return Table(path, references, source, warnings, (VALUES,) * len(references))


def _check_complete(given: Table, root: etree._Element, found: list[Node]) -> None:
    """Raise UnknownColumn with every reference that finds nothing from any of the records."""
    source, absent = given.source, list[str]()
    for reference in given.columns:
        values = _reader(source, root, reference)
        if not any(map(values, found)):
            absent.append(reference)
    first = found[0]
    names = [] if isinstance(first, str) else [child.tag for child in first if isinstance(child.tag, str)]
    names += [] if isinstance(first, str) else [f"@{name}" for name in map(str, first.attrib)]
    errors = [unfound(source, given.path, reference, names) for reference in absent]
    if errors:
        raise UnknownColumn.of(finding for error in errors for finding in error.findings)


def records(given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
    """Each node that the iterator finds."""
    source, document = given.source, _document(given.source, given.path)
    readers = [_reader(source, document.root, reference) for reference in given.columns]
    nulls = source.nulls
    for node in _found(source, document):
        found = [values(node) for values in readers]
        if nulls:
            found = [[value for value in values if value[0] not in nulls] for values in found]
        yield tuple(found)


def places(given: Table, cells: Cells) -> Places:
    """The lines of records."""
    found = enumerate(_found(given.source, _document(given.source, given.path)), 1)
    return at(given.path, ((row, Place(given.path, _line(each))) for row, each in found), cells)


def _line(node: Node) -> int:
    return int((_parent(node) if isinstance(node, str) else node).sourceline or 0)


def _parent(node: Node) -> Any:
    """The element that an attribute or a text is of; lxml gives for some texts the element before them."""
    return node.getparent().getparent() if node.is_tail else node.getparent()


def _document(source: LogicalSource, path: Path) -> documents.Found[Any]:
    return documents.document(source, path, lambda: documents.Found(_root(source, path)))


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
        if found := files.compressed(source, path):
            raise found from None
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
    except (etree.XPathError, TypeError, ValueError) as error:
        raise _no_path(source, root, path, error) from None


def _no_path(source: LogicalSource, root: etree._Element, path: str, error: Exception) -> KgError:
    prefix = "prefix" in str(error)
    return MappingError(
        f"{path!r} is no XPath 1.0: {str(error)[:1].lower()}{str(error)[1:]}",
        place=source.place,
        exists=_prefixes(source, root) if prefix else (),
        fix="declare the prefix at the source" if prefix else "",
    )


def _evaluated(source: LogicalSource, path: str, compiled: Evaluate, node: Node) -> Any:
    from lxml import etree

    if isinstance(node, str):
        return _from_text(source, path, compiled, node)
    try:
        return compiled(node)
    except etree.XPathError as error:
        raise _no_path(source, node.getroottree().getroot(), path, error) from None


def _from_text(source: LogicalSource, path: str, compiled: Evaluate, node: Node) -> Any:
    """What a path leads to from an attribute or a text, which lxml does not tell. They have no children."""
    if path in THIS:
        return [str(node)]
    parent, found = _parent(node), A_PATH.fullmatch(path)
    if found is None:
        raise Unsupported(
            f"the reference {path!r} from an attribute or a text is not run",
            place=source.place,
            fix="write . or a path through its parent, such as ../@id",
        )
    if found["top"] is not None:
        return _evaluated(source, path, compiled, parent)
    if not found["up"]:
        return []
    above = "." + path[found.end("up") :]
    return _evaluated(source, path, _compiled(source, parent.getroottree().getroot(), above), parent)


def _found(source: LogicalSource, document: documents.Found[Any]) -> list[Node]:
    """The records; without an iterator, or with /, the document is the one record."""
    return document.by((source.iterator, source.namespaces), lambda root: _records(source, root))


def _records(source: LogicalSource, root: etree._Element) -> list[Node]:
    iterator = source.iterator or DOCUMENT
    if iterator == DOCUMENT:
        return [root]
    found = _evaluated(source, iterator, _compiled(source, root, iterator), root)
    if isinstance(found, list) and not any(map(_is_beside, found)):
        return found
    raise MappingError(
        f"the iterator {iterator!r} finds what is no element, attribute or text", place=source.place
    )


def _is_beside(node: Any) -> bool:
    """Whether it is a namespace, a comment or an instruction, from which lxml leads nowhere."""
    return isinstance(node, tuple) or not (isinstance(node, str) or isinstance(node.tag, str))


def _values(source: LogicalSource, path: str, compiled: Evaluate, node: Node) -> list[Value]:
    found = _evaluated(source, path, compiled, node)
    return [(_text(each), "") for each in (found if isinstance(found, list) else [found])]


def _reader(source: LogicalSource, root: etree._Element, path: str) -> Callable[[Node], list[Value]]:
    """What finds the values of a path from a record."""
    from lxml import etree

    compiled = _compiled(source, root, path)
    steps = _steps(source, root, path)
    if steps is None:
        return lambda node: _values(source, path, compiled, node)
    children, sign, name = steps
    read, element = LAST[sign], etree._Element

    def values(node: Node) -> list[Value]:
        if type(node) is not element:
            return _values(source, path, compiled, node)
        at = [node]
        for child in children:
            at = [below for above in at for below in above.iterchildren(child)]
        found: list[Value] = []
        for last in at:
            if not read(last, name, found):
                return _values(source, path, compiled, node)
        return found

    return values


def _steps(source: LogicalSource, root: etree._Element, path: str) -> tuple[list[str], str, str] | None:
    """Of a path down by names: the children, the sign of :data:`LAST` for what is read, an attribute's name.

    None for all other paths; lxml evaluates them, which takes three times as long.
    """
    *children, last = path.split("/")
    sign = "@" if last[:1] == "@" else last if last in LAST else ""
    names = [*children, *([last.removeprefix("@")] if sign in ("", "@") else [])]
    known = [_name(_prefixes(source, root), name) for name in names]
    if "" in known or (source.iterator or DOCUMENT) == DOCUMENT or (sign == "." and children):
        return None
    return (known[:-1], sign, known[-1]) if sign == "@" else (known, sign, "")


def _name(prefixes: dict[str, str], name: str) -> str:
    """The name as lxml has it; "" for what is none, or has a prefix that is not declared."""
    found = NAME.fullmatch(name)
    if not found or (found["prefix"] and found["prefix"] not in prefixes):
        return ""
    return f"{{{prefixes[found['prefix']]}}}{found['name']}" if found["prefix"] else found["name"]


def _of_element(element: etree._Element, name: str, values: list[Value]) -> bool:
    if len(element):
        return False
    values.append((element.text or "", ""))
    return True


def _of_attribute(element: etree._Element, name: str, values: list[Value]) -> bool:
    value = element.get(name)
    if value is not None:
        values.append((value, ""))
    return True


def _of_text(element: etree._Element, name: str, values: list[Value]) -> bool:
    if len(element):
        return False
    if element.text:
        values.append((element.text, ""))
    return True


# What appends the values of the last element, and tells whether they are as simple as that.
LAST: dict[str, Callable[[etree._Element, str, list[Value]], bool]] = {
    "": _of_element,
    ".": _of_element,
    "@": _of_attribute,
    "text()": _of_text,
}


def _text(found: Any) -> str:
    """The string value of what an XPath finds (XPath 1.0, section 4.2, `string`)."""
    match found:
        case bool():
            return str(found).lower()
        case float():
            return _number(found)
        case str():
            return str(found)
    return str(_string()(found)) if isinstance(found.tag, str) else found.text or ""


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
