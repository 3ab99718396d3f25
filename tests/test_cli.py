"""The command line: what is printed where, how it ends, and never a traceback."""

from __future__ import annotations

import gzip
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from models import EX, PROJECT, write
from pages import unpacked

import kg
from kg import cli, exports, results

KG = [sys.executable, "-c", "from kg.cli import main; main(prog_name='kg')"]
USAGE = 2
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built project; tests do not change it."""
    path = write(tmp_path_factory.mktemp("project"), PROJECT)
    kg.build(path)
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs `kg` in an empty folder; whatever happens is no traceback."""
    monkeypatch.chdir(tmp_path)

    def go(*arguments: object, input: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(cli.main, [str(each) for each in arguments], input=input, prog_name="kg")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return go


def said(run: Run, *arguments: object, input: str | None = None) -> str:
    """Standard output of a command that goes well and has nothing to say beside it."""
    result = run(*arguments, input=input)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_commands_are_listed_as_people_meet_them(run: Run) -> None:
    listed = said(run, "--help").split("Commands:\n")[1]
    assert re.findall(r"^  (\w+) ", listed, re.MULTILINE) == [
        "build",
        "query",
        "view",
        "export",
        "map",
        "translate",
        "test",
    ]
    assert run().exit_code in (0, USAGE)


@pytest.mark.parametrize("command", ["build", "query", "view", "export", "map", "translate", "test"])
def test_every_command_tells_what_it_does(command: str, run: Run) -> None:
    """Its options too; and the library has a function of its name."""
    for flag in ("-h", "--help"):
        text = said(run, command, flag)
        assert text.startswith(f"Usage: kg {command} ")
        assert "--quiet" in text
    assert callable(getattr(kg, command))


def test_the_version_is_told(run: Run) -> None:
    assert said(run, "--version") == f"kg, version {kg.__version__}\n"


def test_build(run: Run, tmp_path: Path) -> None:
    write(tmp_path, PROJECT)
    assert said(run, "build") == "23 quads in build/current/graph.nq\n"
    assert said(run, "build", "--quiet") == ""
    assert said(run, "build", "-C", tmp_path / "data", "-q") == ""
    shutil.rmtree(tmp_path / "build")
    assert re.search(r"^-- places$", said(run, "build", "--plan"), re.MULTILINE)
    assert not (tmp_path / "build").exists()


def test_paths_are_shown_from_the_current_folder(run: Run, root: Path, tmp_path: Path) -> None:
    """Absolute where they are outside."""
    assert said(run, "export", tmp_path / "out.nt", "-C", root) == "out.nt\n"
    assert said(run, "view", "-C", root, "--no-open") == f"{root}/build/graph.html\n"


BROKEN = PROJECT | {"data/places.csv": "id,zh,en,parent,area\na,,,,large\na,,,b,\n"}


def test_build_lists_every_fault(run: Run, tmp_path: Path) -> None:
    """On standard error, by file, line and column; exit code 1."""
    write(tmp_path, BROKEN)
    result = run("build")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[:3] == [
        "data/places.csv:2:6: error[ill-typed]: area 'large' is no xsd:decimal; "
        "expected a number such as 3 or 93.18; asked for at data/mapping.yml:16:19",
        "data/places.csv:3:1: error[duplicate-id]: the id 'a' is that of line 2 too; give each row its own",
        "data/places.csv:3:5: error[dangling-reference]: parent 'b' is in no row of places.csv; there are: a",
    ]


def test_many_faults_are_counted(run: Run, tmp_path: Path) -> None:
    """So that one knows how many have scrolled away."""
    rows = "".join(f"{n},,,,large\n" for n in range(7))
    write(tmp_path, PROJECT | {"data/places.csv": "id,zh,en,parent,area\n" + rows})
    assert run("build").stderr.splitlines()[7:] == ["7 findings"]


def test_build_tells_warnings_and_goes_on(run: Run, tmp_path: Path) -> None:
    """Quiet or not; a warning is no failure."""
    write(tmp_path, PROJECT | {"data/places.csv": "id,zh,en,parent,area\n"})
    for arguments, out in ((["build"], "9 quads in build/current/graph.nq\n"), (["build", "-q"], "")):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (0, out)
        assert result.stderr.startswith("data/places.csv:1:1: warning[empty-table]: ")


@pytest.mark.parametrize("form", [*results.TABLES, *results.W3C])
def test_query_answers_in_every_format(form: str, run: Run, root: Path) -> None:
    """The same for a name, a file and text."""
    named = said(run, "query", "places", "-C", root, "--format", form)
    assert "毕节市" in named
    assert said(run, "query", root / "queries/places.rq", "-C", root, "-f", form) == named
    assert said(run, "query", PROJECT["queries/places.rq"], "-C", root, "-f", form) == named
    assert said(run, "query", "-", "-C", root, "-f", form, input=str(PROJECT["queries/places.rq"])) == named
    assert named.endswith("\n")


@pytest.mark.parametrize("form", results.GRAPHS)
def test_query_answers_with_a_graph_in_every_format(form: str, run: Run, root: Path) -> None:
    assert "毕节市" in said(run, "query", "DESCRIBE place:bijie", "-C", root, "-f", form)


def test_query_without_a_query_lists_the_named_ones(run: Run, root: Path, tmp_path: Path) -> None:
    assert (
        said(run, "query", "-C", root)
        == "places  All places\nwithin  Within a place  [whole=place:guizhou]\n"
    )
    write(tmp_path, {"data/mapping.yml": ""})
    result = run("query")
    assert (result.exit_code, result.stdout) == (USAGE, "")
    fix = "write queries/NAME.rq, or give SPARQL text"
    assert result.stderr == f"error[unknown-query]: the project has no named query; {fix}\n"


def test_query_takes_parameters(run: Run, root: Path) -> None:
    for name in ("whole", "?whole"):
        found = said(run, "query", "within", "-C", root, "-p", f"{name}=place:bijie", "-f", "tsv")
        assert found == f"?part\n<{EX}place/jinsha>\n"


def test_view_writes_a_page(run: Run, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is opened on a terminal, or when that is asked for."""
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", opened.append)
    assert said(run, "view", "-C", root, "-o", "page.html") == "page.html\n"
    assert opened == []
    said(
        run,
        "view",
        "-C",
        root,
        "-o",
        "page.html",
        "--open",
        "-q",
        "--lang",
        "en",
        "--focus",
        "place:bijie",
        "--hops",
        2,
    )
    assert opened == [(tmp_path / "page.html").as_uri()]
    assert "<title>Places" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_view_is_of_a_query(run: Run, root: Path, tmp_path: Path) -> None:
    """Parameters are given as to query; a named query that fails is a warning."""
    asked = ("--query", "within", "-p", "?whole=place:bijie")
    assert said(run, "view", "-C", root, "-o", "page.html", "--no-open", *asked) == "page.html\n"
    assert '"opening":"ask=within"' in unpacked((tmp_path / "page.html").read_text(encoding="utf-8"))
    project = write(tmp_path / "broken", PROJECT | {"queries/broken.rq": "SELECT {"})
    kg.build(project)
    result = run("view", "-C", project, "--no-open")
    assert (result.exit_code, result.stdout) == (0, "broken/build/graph.html\n")
    assert "broken/queries/broken.rq:1:8: warning[query-error]: " in result.stderr
    assert run("view", "-C", project, "--no-open", "--no-queries").stderr == ""


@pytest.mark.parametrize("suffix", exports.SUFFIXES)
def test_export_writes_every_format(suffix: str, run: Run, root: Path, tmp_path: Path) -> None:
    clean = str(PROJECT["data/texts.csv"]).replace("\x0b", " ").replace("\x1c", " ")
    project = root
    if suffix in (".rdf", ".graphml"):
        project = write(tmp_path / "clean", PROJECT | {"data/texts.csv": clean})
        kg.build(project)
    assert said(run, "export", f"out{suffix}", "-C", project) == f"out{suffix}\n"
    plain = (tmp_path / f"out{suffix}").stat().st_size
    assert said(run, "export", f"out{suffix}", "-C", project, "--ontology", "-q") == ""
    if suffix != ".graphml":
        assert (tmp_path / f"out{suffix}").stat().st_size > plain
    assert said(run, "export", f"out{suffix}.gz", "-C", project, "-q") == ""


def test_map_runs_a_mapping_by_itself(run: Run, root: Path, tmp_path: Path) -> None:
    assert said(run, "map", root / "data/mapping.yml", "-o", "out.nq") == "23 quads in out.nq\n"
    assert (tmp_path / "out.nq").read_bytes() == (root / "build/current/graph.nq").read_bytes()
    assert said(run, "map", root / "data/mapping.yml", "-q", "-o", "out.nq", "--base", EX) == ""
    planned = said(run, "map", root / "data/mapping.yml", "--plan")
    assert planned == said(run, "build", "-C", root, "--plan")
    assert "-- places\n" in planned


def test_what_is_skipped_is_told_counted_and_listed(run: Run, tmp_path: Path) -> None:
    """The first five on the terminal, the others in the file."""
    rows = "".join(f"p{n},地,P,,x{n}\n" for n in range(7))
    write(tmp_path, PROJECT | {"data/places.csv": "id,zh,en,parent,area\n" + rows})
    assert run("map", "data/mapping.yml", "-o", "out.nq").exit_code == 1
    for arguments, listed in (
        (("map", "data/mapping.yml", "-o", "out.nq"), "out.nq.skipped.csv"),
        (("build",), "build/current/skipped.csv"),
    ):
        result = run(*arguments, "--on-error", "skip")
        assert result.exit_code == 0
        told = result.stderr.splitlines()
        assert told[-1] == f"values skipped: 7, listed in {listed}"
        assert [line.split(": ")[0] for line in told[:-1]] == [f"data/places.csv:{n}:9" for n in range(2, 7)]
        assert (tmp_path / listed).read_text(encoding="utf-8").count("ill-typed") == 7


def test_map_writes_to_standard_output_what_has_no_file(run: Run, root: Path, tmp_path: Path) -> None:
    """All of it or nothing; what is skipped is then told in full."""
    graph = (root / "build/current/graph.nq").read_text(encoding="utf-8")
    assert said(run, "map", root / "data/mapping.yml") == graph
    assert said(run, "map", root / "data/mapping.yml", "-o", "-") == graph
    rows = "".join(f"p{n},地,P,,x{n}\n" for n in range(7))
    write(tmp_path, PROJECT | {"data/places.csv": "id,zh,en,parent,area\n" + rows})
    failed = run("map", "data/mapping.yml")
    assert (failed.exit_code, failed.stdout) == (1, "")
    skipped = run("map", "data/mapping.yml", "--on-error", "skip")
    assert skipped.stderr.count("ill-typed") == 7
    assert skipped.stderr.endswith("values skipped: 7\n")
    assert not list(tmp_path.glob("*.csv"))


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".trig", ".nq.gz", ".ttl.gz"])
def test_map_writes_the_format_of_the_suffix(suffix: str, run: Run, root: Path, tmp_path: Path) -> None:
    """The quads are those of the graph."""
    said(run, "map", root / "data/mapping.yml", "-o", f"out{suffix}")
    content = (tmp_path / f"out{suffix}").read_bytes()
    if suffix.endswith(".gz"):
        content = gzip.decompress(content)
    form = ox.RdfFormat.from_extension(suffix.split(".")[1])
    assert form
    assert set(ox.parse(content, form)) == set(ox.parse(path=str(root / "build/current/graph.nq")))


def test_map_tells_warnings(run: Run, tmp_path: Path) -> None:
    write(tmp_path, PROJECT | {"data/texts.csv": "id,text\n"})
    result = run("map", "data/mapping.yml", "-o", "out.nq", "-q")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("data/texts.csv:1:1: warning[empty-table]: ")


def test_test_compares_every_query_with_its_expected_rows(run: Run, root: Path, tmp_path: Path) -> None:
    """Exit code 1 where one fails."""
    assert (
        said(run, "test", "-C", root)
        == "ok     places: All places\nok     within: Within a place\n2 passed, 0 failed\n"
    )
    assert said(run, "test", "-C", root, "-q") == "2 passed, 0 failed\n"
    changes = {
        "queries/within.csv": "part\nx\n",
        "queries/places.csv": "\n".join(reversed(str(PROJECT["queries/places.csv"]).splitlines())).replace(
            "place,name", ""
        ),
        "queries/wrong.rq": "SELECT ?x {\n  ?x a no:thing }",
        "queries/wrong.csv": "x\n",
        "queries/untested.rq": "ASK {}",
    }
    shutil.copytree(root, tmp_path / "p", symlinks=True)
    write(tmp_path / "p", changes)
    ordered = "place,name\n" + changes["queries/places.csv"]
    write(tmp_path / "p", {"queries/places.csv": ordered})
    for arguments in (["test", "-C", "p"], ["test", "-C", "p", "-q"]):
        result = run(*arguments)
        assert result.exit_code == 1
        assert result.stdout == (
            "FAILED places: All places\n"
            "       the rows are right, their order is not\n"
            "FAILED untested: untested\n"
            "       no expected rows: write them to untested.csv beside the query\n"
            "FAILED within: Within a place\n"
            "     - x\n"
            f"     + {EX}place/bijie\n"
            "FAILED wrong: wrong\n"
            "       p/queries/wrong.rq:2:8: error[query-error]: the prefix 'no' is not known; there are: dcterms, ex, "
            "owl, place, rdfs, unused, void, xsd\n"
            "0 passed, 4 failed\n"
        )


def test_a_project_without_queries_has_passed_no_test(run: Run, root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "p", symlinks=True, ignore=shutil.ignore_patterns("*.rq"))
    result = run("test", "-C", "p")
    assert (result.exit_code, result.stdout) == (USAGE, "")
    fix = "write queries/NAME.rq and NAME.csv"
    assert result.stderr == f"error[unknown-query]: the project has no named query; {fix}\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("nothing", USAGE, "No such command 'nothing'"),
        ("build --wrong", USAGE, "No such option"),
        ("build more", USAGE, "unexpected extra argument"),
        ("build -C gone", USAGE, "Directory 'gone' does not exist"),
        ("build -C file.txt", USAGE, "Directory 'file.txt' is a file"),
        ("build", USAGE, "error[no-project]: no project in"),
        ("query", USAGE, "error[no-project]: "),
        ("query places", USAGE, "error[no-project]: "),
        ("test", USAGE, "error[no-project]: "),
        ("view", USAGE, "error[no-project]: "),
        ("export out.ttl", USAGE, "error[no-project]: "),
        ("query places -C empty", USAGE, "error[no-build]: nothing is built in "),
        ("test -C empty", USAGE, "error[no-build]: "),
        ("view -C empty", USAGE, "error[no-build]: "),
        ("export out.ttl -C empty", USAGE, "error[no-build]: "),
        ("build -C empty", 1, "empty/data/mapping.yml: error[mapping-error]: "),
        (
            "query placse -C {root}",
            USAGE,
            "error[unknown-query]: no query is called 'placse'; did you mean 'places'?",
        ),
        ("query gone.rq -C {root}", USAGE, "error[missing-file]: there is no file gone.rq"),
        ("query . -C {root}", USAGE, "error[unknown-query]: "),
        ("query places -f tabel -C {root}", USAGE, "error[unknown-format]: "),
        (
            "query places -p x -C {root}",
            USAGE,
            "error[unknown-parameter]: 'x' has no value; write --param x=VALUE",
        ),
        ("query places -p x=1 -C {root}", USAGE, "error[unknown-parameter]: the query has no variable ?x"),
        ("query within -p whole=place:bijie -p ?whole=x -C {root}", USAGE, "]: whole is given twice"),
        ("query within -p whole=毕节 -C {root}", USAGE, "]: whole: '毕节' is a text, the query wants an IRI"),
        ("query within -p whole=place:bijei -C {root}", USAGE, "/place/bijei; did you mean 'bijie'?"),
        ("query places -p =1 -C {root}", USAGE, "error[unknown-parameter]: "),
        ("query within -p whole=no:x -C {root}", USAGE, "error[unknown-parameter]: "),
        ("query SELECT{{ -C {root}", 1, "query:1:7: error[query-error]: '{' is not understood here"),
        ("query latin.rq -C {root}", 1, "latin.rq:1:3: error[encoding]: the file is not UTF-8"),
        ("query ASK{{SERVICE<http://127.0.0.1:9/>{{?s?p?o}}}} -C {root}", 1, "error[query-error]: "),
        ("view --hops -1 -C {root}", USAGE, "Invalid value for '--hops'"),
        ("view --hops x -C {root}", USAGE, "Invalid value for '--hops'"),
        (
            "view --lang fr -C {root}",
            USAGE,
            "error[unknown-format]: the page does not speak 'fr'; there are: zh, en",
        ),
        ("view --query withn -C {root}", USAGE, "]: no query is called 'withn'; did you mean 'within'?"),
        ("view --query within -p x -C {root}", USAGE, "error[unknown-parameter]: 'x' has no value"),
        ("view -p x=1 -C {root}", USAGE, "error[usage-error]: there is no query that takes parameters"),
        ("view --query ASK{{?s?p?o}} -C {root}", USAGE, "]: query is answered by true or false, "),
        ("view --focus place:x -C {root}", USAGE, "error[unknown-entity]: no entity 'place:x' is drawn"),
        ("view -o file.txt/out -C {root}", USAGE, "error[unwritable]: there is no folder file.txt; make it"),
        ("view -o empty -C {root}", USAGE, "error[unwritable]: "),
        ("export", USAGE, "Missing argument 'OUT'"),
        ("export out -C {root}", USAGE, "error[unknown-format]: out has no suffix"),
        (
            "export out.tll -C {root}",
            USAGE,
            "error[unknown-format]: '.tll' is no suffix of a format; there are: .ttl, .nt, .nq, .trig, .jsonld, .rdf, ",
        ),
        (
            "export file.txt/out.ttl -C {root}",
            USAGE,
            "error[unwritable]: there is no folder file.txt; make it",
        ),
        ("export new/out.ttl -C {root}", USAGE, "error[unwritable]: there is no folder new; make it first"),
        ("export out.rdf -C {root}", USAGE, "error[unknown-format]: .rdf is XML"),
        ("map", USAGE, "Missing argument 'MAPPING'"),
        ("map m.yml", USAGE, "there is no file m.yml"),
        ("map {root}/data/mapping.yml -o out.rdf", USAGE, "error[unknown-format]: .rdf is XML"),
        (
            "map {root}/data/mapping.yml -o out.nq --base x",
            USAGE,
            "error[usage-error]: the base 'x' is no absolute IRI; expected an IRI such as",
        ),
        (
            "export {root}/queries/places.rq -C {root}",
            USAGE,
            "queries/places.rq is a source of the project; name another file",
        ),
        (
            "view -o {root}/queries/places.rq -C {root}",
            USAGE,
            "queries/places.rq is a source of the project; name another file",
        ),
        ("map gone.yml -o out.nq", USAGE, "error[missing-file]: there is no file gone.yml"),
        ("map gone.yml --plan", USAGE, "error[missing-file]: there is no file gone.yml"),
        ("map empty --plan", USAGE, "error[unknown-format]: "),
        ("map file.txt -o out.nq", USAGE, "error[unknown-format]: file.txt is no mapping"),
        ("map empty/data/mapping.yml -o out.nq", 1, "empty/data/mapping.yml: error[mapping-error]: "),
        ("map {root}/data/mapping.yml -o empty", USAGE, "error[unwritable]: empty is a folder"),
        (
            "map {root}/data/mapping.yml -o file.txt/out.nq",
            USAGE,
            "error[unwritable]: there is no folder file.txt; make it",
        ),
        ("map {root}/data/mapping.yml -o out.nq --base", USAGE, "Option '--base' requires an argument"),
        *(
            (f"{command} {arguments} --memory {amount}", USAGE, f"error[usage-error]: {message}")
            for command, arguments in (
                ("map", "{root}/data/mapping.yml"),
                ("map", "{root}/data/mapping.yml -o out.nq"),
                ("build", "-C {root}"),
                ("build", "-C {root} --watch"),
                ("export", "out.ttl -C {root}"),
            )
            for amount, message in (
                ("rubbish", "'rubbish' is no amount of memory; such as 1GB or 512MiB\n"),
                ("1MB", "1MB of memory are not enough; name at least "),
            )
        ),
        ("map {root}/data/mapping.yml -o out.nq --engine flink", USAGE, "Invalid value for '--engine'"),
        *(
            (
                f"map {{root}}/data/mapping.yml -o out.nq --engine {engine} {told}",
                USAGE,
                f"error[usage-error]: the engine {engine} takes no {name}; leave it out, or choose the engine {other}\n",
            )
            for engine, other, told, name in (
                ("spark", "duckdb", "--memory 1GB", "memory"),
                ("spark", "duckdb", "--sort", "sort"),
                ("spark", "duckdb", "--sort --memory 1GB", "memory and no sort"),
                ("duckdb", "spark", "--master local", "master"),
                ("duckdb", "spark", "--conf spark.x=y", "conf"),
                ("duckdb", "spark", "--jars a.jar --master yarn", "master and no jars"),
            )
        ),
        (
            "map {root}/data/mapping.yml -o out --engine spark",
            1,
            "Spark writes no files without a suffix: out",
        ),
        ("map {root}/data/mapping.yml -o out.nq --engine spark --master h:1", USAGE, "is no master of Spark"),
    ],
)
def test_wrong_use_is_told_and_ends_with_its_code(
    arguments: str, code: int, message: str, run: Run, root: Path, tmp_path: Path
) -> None:
    """Nothing on standard output, nothing written."""
    write(tmp_path, {"file.txt": "", "empty/data/mapping.yml": "", "latin.rq": b"# \xff"})
    before = sorted(tmp_path.rglob("*"))
    result = run(*arguments.format(root=root).split(" "))
    assert message in result.stderr
    assert (result.exit_code, result.stdout) == (code, "")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "{",
        "}",
        "\0",
        "SELECT \udcff {",
        "x" * 5000,
        "{" * 5000,
        "[" * 5000,
        "(" * 5000,
        "SELECT * {" * 3000,
        "\n",
        "'",
        "#",
        "ASK {}" * 2,
    ],
    ids=range(15),
)
def test_no_text_of_a_query_makes_a_traceback(query: str, run: Run, root: Path) -> None:
    result = run("query", query, "-C", root)
    assert result.exit_code in (1, USAGE)
    assert "error[" in result.stderr


def test_a_file_that_is_damaged_is_told(run: Run, root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "p", symlinks=True)
    (tmp_path / "p/build/current/graph.nq").write_bytes(b"<urn:a> <urn")
    for command in (["export", "out.ttl"], ["view", "--no-open"]):
        result = run(*command, "-C", "p")
        assert result.exit_code == USAGE
        assert "error[no-build]: " in result.stderr
        assert "run: kg build" in result.stderr


def test_an_error_of_the_system_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/data/x")

    monkeypatch.setattr(kg, "export", full)
    result = run("export", "out.ttl")
    assert (result.exit_code, result.stderr) == (1, "error[system]: No space left on device: /data/x\n")


# What only a process of its own shows.


def process(*arguments: object, cwd: Path, **how: object) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | how.pop("env", {})  # type: ignore[operator]
    return subprocess.run(
        [*KG, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
        **how,
    )  # type: ignore[call-overload, no-any-return]


def test_output_goes_to_any_encoding(root: Path) -> None:
    """Letters that the terminal does not have are written somehow; no traceback."""
    found = process("query", "places", cwd=root, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert b"Traceback" not in found.stderr
    assert found.returncode == 0
    assert b"place:bijie" in found.stdout


def test_input_that_is_not_utf_8_is_told(root: Path) -> None:
    found = process("query", "-", cwd=root, input=b"ASK { ?s ?p '\xff' }")
    assert b"Traceback" not in found.stderr
    assert found.returncode in (1, USAGE)
    assert b"error[" in found.stderr


def test_an_argument_that_is_not_utf_8_is_told(root: Path) -> None:
    found = process(b"query".decode(), os.fsdecode(b"ASK { ?s ?p '\xff' }"), cwd=root)
    assert b"Traceback" not in found.stderr
    assert found.returncode in (1, USAGE)


def test_a_reader_that_has_had_enough_is_no_error(root: Path) -> None:
    """As with `kg query … | head -1`."""
    many = " ".join(f"({n})" for n in range(50_000))
    (root / "many.rq").write_text(f"SELECT ?n {{ VALUES (?n) {{ {many} }} }}", encoding="utf-8")
    with subprocess.Popen(
        [*KG, "query", "many.rq", "-f", "csv"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.read(1) == b"n"
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(timeout=60) == 0


def on_a_terminal(arguments: list[str], cwd: Path) -> tuple[int, str, str]:
    """Exit code, standard output and what a terminal on standard error gets to see."""
    pty = pytest.importorskip("pty", reason="needs a terminal")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*KG, *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=theirs, env=os.environ | {"TERM": "xterm"}
    ) as running:
        os.close(theirs)
        seen = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                seen += os.read(ours, 4096)
            except OSError:  # the other side is closed
                break
        assert running.stdout is not None
        out = running.stdout.read()
    os.close(ours)
    return running.returncode, out.decode(), seen.decode()


def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    """On standard error, and not when quiet is asked for."""
    write(tmp_path, PROJECT)
    code, out, seen = on_a_terminal(["build"], tmp_path)
    assert (code, out) == (0, "23 quads in build/current/graph.nq\n")
    assert "looking at 2 tables" in seen
    assert on_a_terminal(["build", "--quiet"], tmp_path) == (0, "", "")


def test_faults_are_coloured_on_a_terminal_only(tmp_path: Path) -> None:
    write(tmp_path, BROKEN)
    code, _, seen = on_a_terminal(["build", "-q"], tmp_path)
    assert code == 1
    assert "\x1b[31m" in seen
    assert "\x1b" not in process("build", cwd=tmp_path).stderr.decode()


def test_kg_is_a_command(root: Path) -> None:
    """The script that is installed is what `python -m kg` runs."""
    from importlib.metadata import entry_points

    from kg.__main__ import run

    (script,) = entry_points(group="console_scripts", name="kg")
    assert script.load() is run
    document = json.loads(process("query", "ASK {}", "-f", "json", cwd=root).stdout)
    assert document["boolean"] is True


def test_a_query_is_answered_without_a_build(run: Run, root: Path, tmp_path: Path) -> None:
    """From the tables as they are, or from a mapping by itself; nothing is written."""
    project = tmp_path / "project"
    shutil.copytree(root / "data", project / "data")
    shutil.copytree(root / "queries", project / "queries")
    shutil.copytree(root / "ontology", project / "ontology", dirs_exist_ok=True)
    built = said(run, "query", "places", "-C", root, "-f", "csv")
    assert said(run, "query", "places", "-C", project, "--live", "-f", "csv") == built
    mapping = project / "data/mapping.yml"
    assert said(run, "query", project / "queries/places.rq", "--mapping", mapping, "-f", "csv") == built
    assert not (project / "build").exists()


def test_a_build_says_what_it_took_over(run: Run, tmp_path: Path) -> None:
    """In brackets; nothing where it started anew."""
    write(tmp_path, PROJECT)
    told = [said(run, "build"), said(run, "build"), said(run, "build", "--clean")]
    assert [each.partition("graph.nq")[2] for each in told] == ["\n", " (nothing has changed)\n", "\n"]


def test_watching_ends_with_ctrl_c(tmp_path: Path) -> None:
    """After what was built, and where it is shown."""
    write(tmp_path, PROJECT)
    command = [sys.executable, "-m", "kg", "build", "--watch", "--no-open"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout
        assert watching.stdout.readline() == "23 quads in build/current/graph.nq\n"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/ shows it, .*\n", watching.stdout.readline())
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 0
