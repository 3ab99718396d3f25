"""The interactive page: a network as one HTML file that asks nothing of any host.

The data travel as JSON in a block that is never run; the page's own script puts them on screen as text.
What may run or style is named by hash in the page's Content-Security-Policy.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError
from kg.network import positions as place
from kg.network import radius
from kg.page_data import packed

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network

LANGUAGES = ("zh", "en")
# The files of the page in the order in which they run, each on what those before it have given to `kg`.
STYLES = ("base.css", "network.css", "panel.css", "table.css", "small.css")
SCRIPTS = (
    "words.js",
    "elements.js",
    "model.js",
    "state.js",
    "glyphs.js",
    "views.js",
    "labels.js",
    "drawing.js",
    "network.js",
    "table.js",
    "panel.js",
    "legend.js",
    "search.js",
    "main.js",
)


def render(
    network: nx.MultiDiGraph[str],
    *,
    title: str | Mapping[str, str],
    lang: str = "zh",
    positions: Mapping[str, tuple[float, float]] | None = None,
) -> str:
    """The page of a network made by :func:`kg.network.network`, to be written as UTF-8.

    `lang` (zh or en) is the language in which it opens. A `title` by language changes with the language of
    the page; where it has none, another of its titles stands. Without `positions` they are computed. The same
    network gives the same bytes, and nothing is written. No label, IRI or value is ever markup, and only
    http(s) IRIs become links. Raises UsageError for another language, or if there is no title.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    if lang not in LANGUAGES:
        raise UsageError(f"no page language {lang!r}", value=lang, exists=LANGUAGES)
    titles = {"": title} if isinstance(title, str) else dict(title)
    if not titles:
        raise UsageError("the page has no title", fix="give a text, or texts by language")
    shown = next(
        each
        for each in (lang, *(key for key in titles if key.startswith(f"{lang}-")), "", "en", *titles)
        if each in titles
    )
    if positions is None:
        positions = place(network)
    style, script, library = stylesheet(), program(), _vis()
    page = Environment(loader=PackageLoader("kg.page", "."), autoescape=True, undefined=StrictUndefined)
    return page.get_template("template.html.j2").render(
        title=titles[shown],
        lang=lang,
        policy=policy(scripts=(library, script), styles=(style,)),
        style=Markup(style),
        script=Markup(script),
        library=Markup(library),
        data=Markup(inert({"titles": titles, **packed(network, to_pyvis(network, positions))})),
    )


def to_pyvis(network: nx.MultiDiGraph[str], positions: Mapping[str, tuple[float, float]]) -> Network:
    """The network as a plain pyvis network: numbered nodes with their places, keys and labels in ``kg``.

    Filled without `add_node` and `add_edge`, whose checks take quadratic time.
    """
    from pyvis.network import Network

    number = {key: i for i, key in enumerate(network)}
    net = Network(directed=True, cdn_resources="in_line")
    for key, labels in network.nodes(data="labels"):
        x, y = positions[key]
        drawn = {"id": number[key], "x": x, "y": y, "size": radius(network.degree(key))}
        net.nodes.append({**drawn, "kg": {"iri": key, "labels": labels}})
    for subject, object_, predicate in network.edges(keys=True):
        net.edges.append({"from": number[subject], "to": number[object_], "kg": {"iri": predicate}})
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


def program() -> str:
    """The page's own script: its files in one closure, where they share the object `kg` and nothing else."""
    files = "\n".join(_own(name, r"\s*//.*|\s*") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\nconst kg = {{}};\n{files}\n}})();'


def stylesheet() -> str:
    """The page's own style sheet."""
    return "\n".join(_own(name, r"\s*/\*.*\*/|\s*") for name in STYLES)


def _own(name: str, idle: str) -> str:
    """A file of this package, without indentation and lines of comment.

    Universal newlines, as a browser normalises them before it hashes.
    """
    with resources.files(__name__).joinpath(name).open(encoding="utf-8") as file:
        return "\n".join(line.strip() for line in file if not re.fullmatch(idle, line.rstrip("\n")))


def _vis() -> str:
    """The vis-network that the installed pyvis carries, without the pointer to its source map."""
    templates = resources.files("pyvis").joinpath("templates", "lib", "vis-9.1.2")
    with templates.joinpath("vis-network.min.js").open(encoding="utf-8") as file:
        code, _, _ = file.read().partition("//# sourceMappingURL")
    return code
