"""A built graph: ask it, draw it, write it, or hand it to rdflib and networkx."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kg import answers, exports, store
from kg.errors import Finding, NoBuild, UnknownEntity, UnknownFormat, closest
from kg.project import Project

if TYPE_CHECKING:
    import networkx
    import pyoxigraph
    import rdflib

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Graph:
    """One build of a project; `warnings` are what a person should know although it went well.

    An open graph goes on answering queries as it was when the project is built again; its files stay until
    the next build but one.
    """

    project: Project
    build: store.Build
    warnings: tuple[Finding, ...] = ()

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
        found = answers.find(query, self.project.queries)
        return answers.run(found, self.store, self.prefixes, params or {})

    def quads(self) -> Iterator[pyoxigraph.Quad]:
        """The quads as the mapping made them, sorted."""
        return _parsed(self.build.graph)

    def ontology(self) -> Iterator[pyoxigraph.Quad]:
        """The quads of the ontology, in their named graph."""
        return _parsed(self.build.ontology)

    def export(self, out: Path | str, *, ontology: bool = False) -> Path:
        """Write the graph to `out` in the format of its suffix: the same bytes for the same graph.

        With `ontology`, its statements are added to the default graph of the file. Raises UnknownFormat or
        Unwritable; `out` is then as it was.
        """
        import pyoxigraph

        path = self.project.beside(out)
        exports.by_suffix(path)
        quads = set(self.quads())
        if ontology:
            quads |= {pyoxigraph.Quad(*quad.triple) for quad in self.ontology()}
        with store.replacing(path) as unfinished:
            exports.write(quads, self.prefixes, unfinished, path)
        return path

    def network(self) -> networkx.MultiDiGraph[str]:
        """The graph for networkx: nodes with labels, class and facts; links keyed by their property."""
        from kg.network import network

        return network(self.quads(), self.ontology())

    def view(self, out: Path | str, *, lang: str = "zh", focus: str | None = None, hops: int = 1) -> Path:
        """Write the interactive page to `out`: one file, no network needed.

        `focus` is an IRI or a prefixed name; then only what is at most `hops` links away is drawn. Raises
        UnknownEntity, UnknownFormat for a language that the page does not speak, or Unwritable.
        """
        from kg import page
        from kg.network import subgraph

        if lang not in LANGUAGES:
            raise UnknownFormat(f"the page does not speak {lang!r}", value=lang, exists=LANGUAGES)
        drawn = self.network()
        if focus is not None:
            drawn = subgraph(drawn, self._entity(focus, drawn), hops)
        html = page.render(drawn, title={each: self.title(each) for each in LANGUAGES}, lang=lang)
        path = self.project.beside(out)
        with store.replacing(path) as unfinished:
            unfinished.write_text(html, encoding="utf-8", newline="\n")
        return path

    def title(self, lang: str = "zh") -> str:
        """What the graph is called: the title of a void:Dataset in `lang`, else the name of the folder."""
        titles = answers.run(answers.Query(TITLE), self.store, STANDARD, {"lang": lang})
        found = [row["title"].value for row in cast("pyoxigraph.QuerySolutions", titles)]
        return found[0] if found else self.project.root.name

    def _entity(self, name: str, drawn: networkx.MultiDiGraph[str]) -> str:
        """The node that a person means by an IRI, a prefixed name or a label."""
        names = {
            node: (exports.short(node, self.prefixes), *facts["labels"].values())
            for node, facts in drawn.nodes(data=True)
        }
        found = [node for node, known in names.items() if name in (node, f"<{node}>", *known)]
        if len(found) == 1:
            return found[0]
        close = closest(name.rpartition(":")[2], (node.rpartition("/")[2] for node in names)) or ""
        alike = [
            known[0] for node, known in names.items() if node in found or node.rpartition("/")[2] == close
        ]
        raise UnknownEntity(
            f"{len(found) or 'no'} entities are called {name!r}" if found else f"no entity {name!r} is drawn",
            fix=f"did you mean {' or '.join(map(repr, alike))}?"
            if alike
            else "name it by IRI, prefixed name or label",
        )


def _parsed(path: Path) -> Iterator[pyoxigraph.Quad]:
    import pyoxigraph

    try:
        yield from pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.N_QUADS)
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
