"""The interactive page: a network as one HTML file that asks nothing of any host.

The data travel compressed in a block that is never run; the page's own script puts them on screen as text.
What may run or style, the compressed library too, is named by hash in the page's Content-Security-Policy.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError
from kg.languages import LANGUAGES, best
from kg.network import positions as place
from kg.network import radius
from kg.overview import WHOLE, overview
from kg.page_data import packed

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network

# The files of the page in the order in which they run, each on what those before it have given to `kg`.
STYLES = (
    "base.css",
    "network.css",
    "panel.css",
    "details.css",
    "table.css",
    "timeline.css",
    "queries.css",
    "map.css",
    "choice.css",
    "filters.css",
    "path.css",
    "small.css",
)
SCRIPTS = (
    "load.js",
    "words.js",
    "elements.js",
    "dates.js",
    "model.js",
    "turtle.js",
    "state.js",
    "emphasis.js",
    "print.js",
    "glyphs.js",
    "board.js",
    "arrange.js",
    "scene.js",
    "trail.js",
    "views.js",
    "labels.js",
    "drawing.js",
    "network.js",
    "sheet.js",
    "table.js",
    "timescale.js",
    "timemarks.js",
    "timebrush.js",
    "timetip.js",
    "timeline.js",
    "projection.js",
    "clusters.js",
    "map_drawing.js",
    "map_card.js",
    "map.js",
    "queries.js",
    "facts.js",
    "panel.js",
    "legend.js",
    "pinyin.js",
    "finding.js",
    "choice.js",
    "search.js",
    "filters.js",
    "path.js",
    "main.js",
)
SERVED = "served.js"
"""The file that only a page has which is served."""


def render(
    network: nx.MultiDiGraph[str],
    *,
    title: str | Mapping[str, str],
    lang: str = "zh",
    positions: Mapping[str, tuple[float, float]] | None = None,
    prefixes: Mapping[str, str] | None = None,
    queries: Sequence[Mapping[str, Any]] = (),
    opening: str = "",
    served: str = "",
) -> str:
    """The page of a network made by :func:`kg.network.network`, to be written as UTF-8.

    `lang` (zh or en) is the language in which it opens. A `title` by language changes with the language of
    the page; where it has none, another of its titles stands. Without `positions` they are computed;
    `prefixes` shorten the IRIs of the Turtle to copy. `queries` are what :func:`kg.query_data.packed` gives
    for this network, `opening` the fragment with which the page opens where its address has none. A page that
    is `served`, by whatever names its version, asks the one who serves it for newer versions of itself.

    The same network gives the same bytes, and nothing is written. No label, IRI or value is ever markup, and
    only http(s) IRIs become links. Raises UsageError for another language, or if there is no title.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    if lang not in LANGUAGES:
        raise UsageError(f"no page language {lang!r}", value=lang, exists=LANGUAGES)
    titles = {"": title} if isinstance(title, str) else dict(title)
    if not titles:
        raise UsageError("the page has no title", fix="give a text, or texts by language")
    parts = overview(network) if positions is None and len(network) > WHOLE else None
    if positions is None:
        positions = {} if parts else place(network)
    data = {
        "titles": titles,
        "prefixes": dict(sorted((prefixes or {}).items())),
        "queries": queries,
        "opening": opening,
        **({"served": served} if served else {}),
        **packed(network, _drawn(network, positions), parts),
    }
    style, script, library = stylesheet(), program(served=bool(served)), _vis()
    page = Environment(loader=PackageLoader("kg.page", "."), autoescape=True, undefined=StrictUndefined)
    return page.get_template("template.html.j2").render(
        title=best(titles, lang),
        lang=lang,
        policy=policy((library, script), (style,), served=bool(served)),
        style=Markup(style),
        script=Markup(script),
        library=compressed(library),
        data=compressed(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)),
    )


def _drawn(
    network: nx.MultiDiGraph[str], positions: Mapping[str, tuple[float, float]]
) -> list[dict[str, float]]:
    """Where each node stands, and how large it is."""
    places = ((key, positions.get(key, (0.0, 0.0))) for key in network)
    return [{"x": x, "y": y, "size": radius(network.degree(key))} for key, (x, y) in places]


def to_pyvis(network: nx.MultiDiGraph[str], positions: Mapping[str, tuple[float, float]]) -> Network:
    """The network as a plain pyvis network: numbered nodes with their places, keys and labels in ``kg``.

    Filled without `add_node` and `add_edge`, whose checks take quadratic time.
    """
    from pyvis.network import Network

    number = {key: i for i, key in enumerate(network)}
    net = Network(directed=True, cdn_resources="in_line")
    for key, drawn in zip(network, _drawn(network, positions), strict=True):
        told = {"iri": key, "labels": network.nodes[key]["labels"]}
        net.nodes.append({"id": number[key], **drawn, "kg": told})
    for subject, object_, predicate in network.edges(keys=True):
        net.edges.append({"from": number[subject], "to": number[object_], "kg": {"iri": predicate}})
    return net


def compressed(text: str) -> str:
    """A text as letters that no HTML parser can take for markup; the page unpacks it (RFC 1950, RFC 4648).

    The same text gives the same letters wherever zlib is the same.

    >>> compressed("</script>")
    'eNqz0S9OLsosKLEDAA9oAz8='
    """
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def policy(scripts: tuple[str, ...], styles: tuple[str, ...], *, served: bool = False) -> str:
    """A Content-Security-Policy that lets these blocks run and nothing else be run or fetched.

    A page that is served may ask the one who serves it.
    """
    parts = {
        "default-src": "'none'",
        **({"connect-src": "'self'"} if served else {}),
        "script-src": " ".join(map(_hash, scripts)),
        "style-src": " ".join(map(_hash, styles)),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "library",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _hash(block: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()}'"


def program(*, served: bool = False) -> str:
    """The page's own script: its files in one closure, where they share the object `kg` and nothing else."""
    names = (*SCRIPTS, *([SERVED] if served else []))
    files = "\n".join(_own(name, r"\s*//.*|\s*") for name in names)
    return f'"use strict";\n(async () => {{\nconst kg = {{}};\n{files}\n}})();'


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
    """The vis-network that the installed pyvis carries, without the pointer to its source map.

    pyvis itself is not imported: it would bring IPython.
    """
    pyvis = find_spec("pyvis")
    assert pyvis is not None
    templates = Path(next(iter(pyvis.submodule_search_locations or ())), "templates", "lib", "vis-9.1.2")
    with templates.joinpath("vis-network.min.js").open(encoding="utf-8") as file:
        code, _, _ = file.read().partition("//# sourceMappingURL")
    return code
