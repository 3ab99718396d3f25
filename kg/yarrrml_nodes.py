"""YAML for YARRRML: nodes that keep their place, keys that are known, texts that stay as they were written.

`yes`, `on` and `1.0` mean themselves here: no scalar is turned into a truth value, a number or a date. A key
that stands twice in one mapping is an error, also where one of the two is a shortcut of the other.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kg import encoding
from kg.errors import KgError, MappingError, MissingFile, Place, UnknownKey, Unsupported, closest, each

Item = TypeVar("Item")
Result = TypeVar("Result")
NULL = "tag:yaml.org,2002:null"
MERGE = "tag:yaml.org,2002:merge"
KINDS = {ScalarNode: "text", SequenceNode: "a list", MappingNode: "keys with values"}
QUOTES = ("'", '"')
DEEPEST = 100
LARGEST = 1_000_000  # nodes of a document, each alias counted as all that it stands for
BLANK = "is there a blank after a colon that belongs to a name?"


@dataclass(frozen=True)
class Shape:
    """The keys that one kind of YAML mapping may have, each with its shortcuts."""

    what: str
    keys: dict[str, tuple[str, ...]]
    unsupported: frozenset[str] = frozenset()

    def canonical(self, written: str) -> str | None:
        """The full name of a key or of its shortcut; None for a key that means nothing here."""
        return next((key for key, short in self.keys.items() if written in (key, *short)), None)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every key and shortcut: what a misspelt key may have been meant to be."""
        return tuple(name for key, short in self.keys.items() for name in (key, *short))


