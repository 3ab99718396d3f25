"""YARRRML's targets: named and inline, as `[dump.nq~void, nquads, gzip]` and as keys with values."""

from __future__ import annotations

from yaml.nodes import Node, ScalarNode, SequenceNode

from kg.errors import MappingError, Unsupported
from kg.mapping import LogicalTarget
from kg.yarrrml_keys import COMPRESSIONS, FILE_TARGETS, OTHER_TARGETS, SERIALIZATIONS, TARGET, UNWRITTEN
from kg.yarrrml_nodes import YamlFile

Targets = dict[str, LogicalTarget]
UNREAD = LogicalTarget("")
"""Stands for a target that cannot be read, until that is told."""


def named_targets(file: YamlFile, node: Node | None) -> Targets:
    """The targets that the document gives a name."""
    entries = file.entries(node, "targets") if node else []
    return {key.value: file.tried(UNREAD, _target, file, value) for key, value in entries}


def targets(file: YamlFile, named: Targets, node: Node | None) -> tuple[LogicalTarget, ...]:
    """The targets of a subject or an object: a name, a target, or a list of both."""
    if node is None:
        return ()
    items = [node] if _is_target(named, node) else file.items(node)
    return tuple(dict.fromkeys(_one(file, named, item) for item in items))


def _is_target(named: Targets, node: Node) -> bool:
    first = node.value[0] if isinstance(node, SequenceNode) and node.value else None
    return isinstance(first, ScalarNode) and "~" in first.value and first.value not in named


def _one(file: YamlFile, named: Targets, node: Node) -> LogicalTarget:
    if not isinstance(node, ScalarNode):
        return _target(file, node)
    name = file.text_of(node, "the name of a target")
    if name not in named:
        raise MappingError(
            f"no target {name!r}",
            place=file.place(node),
            value=name,
            exists=named,
            fix="a target inside a mapping is written [path~void, nquads]",
        )
    return named[name]


def _target(file: YamlFile, node: Node) -> LogicalTarget:
    fields = _listed(file, node) if isinstance(node, SequenceNode) else file.fields(node, TARGET)
    text = {name: file.text_of(value, name) for name, value in fields.items()}
    path, tilde, kind = text.get("access", "").rpartition("~")
    if not tilde:
        path, kind = text.get("access", ""), text.get("type", FILE_TARGETS[0])
    if not path:
        raise file.missing(node, "access", "a target without 'access'", "name a file")
    if kind in OTHER_TARGETS or "://" in path:
        raise Unsupported(f"a target of the type {kind!r} at {path!r} is no file", place=file.place(node))
    if kind not in FILE_TARGETS:
        at = fields["access" if tilde else "type"]
        raise MappingError(
            f"no type {kind!r} of a target", place=file.place(at), value=kind, exists=FILE_TARGETS
        )
    if "$(" in path:
        place = file.place(fields["access"])
        raise Unsupported(f"a target for each record, {path!r}, is not run yet", place=place)
    choices = {"serialization": SERIALIZATIONS, "compression": COMPRESSIONS}
    for name, known in choices.items():
        if name in text and text[name] not in known:
            place = file.place(fields[name])
            if text[name] in UNWRITTEN:
                raise Unsupported(f"the {name} {text[name]!r} is not written yet", place=place)
            raise MappingError(f"no {name} {text[name]!r}", place=place, value=text[name], exists=known)
    return LogicalTarget(
        path,
        SERIALIZATIONS[text.get("serialization", "nquads")],
        file.encoding(fields["encoding"]) if "encoding" in fields else "utf-8",
        COMPRESSIONS[text.get("compression", "none")],
        place=file.place(node),
    )


def _listed(file: YamlFile, node: SequenceNode) -> dict[str, Node]:
    if not 1 <= len(node.value) <= 3:
        raise file.wrong(node, "a target is [path~type, serialization, compression]")
    return dict(zip(("access", "serialization", "compression"), node.value, strict=False))
