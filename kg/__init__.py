"""Knowledge graphs as code: a folder of ontology, tables, mapping and queries is built into one graph.

>>> import kg, pathlib, tempfile
>>> folder = pathlib.Path(tempfile.mkdtemp(), "data")
>>> folder.mkdir()
>>> _ = (folder / "places.csv").write_text("id,name\\njinsha,金沙县\\n", encoding="utf-8")
>>> _ = (folder / "mapping.yml").write_text('''
... prefixes: {ex: "https://example.org/", rdfs: "http://www.w3.org/2000/01/rdf-schema#"}
... mappings:
...   places:
...     sources: [[places.csv~csv]]
...     s: ex:$(id)
...     po: [[a, ex:Place], [rdfs:label, $(name), zh~lang]]
... ''', encoding="utf-8")
>>> graph = kg.build(folder)
>>> [row["name"].value for row in graph.query("SELECT ?name { ?place a ex:Place ; rdfs:label ?name }")]
['金沙县']
>>> print(kg.query("SELECT ?place { ?place a ex:Place }", folder, format="csv").split())
['place', 'https://example.org/jinsha']

The functions are the commands of the same names. `path` is any folder inside a project; without it, the
current one. What is wrong with files or with a call is raised as a :class:`kg.errors.KgError`, which names
place and fix; what the system refuses meanwhile, such as a full disk, as an OSError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as _Map
from pathlib import Path
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kg.errors import Finding
    from kg.expectations import Outcome
    from kg.graph import Graph
    from kg.pipeline import Report

Step = Callable[[str], None]


def build(path: Path | str = ".", *, step: Step | None = None) -> Graph:
    """Build the project's graph; the last build stays until the new one is whole. The new graph.

    `step` is told what is being done. Raises the KgError of whatever is wrong, with every fault found.
    """
    from kg import pipeline
    from kg.graph import Graph
    from kg.project import find

    project = find(path)
    made, warnings = pipeline.build(project, step or pipeline.silent)
    return Graph(project, made, warnings)


def open(path: Path | str = ".") -> Graph:
    """The graph of the project's last build. Raises NoProject or NoBuild."""
    from kg import store
    from kg.graph import Graph
    from kg.project import find

    project = find(path)
    return Graph(project, store.current(project.build))


def map(
    mapping: Path | str,
    out: Path | str,
    *,
    base: str = "",
    network: bool = False,
    step: Step | None = None,
) -> Report:
    """Run an RML or YARRRML mapping by itself: N-Quads in `out`, or nothing where anything fails.

    Logical targets are written besides. Sources on the web are read only if `network` is True.
    """
    from kg import pipeline

    return pipeline.map(Path(mapping), Path(out), base=base, network=network, step=step or pipeline.silent)


def sql(
    mapping: Path | str | None = None, path: Path | str = ".", *, base: str = "", network: bool = False
) -> str:
    """The SQL that a run of the mapping file would run; without one, that of a build of the project."""
    from kg import pipeline
    from kg.project import find

    file = Path(mapping) if mapping else find(path).mapping
    model = pipeline.read(file, base=base)
    return pipeline.planned(model, pipeline.look_at(model, file.parent, network=network))


def queries(path: Path | str = ".") -> str:
    """The named queries of the project, one a line with title and parameters."""
    from kg import query_text
    from kg.errors import UnknownQuery
    from kg.project import find

    files = find(path).queries
    if not files:
        raise UnknownQuery("the project has no named query", fix="write queries/NAME.rq, or give SPARQL text")
    found = [query_text.read(file) for file in files.values()]
    widest = max((len(query.name) for query in found), default=0)
    shown = {query: ", ".join(f"{name}={value}" for name, value in query.defaults) for query in found}
    return "".join(
        f"{query.name:{widest}}  {query.title}" + (f"  [{names}]" if names else "") + "\n"
        for query, names in shown.items()
    )


def query(
    query: str,
    path: Path | str = ".",
    *,
    params: _Map[str, str] | None = None,
    format: str | None = None,
    width: int | None = None,
) -> str:
    """Answer a named query, a file or SPARQL text, as text in one of the formats of :mod:`kg.results`."""
    from kg import results

    graph = open(path)
    return results.render(graph.query(query, params), format, graph.prefixes, width=width)


def view(
    out: Path | str | None = None,
    path: Path | str = ".",
    *,
    lang: str = "zh",
    focus: str | None = None,
    hops: int = 1,
    query: str | None = None,
    params: _Map[str, str] | None = None,
    queries: bool | None = None,
    step: Step | None = None,
    tell: Callable[[Finding], None] | None = None,
) -> Path:
    """Write the interactive page to `out`, else to build/graph.html of the project.

    With `focus`, an IRI or prefixed name, only what is at most `hops` links away from it is drawn; with
    `query`, what it makes or names. See :meth:`kg.graph.Graph.page`; `tell` is told the page's warnings.
    """
    graph = open(path)
    page = graph.project.build / "graph.html" if out is None else out
    what: dict[str, Any] = {"query": query, "params": params, "queries": queries}
    what |= {name: listener for name, listener in (("step", step), ("tell", tell)) if listener}
    return graph.view(page, lang=lang, focus=focus, hops=hops, **what)


def export(out: Path | str, path: Path | str = ".", *, ontology: bool = False) -> Path:
    """Write the graph to `out` in the format of its suffix: the same bytes for the same graph."""
    return open(path).export(out, ontology=ontology)


def test(path: Path | str = ".") -> Iterable[Outcome]:
    """Hold every named query against the rows expected of it."""
    from kg.expectations import outcomes

    return outcomes(open(path))