@dataclass(frozen=True)
class YamlFile:
    """The text of a YAML file and its path: what is needed to say where a node stands.

    What is wrong with parts that others do not need is noted in `faults`, to be told together; `misspelt` are
    the faults of keys by the nodes, and by the keys that were probably meant.
    """

    path: Path
    text: str
    faults: list[KgError] = field(default_factory=list, compare=False, repr=False)
    misspelt: dict[tuple[int, str], KgError] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, path: Path) -> YamlFile:
        """Reads the file. Raises MissingFile, or Encoding where it is not UTF-8."""
        try:
            return cls(path, encoding.read(path))
        except (FileNotFoundError, IsADirectoryError) as error:
            raise MissingFile(f"no mapping file {path.as_posix()}", value=path.as_posix()) from error

    def compose(self) -> Node:
        """The root node. Raises MappingError, at the place, for text that is no YAML or for an empty file."""
        try:
            root = _quickly(self.text) or yaml.compose(self.text, Loader=yaml.SafeLoader)
            size = _written_out(root, {}) if root else 0
        except yaml.MarkedYAMLError as error:
            raise MappingError(f"no YAML: {error.problem or error}", place=self._marked(error)) from error
        except yaml.reader.ReaderError as error:
            message = f"no YAML: the character {chr(_code(error.character))!r} is not allowed"
            raise MappingError(message, place=self._at(error.position)) from error
        except RecursionError as error:
            raise MappingError("no mapping: nested too deeply", place=Place(self.path)) from error
        if root is None:
            raise MappingError(
                "the mapping is empty", place=Place(self.path), fix="write prefixes and mappings"
            )
        if size > LARGEST:
            raise self.wrong(
                root, "the document is too large where its aliases (*) stand for their anchors (&)"
            )
        return root

    def tried(self, otherwise: Result, function: Callable[..., Result], *given: object) -> Result:
        """What the function gives; where it fails, its error is noted and something else stands there."""
        try:
            return function(*given)
        except KgError as error:
            self.faults.append(error)
            return otherwise

    def each(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """What the function gives for each item; those for which it fails are noted and left out."""
        tried = (self.tried(None, lambda item: [function(item)], item) for item in items)
        return [result for several in tried for result in several or ()]

    def check(self) -> None:
        """Raise one error with all faults that were noted, in the order of the document."""

        def tell(error: KgError) -> None:
            raise error

        each(tell, sorted(self.faults, key=lambda error: error.findings[0].place or Place(self.path)))

    def place(self, node: Node, offset: int = 0) -> Place:
        """Where a node begins; with an offset, where that character of its text stands, if that is plain."""
        mark = node.start_mark
        if offset and isinstance(node, ScalarNode):
            quote = 1 if node.style in QUOTES else 0
            raw = self.text[mark.index + quote : node.end_mark.index]
            if raw.startswith(node.value[:offset]) and "\n" not in raw[:offset]:
                return Place(self.path, mark.line + 1, mark.column + 1 + quote + offset)
        return Place(self.path, mark.line + 1, mark.column + 1)

    def fields(self, node: Node, shape: Shape) -> dict[str, Node]:
        """The values of a YAML mapping by the full names of their keys; keys without a value are left out.

        Notes UnknownKey, Unsupported, and MappingError for a key that says what another one says; raises
        MappingError for what has no keys, and for a key that is there twice.
        """
        found: dict[str, Node] = {}
        for key, value in self.pairs(node, shape.what):
            name = shape.canonical(key.value)
            if name is None:
                self._note_unknown(node, key, shape)
            elif name in found:
                self.faults.append(
                    self.wrong(key, f"{key.value!r} says {name!r} a second time in {shape.what}")
                )
            elif name in shape.unsupported:
                message = f"{key.value!r} in {shape.what} is not run yet"
                self.faults.append(Unsupported(message, place=self.place(key)))
                self.misspelt[id(node), ""] = self.faults[-1]
            else:
                found[name] = value
        return {name: value for name, value in found.items() if not is_null(value)}

    def _note_unknown(self, node: Node, key: ScalarNode, shape: Shape) -> None:
        fault = UnknownKey(
            f"unknown key {key.value!r} in {shape.what}",
            place=self.place(key),
            value=key.value,
            exists=shape.spellings,
            fix=BLANK if isinstance(node, MappingNode) and len(node.value) == 1 else "",
        )
        self.faults.append(fault)
        meant = closest(key.value, shape.spellings)
        alone = isinstance(node, MappingNode) and len(node.value) == 1
        self.misspelt[id(node), (meant and shape.canonical(meant)) or ("" if alone else key.value)] = fault

    def missing(self, node: Node, name: str, message: str, fix: str = "", at: Node | None = None) -> KgError:
        """The error that a node has no such key; that of the key's misspelling, if there is one."""
        there = self.misspelt.get((id(node), name)) or self.misspelt.get((id(node), ""))
        return there or self.wrong(at or node, message, fix=fix)

    def entries(self, node: Node, what: str) -> list[tuple[ScalarNode, Node]]:
        """The entries of a YAML mapping whose keys are names that a person chose."""
        return list(self.pairs(node, what))

    def pairs(self, node: Node, what: str) -> Iterator[tuple[ScalarNode, Node]]:
        """Keys with values, merged ones (`<<`) last. Raises MappingError for a key that is there twice."""
        lines: dict[str, int] = {}
        for key, value in self._own_pairs(node, what):
            if key.value in lines:
                raise self.wrong(
                    key, f"the key {key.value!r} is there twice, first in line {lines[key.value]}", key.value
                )
            lines[key.value] = key.start_mark.line + 1
            yield key, value
        for key, value in self._merged_pairs(node, what):
            if key.value not in lines:
                lines[key.value] = key.start_mark.line + 1
                yield key, value

    def _own_pairs(self, node: Node, what: str) -> Iterator[tuple[ScalarNode, Node]]:
        if not isinstance(node, MappingNode):
            raise self.expected("keys with values", node, what)
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise self.expected("text", key, f"a key of {what}")
            if key.tag != MERGE:
                yield key, value

    def _merged_pairs(self, node: Node, what: str) -> Iterator[tuple[ScalarNode, Node]]:
        waiting, seen = [node], set()
        while waiting:
            current = waiting.pop(0)
            if id(current) in seen:
                continue
            seen.add(id(current))
            if current is not node:
                yield from self._own_pairs(current, what)
            merged = [value for key, value in current.value if key.tag == MERGE]
            waiting += [other for value in merged for other in self.items(value)]

    def items(self, node: Node) -> list[Node]:
        """The items of a list; a single value is a list of one, no value an empty list."""
        if isinstance(node, SequenceNode):
            return list(node.value)
        return [] if is_null(node) else [node]

    def text_of(self, node: Node, what: str) -> str:
        """The text of a scalar as it was written. Raises MappingError for a list, keys, nothing."""
        if not isinstance(node, ScalarNode) or is_null(node):
            raise self.expected("text", node, what)
        return str(node.value)

    def encoding(self, node: Node) -> str:
        """The encoding that a text names. Raises MappingError for one that does not exist."""
        name = self.text_of(node, "an encoding").lower()
        try:
            codecs.lookup(name)
        except LookupError as error:
            raise self.wrong(node, f"no encoding {name!r}", name) from error
        return name

    def expected(self, kind: str, node: Node, what: str) -> KgError:
        """The error for a value of another kind than the one that must stand here."""
        found = "nothing" if is_null(node) else KINDS[type(node)]
        fix = BLANK if found == KINDS[MappingNode] else ""
        return self.wrong(node, f"{what} must be {kind}, found {found}", fix=fix)

    def wrong(self, node: Node, message: str, value: str = "", fix: str = "") -> MappingError:
        """A MappingError at a node."""
        return MappingError(message, place=self.place(node), value=value, fix=fix)

    def _marked(self, error: yaml.MarkedYAMLError) -> Place:
        mark = error.problem_mark or error.context_mark
        return Place(self.path, mark.line + 1, mark.column + 1) if mark else Place(self.path)

    def _at(self, position: int) -> Place:
        before = self.text[:position]
        return Place(self.path, before.count("\n") + 1, position - before.rfind("\n"))


def is_null(node: Node) -> bool:
    """Whether nothing was written: an empty plain scalar, `~` or `null`."""
    return isinstance(node, ScalarNode) and node.tag == NULL


def _quickly(text: str) -> Node | None:
    """The root node by LibYAML, ten times as fast; None where it is not there or refuses the text.

    What is wrong is for the other parser to say. LibYAML would not survive a text that is nested too deeply.
    """
    loader = getattr(yaml, "CSafeLoader", None)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader) if loader else ():
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > DEEPEST:
                return None
        return yaml.compose(text, Loader=loader) if loader else None
    except yaml.YAMLError:
        return None


def _written_out(node: Node, sizes: dict[int, int]) -> int:
    """How many nodes there are if each alias is written out; one inside of itself counts once."""
    if id(node) not in sizes:
        sizes[id(node)] = 1
        inner = (
            [each for pair in node.value for each in pair] if isinstance(node, MappingNode) else node.value
        )
        of_inner = () if isinstance(node, ScalarNode) else (_written_out(each, sizes) for each in inner)
        sizes[id(node)] = 1 + sum(of_inner)
    return sizes[id(node)]


def _code(character: int | str | bytes) -> int:
    return character if isinstance(character, int) else ord(character)
