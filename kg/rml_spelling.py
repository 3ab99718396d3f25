"""Turtle as a person would write it: blocks of properties, prefixes, each statement with its own paragraph.

Terms are those of :mod:`kg.rml_graph`: an IRI that starts with RELATIVE is written relative to the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.mapping import RDF_TYPE
from kg.rml_graph import RELATIVE, Iri, Literal

WIDTH = 110
INDENT = "    "
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
CONTROL = re.compile(r'[\\"\x00-\x1f\x7f\ufffe\uffff]')
# Names that Turtle reads without escapes (PN_PREFIX, PN_LOCAL), and no others.
PREFIX = re.compile(r"([A-Za-z]([A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*)?")
LOCAL = re.compile(r"[A-Za-z0-9_\u3400-\u9fff]([A-Za-z0-9_\u3400-\u9fff-]|\.(?=[A-Za-z0-9_-]))*")


@dataclass(frozen=True)
class Block:
    """A node's properties and their values, in order; as a value it is a blank node."""

    pairs: tuple[tuple[str, Value], ...]


Value = Iri | Literal | Block
Statement = tuple[Iri, Block]
Prefixes = dict[str, str]


def document(statements: Iterable[Statement], prefixes: Prefixes, base: str = "") -> str:
    """The Turtle document of these statements: base and prefixes, then a paragraph for each of them."""
    head = [f"@base <{base}> .\n"] if base else []
    head += [f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items()]
    return "\n".join(["".join(head), *(_statement(*each, prefixes) for each in statements)])


def declared(statements: Iterable[Statement], known: Iterable[tuple[str, str]], words: Prefixes) -> Prefixes:
    """The prefixes of a document: those that are `known`, and those of `words` that it needs besides.

    Where a name is taken for another namespace, a number tells the two apart.
    """
    found = {name: iri for name, iri in known if PREFIX.fullmatch(name)}
    used = set(_iris(Block(tuple(("", block) for _, block in statements))))
    more: Prefixes = {}
    taken = dict.fromkeys(found, 1)
    for name, iri in words.items():
        if iri not in found.values() and any(each.startswith(iri) for each in used):
            more[unique(name, taken, "")] = iri
    return more | found


def unique(name: str, taken: dict[str, int], separator: str = "-") -> str:
    """The name, with a number where it is `taken`; then it is, with the last number that was tried for it.

    >>> taken = {"source": 1, "source-2": 1}
    >>> unique("source", taken), unique("source", taken), unique("other", taken)
    ('source-3', 'source-4', 'other')
    """
    found, number = name, taken.get(name, 1)
    while found in taken:
        number += 1
        found = f"{name}{separator}{number}"
    taken[name] = number
    taken.setdefault(found, 1)
    return found


def shared(statements: list[Statement], property_: str, name: str, mark: str = "") -> list[Statement]:
    """The statements with each block that is a value of `property_` more than once made one of its own.

    These come first, under names with a number. With a `mark`, only blocks that have this property.
    """
    every = Counter(block for _, made in statements for block in _values(made, property_, mark))
    taken = {subject.value.removeprefix(RELATIVE + "#"): 1 for subject, _ in statements}
    names: dict[Block, Iri] = {}
    for block, uses in every.items():
        if uses > 1:
            names[block] = Iri(f"{RELATIVE}#{unique(name, taken)}")
    rest = [(subject, _named(block, property_, names)) for subject, block in statements]
    return [(iri, block) for block, iri in names.items()] + rest


def _values(block: Block, property_: str, mark: str) -> Iterator[Block]:
    for name, value in block.pairs:
        if isinstance(value, Block):
            if name == property_ and (not mark or any(mark == each for each, _ in value.pairs)):
                yield value
            yield from _values(value, property_, mark)


def _named(block: Block, property_: str, names: dict[Block, Iri]) -> Block:
    def value_of(name: str, value: Value) -> Value:
        if not isinstance(value, Block):
            return value
        return (
            names.get(value, value)
            if name == property_ and value in names
            else _named(value, property_, names)
        )

    return Block(tuple((name, value_of(name, value)) for name, value in block.pairs))


def _iris(value: Value) -> Iterator[str]:
    match value:
        case Iri(iri):
            yield iri
        case Literal(_, _, datatype):
            yield datatype
        case Block(pairs):
            for name, each in pairs:
                if name != RDF_TYPE:  # written as "a"
                    yield name
                yield from _iris(each)


def _statement(subject: Iri, block: Block, prefixes: Prefixes) -> str:
    kinds = [value for name, value in block.pairs if name == RDF_TYPE]
    lines = [_pair(*pair, prefixes, INDENT) for pair in block.pairs if pair[0] != RDF_TYPE]
    first = iri(subject, prefixes) + "".join(f" a {_value(kind, prefixes, '')}" for kind in kinds)
    return (
        f" ;\n{INDENT}".join([first, *lines] if kinds else [f"{first}\n{INDENT}{lines[0]}", *lines[1:]])
        + " .\n"
    )


def _pair(name: str, value: Value, prefixes: Prefixes, indent: str) -> str:
    predicate = "a" if name == RDF_TYPE else iri(Iri(name), prefixes)
    if not isinstance(value, Block):
        return f"{predicate} {_value(value, prefixes, indent)}"
    inline = f"{predicate} {_value(value, prefixes, indent)}"
    if len(indent) + len(inline) <= WIDTH and "\n" not in inline:
        return inline
    inner = indent + INDENT
    lines = [_pair(*pair, prefixes, inner) for pair in value.pairs]
    return f"{predicate} [\n{inner}" + f" ;\n{inner}".join(lines) + f"\n{indent}]"


def _value(value: Value, prefixes: Prefixes, indent: str) -> str:
    match value:
        case Iri():
            return iri(value, prefixes)
        case Literal(text, language, datatype):
            tag = f"@{language}" if language else f"^^{iri(Iri(datatype), prefixes)}" if datatype else ""
            return _text(text) + tag
        case Block(pairs):
            parts = (
                f"{'a' if name == RDF_TYPE else iri(Iri(name), prefixes)} {_value(each, prefixes, indent)}"
                for name, each in pairs
            )
            return f"[ {' ; '.join(parts)} ]"


def iri(node: Iri, prefixes: Prefixes) -> str:
    """An IRI as short as the prefixes let it be."""
    fitting = [(len(space), name) for name, space in prefixes.items() if node.value.startswith(space)]
    if fitting:
        length, name = max(fitting)
        if LOCAL.fullmatch(node.value[length:]):
            return f"{name}:{node.value[length:]}"
    return str(node)


def _text(text: str) -> str:
    """A text in quotes; one of several lines, such as a query, in long ones.

    >>> _text('say "x"')
    '"say \\\\"x\\\\""'
    """
    lines = "\n" in text
    found = CONTROL.sub(lambda match: "\n" if lines and match[0] == "\n" else _escaped(match[0]), text)
    return f'"""{found}"""' if lines else f'"{found}"'


def _escaped(char: str) -> str:
    return ESCAPES.get(char, f"\\u{ord(char):04X}")
