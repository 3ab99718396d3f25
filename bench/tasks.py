"""What is measured: scenarios by every engine, and what is more than a scenario, each with its contenders.

A task is a name and a way to prepare its contenders; a contender is a command, what it writes, and what has
to be done before each run and is not measured.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path

from engines import ENGINES, OURS, Engine, Job, kg_command, python
from measuring import Content, canonical, emptied, measured, same_bytes, set_of_lines
from scenarios import scenario

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
COPY = "duckdb copy"
RUNS = 3
BIG = ("raw-1000000x20", "transport-100")
"""Scenarios that take the peers minutes: they are run once, kg as often as ever."""
SCENARIOS = (
    "raw-100000x20",
    "raw-1000000x20",
    "duplicates-50",
    "empty-50",
    "maps-10x5",
    "joins-1-1-100",
    "joins-1-5-50",
    "joins-5-1-50",
    "joins-5-5-50",
    "transport-1",
    "transport-10",
    "transport-100",
    "curated-100000",
    "hostile-10000",
)
QUICK = ("raw-100000x20", "duplicates-50", "joins-1-1-100", "transport-1", "curated-100000", "hostile-10000")
CHANGED = 654_321
"""The row that changes, of a million."""
REPEATING, REPEATING_TRIPLES = "duplicates-1-1000000", 19_800_020
MILLION = "curated-110000"
"""The scenario of a million triples, for the tasks of questions and of Turtle."""
PREFIX = "PREFIX : <http://example.com/ontology#> "
DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
QUESTIONS = {
    "classes": "SELECT ?class (COUNT(?node) AS ?nodes) { ?node a ?class } GROUP BY ?class",
    "provinces": PREFIX + "SELECT ?province (COUNT(?event) AS ?events) "
    "{ ?event :system ?system ; :place ?place . ?place :partOf ?province } GROUP BY ?province",
    "everything": "SELECT ?property (COUNT(*) AS ?triples) { ?node ?property ?value } GROUP BY ?property",
}


@dataclass(frozen=True)
class Contender:
    """A command in a task. `compared` makes the hash of what it wrote, which must have `expected` lines."""

    name: str
    command: Callable[[], list[str]]
    work: Path
    out: Path
    place: Path
    before: Callable[[], object] = field(default=lambda: None)
    compared: Callable[[Path], Content] | None = None
    canonical: Callable[[Path], Content] | None = None
    runs: int = RUNS
    expected: int = 0


@dataclass(frozen=True)
class Setting:
    """Where tasks find and keep things, and who takes part."""

    cache: Path
    environments: Path
    engines: tuple[str, ...]
    runs: int
    limit_s: float
    spark: str = ""

    def scenario(self, name: str) -> Path:
        """The folder of a scenario, made when it is first asked for."""
        return scenario(name).write(self.cache / "data" / name)

    def present(self) -> Iterator[tuple[Engine, Path]]:
        """The engines that take part and are installed, with their interpreters."""
        for name in self.engines:
            interpreter = python(name, self.environments)
            if interpreter:
                yield ENGINES[name], interpreter


@dataclass(frozen=True)
class Task:
    """Something to measure. `of` is the scenario whose files decide whether figures are of the same thing."""

    name: str
    about: str
    contenders: Callable[[Setting], Iterator[Contender]]
    of: str = ""
    quick: bool = True


def mapped(name: str, setting: Setting) -> Iterator[Contender]:
    """A scenario by every engine that takes it."""
    folder = setting.scenario(name)
    for engine, interpreter in setting.present():
        if name in SCENARIOS and not engine.takes(name):
            continue
        work = setting.cache / "work" / name / engine.name
        job = Job(folder, work, work / "out.nt", interpreter)
        once = engine.slow or (engine.name != OURS and name in BIG)
        yield Contender(
            engine.name,
            partial(engine.maps, job),
            work,
            job.out,
            folder,
            compared=set_of_lines,
            canonical=canonical,
            runs=1 if once else setting.runs,
        )


def copied(name: str, setting: Setting) -> Iterator[Contender]:
    """DuckDB reading the same rows and writing them as CSV: what any engine on it takes at the least."""
    yield from mapped(name, setting)
    folder, work = setting.scenario(name), setting.cache / "work" / name / "copy"
    # All columns are text and no order is kept, as for an engine that makes triples.
    code = (
        "import duckdb; d = duckdb.connect(); d.execute('SET preserve_insertion_order = false'); "
        f'd.execute("""COPY (FROM read_csv(\'{folder / "rows.csv"}\', header = true, all_varchar = true)) '
        f'TO \'{work / "out.csv"}\' (FORMAT csv)""")'
    )
    command = [sys.executable, "-c", code]
    yield Contender(COPY, lambda: command, work, work / "out.csv", folder, runs=setting.runs)


def limited(name: str, setting: Setting) -> Iterator[Contender]:
    """Duplicates to remove in a gigabyte."""
    folder, work = setting.scenario(name), setting.cache / "work" / "memory" / OURS
    command = kg_command(
        "map", str(folder / "mapping.ttl"), "-q", "--memory", "1GB", "-o", str(work / "out.nt")
    )
    yield Contender(OURS, lambda: command, work, work / "out.nt", folder, runs=1, expected=REPEATING_TRIPLES)


def asked(question: str, setting: Setting) -> Iterator[Contender]:
    """From tables to the rows of one query."""
    folder = setting.scenario(MILLION)
    for engine, interpreter in setting.present():
        if engine.answers:
            work = setting.cache / "work" / f"answer-{question}" / engine.name
            job = Job(folder, work, work / "out.nt", interpreter, QUESTIONS[question])
            command = partial(engine.answers, job)
            out = work / "stdout"
            yield Contender(engine.name, command, work, out, folder, compared=answer, runs=setting.runs)


def answer(path: Path) -> Content:
    """The hash of the rows of an answer; headings and the order of rows are nobody's concern."""
    lines = sorted(line for line in path.read_text(encoding="utf-8").split() if line.startswith("http"))
    return sha256("\n".join(lines).encode()).hexdigest()[:32], len(lines)


def project(setting: Setting, name: str) -> Path:
    """A scenario as a project, unbuilt."""
    home = setting.cache / "projects" / name
    folder = setting.scenario(name)
    emptied(home / "data")
    for file in (*folder.glob("*.csv"), folder / "mapping.ttl"):
        shutil.copy(file, home / "data")
    return home


def built(setting: Setting, home: Path) -> Path:
    """The project with its graph."""
    measured(
        kg_command("build", "-q", "-C", str(home)),
        home,
        emptied(setting.cache / "work" / "building"),
        setting.limit_s,
    )
    return home


def written(setting: Setting) -> Iterator[Contender]:
    """A million triples as ordered Turtle: by kg from a built project, by rdflib from its memory."""
    home = built(setting, project(setting, MILLION))
    work = setting.cache / "work" / "turtle"
    source = emptied(work / "source") / "graph.nt"
    shutil.copy(home / "build" / "current" / "graph.nq", source)
    theirs = python("rdflib", setting.environments)
    for name, interpreter, what in ((OURS, Path(sys.executable), home), ("rdflib", theirs, source)):
        if interpreter and name in setting.engines:
            out = work / name / "out.ttl"
            yield Contender(
                name,
                partial(_texts, interpreter, HERE / "turtle.py", name, what, out),
                work / name,
                out,
                home,
                compared=triples_of_turtle,
                canonical=values_of_turtle,
                runs=setting.runs if name == OURS else 1,
            )


def _texts(*arguments: object) -> list[str]:
    return [str(argument) for argument in arguments]


def triples_of_turtle(path: Path) -> Content:
    """The hash of the set of triples of a Turtle file."""
    import pyoxigraph

    lines = path.with_suffix(".nt")
    with lines.open("wb") as out:
        quads = pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
        pyoxigraph.serialize((quad.triple for quad in quads), out, pyoxigraph.RdfFormat.N_TRIPLES)
    return set_of_lines(lines)


def values_of_turtle(path: Path) -> Content:
    """The same, with floating-point numbers by their values: rdflib writes 0.5 as 5e-01."""
    import pyoxigraph

    lines = path.with_suffix(".nt")
    with lines.open("w", encoding="utf-8") as out:
        for quad in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE):
            value = quad.object
            if isinstance(value, pyoxigraph.Literal) and value.datatype.value == DOUBLE:
                value = pyoxigraph.Literal(float(value.value))
            out.write(f"{quad.subject} {quad.predicate} {value} .\n")
    return set_of_lines(lines)


