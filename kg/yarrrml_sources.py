"""YARRRML's sources: named and inline, as lists such as `[people.csv~csv]` and as keys with values."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kg.errors import MappingError, Unsupported, each
from kg.mapping import LogicalSource
from kg.yarrrml_keys import FORMULATIONS, SOURCE
from kg.yarrrml_nodes import YamlFile

Named = dict[str, LogicalSource]


def named_sources(file: YamlFile, node: Node | None) -> Named:
    """The sources that the document gives a name."""
    entries = file.entries(node, "sources") if node else []
    return dict(each(lambda entry: (entry[0].value, _source(file, entry[1])), entries))


def _source(file: YamlFile, node: Node) -> LogicalSource:
    return _source_list(file, node) if isinstance(node, SequenceNode) else _source_keys(file, node)


def _source_list(file: YamlFile, node: SequenceNode) -> LogicalSource:
    items = [file.text_of(item, "a part of a source") for item in node.value]
    if not 1 <= len(items) <= 2:
        raise file.wrong(node, "a source is [path~formulation, iterator]")
    path, tilde, formulation = items[0].rpartition("~")
    if not tilde:
        raise file.wrong(
            node.value[0], f"no reference formulation in {items[0]!r}", items[0], "write path~csv"
        )
    return _logical_source(file, node, node.value[0], path, formulation, iterator="".join(items[1:]) or None)


def _source_keys(file: YamlFile, node: Node) -> LogicalSource:
    fields = file.fields(node, SOURCE)
    text = {name: file.text_of(value, name) for name, value in fields.items()}
    for name in ("access", "referenceFormulation"):
        if name not in text:
            raise file.wrong(node, f"a source without {name!r}", fix=f"add {name}")
    for name, run in (("type", "localfile"), ("encoding", "utf-8")):
        if text.get(name, run).lower() != run:
            raise Unsupported(
                f"the {name} {text[name]!r} of a source is not run yet", place=file.place(fields[name])
            )
    delimiter = text.get("delimiter", ",")
    if len(delimiter) != 1:
        raise file.wrong(fields["delimiter"], "a delimiter is one character", fix='write a tab as "\\t"')
    return _logical_source(
        file,
        node,
        fields["referenceFormulation"],
        text["access"],
        text["referenceFormulation"],
        iterator=text.get("iterator"),
        delimiter=delimiter,
    )


def _logical_source(
    file: YamlFile,
    node: Node,
    named: Node,
    path: str,
    formulation: str,
    *,
    iterator: str | None = None,
    delimiter: str = ",",
) -> LogicalSource:
    if formulation not in FORMULATIONS:
        raise MappingError(
            f"no reference formulation {formulation!r}",
            place=file.place(named),
            value=formulation,
            exists=FORMULATIONS,
        )
    if not path or "://" in path:
        fault = "is not on this machine" if path else "is empty"
        raise Unsupported(f"the path {path!r} of a source {fault}", place=file.place(node), value=path)
    return LogicalSource(path, formulation, iterator, delimiter, place=file.place(node))


def mapping_sources(file: YamlFile, named: Named, node: Node) -> list[LogicalSource]:
    """The sources of one mapping: a name, a source, or a list of both."""
    if isinstance(node, MappingNode) or _is_source_list(file, named, node):
        return [_source(file, node)]
    if isinstance(node, ScalarNode):
        return [_named_source(file, named, node)]
    return [source for several in each(lambda n: _listed(file, named, n), node.value) for source in several]


def _listed(file: YamlFile, named: Named, node: Node) -> list[LogicalSource]:
    """An item of a list of sources: a name, a source, or again a list of names."""
    if isinstance(node, SequenceNode) and not _is_source_list(file, named, node):
        return [_named_source(file, named, item) for item in node.value]
    return [_named_source(file, named, node)] if isinstance(node, ScalarNode) else [_source(file, node)]


def _is_source_list(file: YamlFile, named: Named, node: Node) -> bool:
    first = node.value[0] if isinstance(node, SequenceNode) and node.value else None
    return isinstance(first, ScalarNode) and "~" in first.value and first.value not in named


def _named_source(file: YamlFile, named: Named, node: Node) -> LogicalSource:
    name = file.text_of(node, "the name of a source")
    if name not in named:
        raise MappingError(
            f"no source {name!r}",
            place=file.place(node),
            value=name,
            exists=named,
            fix="a source inside a mapping is written [path~csv]",
        )
    return named[name]
