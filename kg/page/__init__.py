"""The interactive page: a network as one HTML file that asks nothing of any host.

The data travel as JSON in a block that is never run; the page's own script puts them on screen as text.
What may run or style is named by hash in the page's Content-Security-Policy.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError
from kg.network import Fact, radius
from kg.network import positions as place
from kg.vocabulary import ANY_URI, local_name

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network

LANGUAGES = ("zh", "en")


def render(
    network: nx.MultiDiGraph[str],
    *,
    title: str,
    lang: str = "zh",
    positions: Mapping[str, tuple[float, float]] | None = None,
) -> str:
    """The page of a network made by :func:`kg.network.network`, to be written as UTF-8.

    `lang` (zh or en) is the language in which it opens. Without `positions` they are computed. The same
    network gives the same bytes, and nothing is written. No label, IRI or value is ever markup, and only
    http(s) IRIs become links. Raises UsageError for another language.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    if lang not in LANGUAGES:
        raise UsageError(f"no page language {lang!r}", value=lang, exists=LANGUAGES)
    if positions is None:
        positions = place(network)
    style, script, library = _own("style.css"), _own("script.js"), _vis()
    page = Environment(loader=PackageLoader("kg.page", "."), autoescape=True, undefined=StrictUndefined)
    return page.get_template("template.html.j2").render(
        title=title,
        lang=lang,
        policy=policy(scripts=(library, script), styles=(style,)),
        style=Markup(style),
        script=Markup(script),
        library=Markup(library),
        data=Markup(inert(_data(network, positions))),
    )


def to_pyvis(network: nx.MultiDiGraph[str], positions: Mapping[str, tuple[float, float]]) -> Network:
    """The network as a plain pyvis network: numbered nodes with their places, what is told of each in ``kg``.

    Filled without `add_node` and `add_edge`, whose checks take quadratic time.
    """
    from pyvis.network import Network

    number = _Numbers.of(network)
    net = Network(directed=True, cdn_resources="in_line")
    for key, told in network.nodes(data=True):
        about = {
            "iri": key,
            "labels": told["labels"],
            "class": number.classes[told["cls"]],
            "facts": number.facts(told["facts"]),
            "sources": [(number.properties[p], number.sources[source]) for p, source in told["sources"]],
        }
        x, y = positions[key]
        size = radius(network.degree(key))
        net.nodes.append({"id": number.nodes[key], "x": x, "y": y, "size": size, "kg": about})
    for subject, object_, predicate in network.edges(keys=True):
        ends = {"from": number.nodes[subject], "to": number.nodes[object_]}
        net.edges.append({**ends, "kg": number.properties[predicate]})
    return net


def inert(value: Any) -> str:
    """JSON that no HTML parser can take for markup and no script engine for a line end.

    >>> inert({"a": "</script><!--"})
    '{"a":"\\\\u003c/script\\\\u003e\\\\u003c!--"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def policy(scripts: tuple[str, ...], styles: tuple[str, ...]) -> str:
    """A Content-Security-Policy that lets these blocks run and nothing else be run or fetched."""
    parts = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, scripts)),
        "style-src": " ".join(map(_hash, styles)),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _hash(block: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()}'"


def _own(name: str) -> str:
    """A file of this package; universal newlines, as a browser normalises them before it hashes."""
    with resources.files(__name__).joinpath(name).open(encoding="utf-8") as file:
        return file.read()


def _vis() -> str:
    """The vis-network that the installed pyvis carries, without the pointer to its source map."""
    templates = resources.files("pyvis").joinpath("templates", "lib", "vis-9.1.2")
    with templates.joinpath("vis-network.min.js").open(encoding="utf-8") as file:
        code, _, _ = file.read().partition("//# sourceMappingURL")
    return code


@dataclass(frozen=True)
class _Numbers:
    """What stands in the page once and is referred to by number."""

    nodes: dict[str, int]
    classes: dict[str, int]
    groups: dict[str, int]
    properties: dict[str, int]
    terms: dict[str, int]
    sources: dict[str, int]
    wholes: dict[str, int]
    kinds: dict[str, int]

    @classmethod
    def of(cls, network: nx.MultiDiGraph[str]) -> _Numbers:
        words = network.graph
        sources = words["sources"].values()
        told = chain((network.nodes[key]["facts"] for key in network), (source.facts for source in sources))
        return cls(
            nodes=_numbers(network),
            classes=_numbers(words["parents"]),
            groups=_numbers(words["groups"].values()),
            properties=_numbers(words["properties"]),
            terms=_numbers(words["terms"]),
            sources=_numbers(words["sources"]),
            wholes=_numbers(sorted(whole for source in sources for whole in source.part_of)),
            kinds=_numbers(sorted(fact.kind for facts in told for fact in facts)),
        )

    def facts(self, facts: Iterable[Fact]) -> list[tuple[int, int | str, int]]:
        """Property, text and kind; the text of a term is its number."""
        return [(self.properties[p], self._text(text, kind), self.kinds[kind]) for p, text, kind in facts]

    def _text(self, text: str, kind: str) -> int | str:
        return self.terms.get(text, text) if kind == ANY_URI else text


def _numbers(keys: Iterable[str]) -> dict[str, int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys))}


def _data(network: nx.MultiDiGraph[str], positions: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    """All that the page's script reads."""
    words = network.graph
    number = _Numbers.of(network)
    net = to_pyvis(network, positions)
    return {
        "nodes": net.nodes,
        "edges": net.edges,
        "groups": [number.classes[group] for group in number.groups],
        "classes": [
            {
                "iri": cls,
                "labels": words["classes"][cls],
                "group": number.groups.get(words["groups"].get(cls, ""), -1),
            }
            for cls in number.classes
        ],
        "properties": [{"iri": iri, "labels": words["properties"][iri]} for iri in number.properties],
        "terms": [{"iri": iri, "labels": words["terms"][iri]} for iri in number.terms],
        "sources": [
            {
                "iri": key,
                "labels": source.labels,
                "facts": number.facts(source.facts),
                "in": [number.wholes[whole] for whole in source.part_of],
            }
            for key, source in words["sources"].items()
        ],
        "wholes": [{"iri": key, "labels": _whole(network, key)} for key in number.wholes],
        "kinds": list(number.kinds),
    }


def _whole(network: nx.MultiDiGraph[str], key: str) -> dict[str, str]:
    """The labels of what a source is part of: a source itself, a drawn node, or neither."""
    sources = network.graph["sources"]
    if key in sources:
        labels: dict[str, str] = sources[key].labels
    else:
        labels = network.nodes[key]["labels"] if key in network else {"": local_name(key)}
    return labels
