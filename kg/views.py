"""The page of a graph, of a part of it, or of what a query makes: a value that shows itself in notebooks."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from kg import exports, query_data, query_text
from kg.errors import Finding, UnknownEntity, UnknownFormat, UsageError, closest
from kg.languages import LANGUAGES
from kg.vocabulary import TYPE, node_key

if TYPE_CHECKING:
    import networkx
    import pyoxigraph

    Network = networkx.MultiDiGraph[str]
    Places = Map[str, tuple[float, float]]
    Quads = list[pyoxigraph.Quad]

MANY = 100_000
"""Quads of a graph from where on its named queries are asked for the page only if that is wanted."""
HEIGHT = 640
"""Of the page in a notebook, in pixels."""
# Scripts run, but as strangers: without allow-same-origin they reach neither the notebook nor its server.
SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"
FRAME = (
    '<iframe title="{title}" sandbox="{sandbox}" allow="clipboard-write" width="100%" height="{height}" '
    'style="border: 1px solid #8884; border-radius: 6px" srcdoc="{page}"></iframe>'
)


@dataclass(frozen=True)
class Page:
    """An interactive page: all of it is in `html`. The last line of a notebook's cell shows it.

    A notebook that is not trusted, as one that came from elsewhere, shows nothing until its cells are run.
    """

    html: str
    title: str
    warnings: tuple[Finding, ...] = ()

    def _repr_html_(self) -> str:
        """The page in a frame of its own that cannot reach the notebook; the same page, the same text."""
        return FRAME.format(title=escape(self.title), sandbox=SANDBOX, height=HEIGHT, page=escape(self.html))

    def __repr__(self) -> str:
        return f"<Page {self.title!r}, {len(self.html) // 1000:,} kB>"


@dataclass(frozen=True)
class Subject:
    """What a page is made of: a graph and its ontology, the index, named queries, titles by language."""

    quads: Quads
    ontology: Quads
    store: pyoxigraph.Store
    prefixes: dict[str, str]
    queries: Map[str, Path]
    titles: Map[str, str]
    excerpt: tuple[int, int] | None = None  # entities shown, of how many, if the quads are not all


def page(
    subject: Subject,
    *,
    lang: str,
    focus: str | None = None,
    hops: int = 1,
    query: str | None = None,
    params: Map[str, str] | None = None,
    queries: bool | None = None,
    step: Callable[[str], None],
    served: str = "",
    places: Callable[[Network], Places] | None = None,
) -> Page:
    """See :meth:`kg.graph.Graph.page`.

    One that is `served` opens anew when there is another; `places` says where its nodes stand.
    """
    from kg import page as pages
    from kg.network import network, subgraph
    from kg.overview import WHOLE

    if lang not in LANGUAGES:
        raise UnknownFormat(f"the page does not speak {lang!r}", value=lang, exists=LANGUAGES)
    if params and query is None:
        raise UsageError("there is no query that takes parameters", fix="name it: --query NAME")
    asked = _asked(subject, query, params or {}) if query is not None else None
    step("drawing the graph")
    drawn = network(subject.quads, subject.ontology)
    drawn.graph["excerpt"] = subject.excerpt
    if asked and _form(asked) == "graph":
        drawn = made(asked, drawn, subject)
    if focus is not None:
        drawn = subgraph(drawn, entity(focus, drawn, subject.prefixes), hops)
    if asked and not query_data.drawn(asked, drawn, subject.prefixes):
        raise UsageError(
            f"the rows of {asked.name} name nothing that is drawn" + (" near there" if focus else ""),
            fix="select the things themselves, such as ?place, or their labels"
            if not focus
            else "draw more with --hops, or leave out --focus",
        )
    wanted = len(subject.quads) <= MANY if queries is None else queries
    step("asking the named queries")
    every = query_data.named(subject.queries.values(), subject.store, subject.prefixes) if wanted else []
    if asked:
        every = _with(asked, every)
    step("writing the page")
    html = pages.render(
        drawn,
        title=subject.titles,
        lang=lang,
        prefixes=subject.prefixes,
        queries=query_data.packed(every, drawn, subject.prefixes),
        opening=f"ask={quote(asked.name)}" if asked and _form(asked) == "table" else "",
        positions=places(drawn) if places and len(drawn) <= WHOLE else None,
        served=served,
    )
    skipped = (_skipped(len(subject.quads)),) if queries is None and not wanted and subject.queries else ()
    faults = (finding for each in every if each.fault for finding in each.fault.findings)
    warnings = (*skipped, *(replace(finding, severity="warning") for finding in faults))
    return Page(html, subject.titles[lang], warnings)


def _asked(subject: Subject, query: str, params: Map[str, str]) -> query_data.Asked:
    """The query that the page is about. Raises UsageError for an answer that is nothing to see."""
    found = query_text.find(query, subject.queries)
    asked = query_data.ask(found, subject.store, subject.prefixes, params)
    if _form(asked) == "ask":
        raise UsageError(
            f"{asked.name} is answered by true or false, which is nothing to draw",
            fix="read it with kg query, or write it as SELECT or CONSTRUCT",
        )
    if not any(each.rows for each in asked.answers.values()):
        what = "makes no triple" if _form(asked) == "graph" else "has no rows"
        raise UsageError(
            f"{asked.name} {what}: there is nothing to draw", fix="see what it gives with kg query"
        )
    return asked


def _form(asked: query_data.Asked) -> str:
    return next(iter(asked.answers.values())).form


def _with(asked: query_data.Asked, every: list[query_data.Asked]) -> list[query_data.Asked]:
    """The named query as it was asked, with its parameters; one that is no named query comes first."""
    if any(each.name == asked.name for each in every):
        return [asked if each.name == asked.name else each for each in every]
    return [asked, *every]


def _skipped(quads: int) -> Finding:
    return Finding(
        "not-asked",
        f"the named queries were not asked for the page: the graph has {quads:,} quads",
        fix="ask them with --queries",
        severity="warning",
    )


def made(asked: query_data.Asked, whole: Network, subject: Subject) -> Network:
    """The network of the triples that a CONSTRUCT or DESCRIBE made.

    What they name keeps its class, its facts, its times and the sources that it cites; of links there are
    those of the triples alone. Raises UsageError where nothing of it can be drawn.
    """
    import pyoxigraph

    from kg.network import network, part

    quads = [pyoxigraph.Quad(*row) for row in query_data.triples(asked)]
    named = {key for quad in quads for term in (quad.subject, quad.object) if (key := node_key(term))}
    beside = [
        quad
        for quad in subject.quads
        if (node_key(quad.subject) in named or node_key(quad.subject) not in whole)
        and (quad.predicate.value == TYPE or node_key(quad.object) not in whole)
    ]
    drawn = network([*quads, *beside], subject.ontology)
    found = [key for key in drawn if key in named]
    if not found:
        raise UsageError(
            f"the triples of {asked.name} name nothing that can be drawn",
            fix="construct links between things, not between the words of the ontology",
        )
    return part(drawn, found)


def entity(name: str, drawn: Network, prefixes: dict[str, str]) -> str:
    """The node that a person means by an IRI, a prefixed name or a label. Raises UnknownEntity."""
    names = {
        node: (exports.short(node, prefixes), *facts["labels"].values())
        for node, facts in drawn.nodes(data=True)
    }
    found = [node for node, known in names.items() if name in (node, f"<{node}>", *known)]
    if len(found) == 1:
        return found[0]
    close = closest(name.rpartition(":")[2], (node.rpartition("/")[2] for node in names)) or ""
    alike = [known[0] for node, known in names.items() if node in found or node.rpartition("/")[2] == close]
    raise UnknownEntity(
        f"{len(found) or 'no'} entities are called {name!r}" if found else f"no entity {name!r} is drawn",
        fix=f"did you mean {' or '.join(map(repr, alike))}?"
        if alike
        else "name it by IRI, prefixed name or label",
    )
