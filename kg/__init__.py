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

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as _Map
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from kg.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from threading import Event

    from kg.errors import Finding
    from kg.expectations import Outcome
    from kg.graph import Graph
    from kg.reports import Report
    from kg.runs import Options
    from kg.watching import Round

Step = Callable[[str], None]
Python = TypeVar("Python", bound=Callable[..., object])
OnError = Literal["stop", "skip"]
"""What to do where a value makes no valid term."""
EngineName = Literal["duckdb", "spark"]
OPTIONS_OF = {"duckdb": ("memory", "sort"), "spark": ("master", "conf", "jars")}
"""The engines, and what only one of them can be told."""


def function(iri: str, /, *, returns: str = "", **parameters: str) -> Callable[[Python], Python]:
    """Declare a function that mappings may call by its IRI, in a file that is given as `functions`.

    `parameters` are the IRIs of its parameters, `returns` that of its result; those that are not said are the
    parameter's name, and "output", in the namespace of `iri`. Types are said by annotations: str, int, float,
    bool, date, datetime, a list of one of these; `| None` where no value is one too. Others make a
    MappingError when the file is read. What is returned is a term each, None is none.

    >>> @function("https://example.org/fn#shout")
    ... def shout(text: str) -> str:
    ...     return text.upper() + "!"
    >>> shout("a")
    'A!'
    """
    from kg import library

    return library.declared(iri, returns, parameters)


def build(
    path: Path | str = ".",
    *,
    db: str = "",
    functions: Path | str | None = None,
    on_error: OnError = "stop",
    clean: bool = False,
    memory: str = "",
    step: Step | None = None,
) -> Graph:
    """Build the project's graph; the last build stays until the new one is whole. The new graph.

    Only what depends on a change is made again, with the same bytes; all of it with `clean`. The graph's
    `changes` say what was taken over. Where nothing has changed, the last build is the new one.

    `db` is the URL of the database of tables for which the mapping names none.

    The mapping may call the functions of data/functions.py, which is run, or of `functions` in its place.
    With `on_error` "skip", values that make no valid term are left out, and are the graph's `skipped`.
    Mapping it takes no more `memory` than that, such as "1GB"; what does not fit is on the disk meanwhile.
    `step` is told what is being done. Raises the KgError of whatever is wrong, with every fault found.
    """
    from kg import pipeline
    from kg.graph import Graph
    from kg.project import find

    project = find(path)
    python = functions or project.functions
    options = _options(db=db, functions=python, on_error=on_error, memory=memory, step=step)
    made, report = pipeline.build(project, options, clean=clean)
    return Graph(project, made, report.warnings, report.skipped, report.changes)


def watch(
    path: Path | str = ".",
    *,
    db: str = "",
    functions: Path | str | None = None,
    on_error: OnError = "stop",
    clean: bool = False,
    memory: str = "",
    lang: str = "zh",
    step: Step | None = None,
    stop: Event | None = None,
) -> Iterator[Round]:
    """Build the project, and again after each change of its files, until `stop` is set or the loop left.

    Meanwhile its page is served at the `address` of each round, to this machine alone, and follows in the
    browser. A round has the new graph, or no graph and what is wrong in its `findings`; the last graph that
    could be built then stays. A round comes for what is new: saving a file as it was makes none. With `clean`
    the first of them starts anew; everything else is as for :func:`build`.
    """
    from kg import watching
    from kg.project import find

    project = find(path)
    python = functions or project.functions
    options = _options(db=db, functions=python, on_error=on_error, memory=memory, step=step)
    return watching.rounds(project, options, clean=clean, lang=lang, stop=stop)