def here(setting: Setting, name: str) -> Path:
    """A copy of the project that this repository is."""
    home = emptied(setting.cache / "projects" / name)
    for part in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / part, home / part)
    return home


STARTS = {
    "python": lambda _: [sys.executable, "-c", "pass"],
    "kg --help": lambda _: kg_command("--help"),
    "kg query": lambda home: kg_command("query", "five-operators", "-C", str(home)),
}


def started(setting: Setting) -> Iterator[Contender]:
    """What a command takes that has next to nothing to do; each is run many times."""
    home = built(setting, here(setting, "started"))
    for name, command in STARTS.items():
        work = setting.cache / "work" / "start" / name.replace(" ", "")
        yield Contender(name, partial(command, home), work, work / "stdout", home, runs=5 * setting.runs)


def built_here(setting: Setting) -> Iterator[Contender]:
    """A build of this repository's project, of which nothing is there yet."""
    home = here(setting, "built")
    work = setting.cache / "work" / "build" / OURS
    yield Contender(
        OURS,
        lambda: kg_command("build", "-q", "-C", str(home)),
        work,
        home / "build" / "current" / "graph.nq",
        home,
        before=partial(shutil.rmtree, home / "build", ignore_errors=True),
        runs=setting.runs + 2,
    )


def rebuilt(setting: Setting) -> Iterator[Contender]:
    """One row of a million changed: the build that follows, and a build of the same from nothing."""
    home = built(setting, project(setting, "register-1000000"))
    graph = home / "build" / "current" / "graph.nq"
    table = home / "data" / "entries.csv"
    changes = count(1)

    def change() -> None:
        lines = table.read_bytes().splitlines(keepends=True)
        lines[CHANGED + 1] = b"e%d,Changed for the %d. time,g1\n" % (CHANGED, next(changes))
        table.write_bytes(b"".join(lines))

    command = kg_command("build", "-q", "-C", str(home))
    befores: dict[str, Callable[[], object]] = {
        "changed row": change,
        "clean": partial(shutil.rmtree, home / "build", ignore_errors=True),
    }
    for name, before in befores.items():
        work = setting.cache / "work" / "rebuild" / name.replace(" ", "")
        yield Contender(name, lambda: command, work, graph, home, before, same_bytes, runs=setting.runs)


