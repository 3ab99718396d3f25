"""A built graph: ask it, draw it, write it, or hand it to rdflib and networkx."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kg import amounts, answers, exports, query_text, store
from kg.errors import Finding, NoBuild
from kg.languages import LANGUAGES
from kg.project import Project

if TYPE_CHECKING:
    import networkx
    import pyoxigraph
    import rdflib

    from kg.state import Changes
    from kg.views import Page


@dataclass(frozen=True)
class Graph:
    """One build of a project; `warnings` are what a person should know although it went well.

    `skipped` are the values that the build has left out, where this was asked for, `changes` what it took
    over from the build before; None where it took over nothing, and of a graph that was opened.

    An open graph goes on answering queries as it was when the project is built again; its files stay until
    the next build but one.
    """

    project: Project
    build: store.Build
    warnings: tuple[Finding, ...] = ()
    skipped: tuple[Finding, ...] = ()
    changes: Changes | None = None

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes of the project: those of its mapping and of its ontology."""
        return self.build.manifest.prefixes

    @cached_property
    def store(self) -> pyoxigraph.Store:
        """The SPARQL index, read-only: graph in the default graph, ontology in its own."""
        return self.build.store()

    @cached_property
    def rdflib(self) -> rdflib.Dataset:
        """The same store as an rdflib Dataset, whose default graph is the union; it cannot be changed.

        Literals are as Oxigraph keeps them (1.50 is 1.5); `build.graph` is the file that has them as written.
        """
        import rdflib
        from oxrdflib import OxigraphStore

        dataset = rdflib.Dataset(store=OxigraphStore(store=self.store), default_union=True)
        for prefix, iri in self.prefixes.items():
            dataset.bind(prefix, iri, replace=True)
        return dataset

    def query(
        self, query: str, params: Map[str, str] | None = None
    ) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples:
        """Answer a named query, a file or SPARQL text; the project's prefixes need no declaration.

        Raises UnknownQuery, UnknownParameter, or QueryError with line and column.
        """
        found = query_text.find(query, self.project.queries)
        return answers.run(found, self.store, self.prefixes, params or {})

    def quads(self) -> Iterator[pyoxigraph.Quad]:
        """The quads as the mapping made them, sorted."""
        return _parsed(self.build.graph)

    def ontology(self) -> Iterator[pyoxigraph.Quad]:
        """The quads of the ontology, in their named graph."""
        return _parsed(self.build.ontology)

    def export(self, out: Path | str, *, ontology: bool = False, memory: str = "") -> Path:
        """Write the graph to `out` in the format of its suffix: the same bytes for the same graph.

        With `ontology`, its statements are added to the default graph of the file. Lines, Turtle and TriG
        take no more `memory` than that, such as "1GB". Raises UnknownFormat or Unwritable; `out` is then as
        it was.
        """
        path = self.project.beside(out)
        kind = exports.by_suffix(path)
        with (
            tempfile.TemporaryDirectory(prefix="kg-") as folder,
            store.replacing(path) as unfinished,
            _readable(self.build.graph),
        ):
            sources = [self.build.graph]
            if ontology:
                sources.append(Path(folder) / self.build.ontology.name)
                _default_graph(self.ontology(), sources[-1])
            exports.export(
                sources,
                self.prefixes,
                unfinished,
                kind,
                ordered=not ontology,
                compression=path.suffix,
                memory=amounts.size(memory),
            )
        return path

    def network(self) -> networkx.MultiDiGraph[str]:
        """The graph for networkx: nodes with labels, class and facts; links keyed by their property."""
        from kg.network import network

        return network(self.quads(), self.ontology())

    def page(
        self,
        *,
        lang: str = "zh",
        focus: str | None = None,
        hops: int = 1,
        query: str | None = None,
        params: Map[str, str] | None = None,
        queries: bool | None = None,
        step: Callable[[str], None] = lambda text: None,
        **served: Any,
    ) -> Page:
        """The interactive page, as a value that a notebook shows: the same bytes for the same graph.

        `focus` is an IRI, a prefixed name or a label; then only what is at most `hops` links away is drawn.
        With `query` (a named query, a file or SPARQL text, with `params`) the page opens with what a SELECT
        names highlighted, or is of the graph that a CONSTRUCT or DESCRIBE makes. The named queries are in the
        page with their rows, in a graph of more than :data:`kg.views.MANY` quads only if `queries` is True;
        one that fails is told in the page's `warnings`. `step` is told what is being done. `served` is of
        :mod:`kg.watching`.

        Raises UnknownEntity, UnknownFormat for a language that the page does not speak, UsageError where
        there is nothing to draw, and what :meth:`query` raises.
        """
        from kg import views

        titles = {each: self.title(each) for each in LANGUAGES}
        ontology = list(self.ontology())
        quads, excerpt = self._held(ontology, focus, hops, step)
        subject = views.Subject(
            quads, ontology, self._quick_store(), self.prefixes, self.project.queries, titles, excerpt
        )
        return views.page(
            subject,
            lang=lang,
            focus=focus,
            hops=hops,
            query=query,
            params=params,
            queries=queries,
            step=step,
            **served,
        )

    def _quick_store(self) -> pyoxigraph.Store:
        """The index in memory, where that is faster for dozens of queries."""
        import pyoxigraph

        from kg import loading, views

        if self.build.manifest.quads > views.MANY:
            return self.store
        index = pyoxigraph.Store()
        loading.in_memory(index, (self.build.graph, self.build.ontology), lambda done: None)
        return index

    def _held(
        self, ontology: list[pyoxigraph.Quad], focus: str | None, hops: int, step: Callable[[str], None]
    ) -> tuple[list[pyoxigraph.Quad], tuple[int, int] | None]:
        """The quads that a page holds, and how many entities of how many, if it does not hold all."""
        from kg import excerpt
        from kg.vocabulary import node_key

        if self.build.manifest.quads <= excerpt.QUADS:
            return list(self.quads()), None
        step("choosing what a page can hold")
        terms = {node_key(quad.subject) for quad in ontology}
        found = excerpt.named(self.quads, focus, self.prefixes) if focus is not None else []
        if found:  # with one more link, so that sources are there
            return excerpt.near(self.quads, self.store, found, hops + 1, terms).quads, None
        part = excerpt.most_linked(self.quads, terms)
        return part.quads, (part.shown, part.entities)

    def _repr_html_(self) -> str:
        """The graph as its page, for notebooks; `page()` shows a part of it, or another language."""
        return self.page()._repr_html_()

    def view(
        self, out: Path | str, *, tell: Callable[[Finding], None] = lambda warning: None, **what: Any
    ) -> Path:
        """Write the interactive page to `out`: one file, no network needed.

        `what` is what :meth:`page` takes; `tell` is told the page's warnings. Raises what :meth:`page`
        raises, or Unwritable; `out` is then as it was.
        """
        path = self.project.beside(out)
        page = self.page(**what)
        with store.replacing(path) as unfinished:
            unfinished.write_text(page.html, encoding="utf-8", newline="\n")
        for warning in page.warnings:
            tell(warning)
        return path

    def title(self, lang: str = "zh") -> str:
        """What the graph is called: the title of a void:Dataset in `lang`, else the name of the folder."""
        titles = answers.run(query_text.Query(TITLE), self.store, STANDARD, {"lang": lang})
        found = [row["title"].value for row in cast("pyoxigraph.QuerySolutions", titles)]
        return found[0] if found else self.project.root.name


def _default_graph(quads: Iterable[pyoxigraph.Quad], out: Path) -> None:
    import pyoxigraph

    triples = (quad.triple for quad in quads)
    pyoxigraph.serialize(triples, output=str(out), format=pyoxigraph.RdfFormat.N_TRIPLES)


def _parsed(path: Path) -> Iterator[pyoxigraph.Quad]:
    import pyoxigraph

    with _readable(path):
        yield from pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.N_QUADS)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What goes wrong with a file of a build, as NoBuild."""
    try:
        yield
    except FileNotFoundError as error:
        raise NoBuild(
            f"{path.name} is gone: the project was built again meanwhile", fix="open the graph anew"
        ) from error
    except (OSError, SyntaxError) as error:
        raise NoBuild(f"{path.name} of the build is damaged: {error}", fix="run: kg build") from error


STANDARD = {"void": "http://rdfs.org/ns/void#", "dcterms": "http://purl.org/dc/terms/"}
TITLE = """
SELECT ?title WHERE {
    ?dataset a void:Dataset ; dcterms:title ?title
    FILTER(LANGMATCHES(LANG(?title), ?lang))
} ORDER BY ?title
"""