def _options(
    *,
    functions: Path | str | None = None,
    on_error: str = "stop",
    memory: str = "",
    step: Step | None = None,
    **others: Any,
) -> Options:
    from kg import amounts
    from kg.errors import UsageError
    from kg.runs import Options, silent

    choices = {"stop": False, "skip": True}
    if on_error not in choices:
        raise UsageError(f"on_error cannot be {on_error!r}", value=on_error, exists=choices)
    python = None if functions is None else Path(functions)
    bytes_of_it, skip = amounts.size(memory), choices[on_error]
    return Options(functions=python, skip=skip, memory=bytes_of_it, step=step or silent, **others)


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
    db: str = "",
    functions: Path | str | None = None,
    on_error: OnError = "stop",
    engine: EngineName = "duckdb",
    master: str = "",
    conf: Iterable[str] = (),
    jars: Iterable[str] = (),
    memory: str = "",
    sort: bool = False,
    step: Step | None = None,
) -> Report:
    """Run an RML or YARRRML mapping by itself: quads in `out`, or nothing where anything fails.

    The format is that of the suffix, N-Quads where it says none. Logical targets are written besides.
    Sources on the web are read only if `network` is True; `db` is the URL of the database of tables for
    which the mapping names none, as R2RML does; `functions` is a file of Python with functions that the
    mapping may call, and without it none is run. With `on_error` "skip", values that make no valid term are
    left out, and listed in OUT.skipped.csv.

    It takes no more `memory` than that, such as "1GB"; what does not fit is on the disk meanwhile. Lines of
    N-Triples and N-Quads come in no order, unless you `sort` them; all other formats have theirs.

    With the `engine` "spark", the cluster of `master` runs it, by default this machine, with settings
    KEY=VALUE in `conf` and what it needs besides in `jars`, such as drivers of databases. `out` is then a
    folder of files of N-Triples or N-Quads, as its suffix .nt or .nq says; it may be a URI such as hdfs://….
    """
    from kg import materialisation

    how: dict[str, Any] = {"base": base, "network": network, "db": db, "functions": functions}
    options = {**how, "on_error": on_error, "memory": memory, "ordered": sort, "step": step}
    conf, jars = tuple(conf), tuple(jars)
    told = {"memory": memory, "sort": sort, "master": master, "conf": conf, "jars": jars}
    _check_engine(engine, told)
    if engine == "spark":
        from kg import clusters

        cluster = clusters.cluster(master, conf, jars)
        return materialisation.on_cluster(Path(mapping), str(out), _options(**options, cluster=cluster))
    return materialisation.to_files(Path(mapping), Path(out), _options(**options))


def _check_engine(engine: str, told: _Map[str, object]) -> None:
    """Raise UsageError where there is no such engine, or it is told what only another one can be."""
    from kg.errors import UsageError

    if engine not in OPTIONS_OF:
        raise UsageError(f"there is no engine {engine!r}", value=engine, exists=OPTIONS_OF)
    for other, names in OPTIONS_OF.items():
        wrong = [name for name in names if other != engine and told.get(name)]
        if wrong:
            what = f"the engine {engine} takes no {' and no '.join(wrong)}"
            raise UsageError(what, fix=f"leave it out, or choose the engine {other}")


def translate(mapping: Path | str, out: Path | str | None = None, *, to: str = "rml", base: str = "") -> str:
    """The mapping, in whichever language it is, as Turtle in RML: `to` "rml" (RML-Core) or "legacy".

    Also written to `out` if that is given, the paths of its sources as seen from there, or nothing where
    anything fails. A run of it gives the same bytes; what the language cannot say is refused, all at once.
    """
    from kg import translation

    return translation.translate(Path(mapping), Path(out) if out else None, to=to, base=base)


def sql(
    mapping: Path | str | None = None,
    path: Path | str = ".",
    *,
    base: str = "",
    network: bool = False,
    db: str = "",
    functions: Path | str | None = None,
    on_error: OnError = "stop",
    engine: EngineName = "duckdb",
) -> str:
    """The SQL that a run of the mapping file would run; without one, that of a build of the project.

    It is that of few records. Of many, the tables are first asked for keys and for texts to escape, and then
    told the same in fewer words. The file of `functions` is run, to know them; none of them is called.
    """
    from kg import runs
    from kg.project import find

    _check_engine(engine, {})

    project = None if mapping else find(path)
    file = project.mapping if project else Path(mapping or "")
    python = functions or (project.functions if project else None)
    options = _options(base=base, network=network, db=db, functions=python, on_error=on_error)
    model = runs.read(file, options)
    tables = runs.look_at(model, file.parent, options)
    return runs.planned(model, tables, whole=project is not None, skip=options.skip, dialect=engine)


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
    live: bool = False,
    mapping: Path | str | None = None,
    db: str = "",
    functions: Path | str | None = None,
    step: Step | None = None,
) -> str:
    """Answer a named query, a file or SPARQL text, as text in one of the formats of :mod:`kg.results`.

    If it is `live`, the answer is that of the tables as they are now, and no build is needed nor made: what
    the query can see of the graph is made for it. With the file of a `mapping`, the graph is the one that
    :func:`map` would write, and no project is needed. `db` and `functions` are for these two, as in
    :func:`build`.
    """
    from kg import results

    if live or mapping is not None:
        from kg import unbuilt
        from kg.project import find

        of = find(path) if mapping is None else Path(mapping)
        python = functions or (None if isinstance(of, Path) else of.functions)
        options = _options(db=db, functions=python, step=step)
        answer, prefixes = unbuilt.ask(query, of, params or {}, options)
        return results.render(answer, format, prefixes, width=width)
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


def export(out: Path | str, path: Path | str = ".", *, ontology: bool = False, memory: str = "") -> Path:
    """Write the graph to `out` in the format of its suffix: the same bytes for the same graph.

    Lines, Turtle and TriG take no more `memory` than that, such as "1GB", and the disk for the rest.
    """
    return open(path).export(out, ontology=ontology, memory=memory)


def test(path: Path | str = ".") -> Iterable[Outcome]:
    """Hold every named query against the rows expected of it."""
    from kg.expectations import outcomes

    return outcomes(open(path))