def on_spark(name: str, setting: Setting) -> Iterator[Contender]:
    """The same mapping by kg on a Spark cluster, which has to be there, and on DuckDB."""
    folder = setting.scenario(name)
    more = {OURS: [], "kg on Spark": ["--engine", "spark", "--master", setting.spark]}
    for contender, options in more.items():
        work = setting.cache / "work" / "spark" / contender.replace(" ", "")
        out = work / ("out" if options else "out.nt")
        command = kg_command("map", str(folder / "mapping.ttl"), "-q", *options, "-o", str(out))
        yield Contender(
            contender,
            partial(list, command),
            work,
            out,
            folder,
            compared=set_of_lines,
            canonical=canonical,
            runs=1,
        )


def tasks(scenarios: tuple[str, ...] = SCENARIOS) -> dict[str, Task]:
    """All of them, in the order in which they are run."""
    found = [
        Task(BIG[0], "mapped by every engine, copied by DuckDB", partial(copied, BIG[0]), BIG[0], False)
        if name == BIG[0]
        else Task(name, "mapped by every engine", partial(mapped, name), name, name in QUICK)
        for name in scenarios
    ]
    found += [
        Task(
            "memory",
            "20 million triples, duplicates removed in 1 GB",
            partial(limited, REPEATING),
            REPEATING,
            False,
        ),
        *(
            Task(f"answer-{name}", "tables to the answer of a query", partial(asked, name), MILLION)
            for name in QUESTIONS
        ),
        Task("turtle", "a million triples as ordered Turtle", written, MILLION, False),
        Task("start", "commands with next to nothing to do", started),
        Task("build", "this repository, from nothing", built_here),
        Task("rebuild", "one changed row of a million", rebuilt, "register-1000000", False),
        Task(
            "spark",
            "a Spark cluster, with --spark MASTER",
            partial(on_spark, "transport-10"),
            "transport-10",
            False,
        ),
    ]
    return {task.name: task for task in found}
