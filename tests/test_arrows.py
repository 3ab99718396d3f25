"""The house: which module may import which, and what else holds for all of them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from models import PROJECT, write

import kg

PACKAGE = Path(kg.__file__).parent
DESIGN = Path(__file__).parent.parent / "docs/design.md"
MOST_LINES = 400
# Modules in the order in which data meet them. Each imports only what stands beside it: modules above, libraries.
HOUSE = {
    "unsafe_iris": ("", "pyoxigraph"),
    "version": ("", ""),
    "lazily": ("", ""),
    "errors": ("", ""),
    "amounts": ("errors", ""),
    "java_regex": ("errors", ""),
    "spark_sql": ("errors java_regex", "ibis sqlglot"),
    "encoding": ("errors", ""),
    "mapping": ("errors", ""),
    "lookups": ("errors mapping", ""),
    "library": ("errors mapping", ""),
    "rules": ("errors lookups mapping", ""),
    "clusters": ("errors mapping rules", ""),
    "spark_session": ("clusters errors", "py4j pyspark"),
    "natural": ("mapping", ""),
    "databases": ("errors mapping", ""),
    "sql_values": ("mapping natural", ""),
    "postgresql": ("mapping sql_values", "psycopg"),
    "mysql": ("mapping sql_values", "pymysql"),
    "sqlite": ("natural sql_values", ""),
    "shapes": ("errors mapping natural", ""),
    "datatypes": ("mapping", ""),
    "grammar": ("errors mapping", ""),
    "rml_places": ("", ""),
    "rml_graph": ("encoding errors rml_places", "pyoxigraph"),
    "rml_vocabulary": ("errors mapping rml_graph", ""),
    "rml_files": ("errors mapping rml_graph rml_vocabulary", ""),
    "rml_csvw": ("errors mapping rml_files rml_graph", ""),
    "rml_sources": ("databases errors mapping grammar rml_csvw rml_graph rml_vocabulary rml_files", ""),
    "rml_targets": ("errors mapping rml_graph rml_vocabulary rml_files", ""),
    "rml_expressions": ("errors mapping grammar rml_graph rml_vocabulary", ""),
    "rml_terms": ("errors mapping grammar rml_graph rml_vocabulary rml_targets rml_expressions", ""),
    "rml": ("errors grammar mapping rml_graph rml_vocabulary rml_sources rml_expressions rml_terms", ""),
    "yarrrml_nodes": ("encoding errors", "yaml"),
    "yarrrml_keys": ("yarrrml_nodes", ""),
    "yarrrml_sources": ("databases errors mapping grammar yarrrml_nodes yarrrml_keys", "yaml"),
    "yarrrml_targets": ("errors mapping yarrrml_nodes yarrrml_keys", "yaml"),
    "yarrrml_terms": ("errors mapping grammar yarrrml_nodes", "yaml"),
    "yarrrml_functions": ("errors mapping grammar yarrrml_keys yarrrml_terms", "yaml"),
    "yarrrml_joins": ("errors mapping yarrrml_keys yarrrml_terms yarrrml_functions", "yaml"),
    "yarrrml_maps": (
        "errors mapping yarrrml_nodes yarrrml_keys yarrrml_targets yarrrml_terms yarrrml_functions",
        "yaml",
    ),
    "yarrrml_inverse": ("errors mapping yarrrml_nodes", "yaml"),
    "yarrrml": (
        "errors mapping grammar yarrrml_nodes yarrrml_keys yarrrml_sources yarrrml_targets yarrrml_terms yarrrml_functions yarrrml_joins yarrrml_maps yarrrml_inverse",
        "yaml",
    ),
    "arguments": ("library mapping", "duckdb ibis"),
    "grel": ("arguments", "ibis"),
    "signatures": ("arguments grel library lookups mapping", "ibis"),
    "functions": ("arguments errors library lookups mapping signatures", "ibis"),
    "tabled": ("functions lazily library lookups mapping", "ibis"),
    "numerals": ("lazily mapping", "ibis"),
    "rml_words": ("mapping rml_files rml_sources rml_vocabulary", ""),
    "rml_spelling": ("mapping rml_graph", ""),
    "rml_source_writer": (
        "datatypes grammar lookups mapping rml_files rml_graph rml_sources rml_spelling rml_targets rml_vocabulary rml_words shapes",
        "",
    ),
    "rml_limits": ("datatypes errors grammar lookups mapping rml_words shapes signatures", ""),
    "rml_writer": (
        "datatypes grammar mapping rml_graph rml_limits rml_source_writer rml_sources rml_spelling rml_vocabulary rml_words rules",
        "",
    ),
    "terms": ("lazily mapping numerals", "ibis"),
    "demands": ("datatypes errors mapping terms", "ibis"),
    "forms": ("datatypes demands lazily shapes terms", "ibis"),
    "plan": ("arguments datatypes demands functions lazily mapping rules shapes tabled terms", "ibis"),
    "parts": ("demands forms lazily mapping plan rules terms", "ibis"),
    "questions": ("datatypes forms mapping parts plan terms", ""),
    "duplicates": ("forms parts shapes terms", ""),
    "files": ("encoding errors mapping shapes", "zstandard"),
    "spark_sources": ("clusters files mapping shapes spark_sql", "duckdb pyspark"),
    "documents": ("mapping shapes", ""),
    "constant_records": ("mapping shapes", ""),
    "csv_records": ("errors files mapping shapes", ""),
    "json_paths": ("errors mapping", "jsonpath_rfc9535"),
    "json_records": ("documents errors files json_paths mapping natural shapes", ""),
    "xml_records": ("documents errors files mapping natural shapes", "lxml"),
    "sheet_records": ("errors files mapping natural shapes", "duckdb openpyxl"),
    "solution_records": ("errors files mapping shapes", "pyoxigraph"),
    "connections": ("databases errors mapping mysql postgresql sql_values sqlite", ""),
    "sql_names": ("grammar", ""),
    "sql_records": ("connections databases errors grammar mapping shapes sql_names sql_values", ""),
    "spark_databases": (
        "clusters connections databases errors grammar mapping postgresql shapes spark_session spark_sources spark_sql sql_records sql_values",
        "py4j pyspark",
    ),
    "records": (
        "constant_records csv_records errors json_records mapping shapes sheet_records solution_records sql_records xml_records",
        "",
    ),
    "pushdown": ("connections errors grammar lookups mapping rules shapes sql_records", ""),
    "sources": (
        "connections csv_records databases documents errors files mapping records shapes sql_records",
        "",
    ),
    "consistency": ("datatypes errors lookups mapping rules", ""),
    "checks": ("demands errors lazily mapping parts plan questions rules terms", "ibis"),
    "diagnosis": ("checks errors mapping plan questions sources", "ibis"),
    "dialects": ("datatypes forms grammar mapping parts questions shapes spark_sql terms", "ibis sqlglot"),
    "outputs": ("dialects duplicates forms grammar mapping parts shapes terms", ""),
    "engine": (
        "amounts dialects documents errors grammar mapping outputs parts questions records shapes sources",
        "ibis duckdb",
    ),
    "spark": (
        "clusters dialects documents duplicates engine errors mapping parts questions shapes sources spark_databases spark_session spark_sources spark_sql",
        "ibis pyspark",
    ),
    "engines": ("clusters engine errors parts questions shapes spark", "ibis"),
    "answering": ("checks dialects engines errors grammar mapping plan rules tabled terms", "ibis"),
    "project": ("errors", ""),
    "ontology": ("encoding errors mapping", "pyoxigraph"),
    "loading": ("errors", "pyoxigraph"),
    "store": ("errors loading", "pyoxigraph filelock"),
    "turtle": ("mapping", ""),
    "blocks": ("amounts errors turtle", "duckdb pyoxigraph zstandard"),
    "exports": ("blocks errors mapping turtle unsafe_iris", "pyoxigraph networkx"),
    "targets": ("blocks errors exports mapping", "pyoxigraph"),
    "runs": (
        "answering checks clusters consistency databases datatypes diagnosis dialects documents engine engines errors functions library mapping ontology parts plan pushdown rml rules shapes sources targets yarrrml",
        "",
    ),
    "row_changes": ("", ""),
    "sorted_lines": ("", ""),
    "state": ("errors mapping ontology project rules runs shapes store", ""),
    "reports": ("errors state", ""),
    "materialisation": ("clusters documents errors exports mapping reports rules runs store", ""),
    "rule_changes": ("lookups mapping plan rules state terms", ""),
    "near_rows": ("dialects engine grammar lazily mapping plan row_changes rules runs shapes terms", "ibis"),
    "store_changes": ("errors store", "pyoxigraph"),
    "increments": (
        "answering checks engine errors mapping near_rows parts plan row_changes rule_changes rules runs shapes sorted_lines state store store_changes",
        "",
    ),
    "pipeline": ("checks documents errors increments ontology project reports runs state store version", ""),
    "translation": ("errors runs rml_source_writer rml_words rml_writer store", ""),
    "languages": ("", ""),
    "vocabulary": ("languages", "pyoxigraph"),
    "layout": ("", ""),
    "communities": ("", ""),
    "overview": ("communities layout", "networkx"),
    "excerpt": ("vocabulary", "pyoxigraph"),
    "pinyin": ("", "pypinyin"),
    "spacetime": ("vocabulary", "networkx"),
    "quantities": ("vocabulary", ""),
    "statements": ("vocabulary", "pyoxigraph networkx"),
    "network": ("errors vocabulary layout spacetime quantities statements", "pyoxigraph networkx"),
    "page_data": ("vocabulary overview pinyin spacetime statements", "networkx"),
    "page": ("errors languages network overview page_data", "networkx pyvis jinja2 markupsafe"),
    "query_text": ("encoding errors languages", ""),
    "query_faults": ("errors query_text", ""),
    "answers": ("datatypes errors mapping query_faults query_text", "pyoxigraph"),
    "query_scope": ("mapping", ""),
    "unbuilt": (
        "answers documents errors loading ontology plan project query_scope query_text rules runs terms",
        "pyoxigraph",
    ),
    "results": ("errors mapping exports", "pyoxigraph rich"),
    "query_data": ("answers errors exports languages query_text vocabulary", "pyoxigraph networkx"),
    "views": (
        "errors exports languages network overview page query_data query_text vocabulary",
        "pyoxigraph networkx",
    ),
    "graph": (
        "amounts answers errors excerpt exports languages loading network project query_text state store views vocabulary",
        "pyoxigraph networkx rdflib oxrdflib",
    ),
    "places": ("network", "networkx"),
    "serving": ("", ""),
    "watching": ("errors graph pipeline places project runs serving state store", "watchfiles"),
    "expectations": ("encoding errors answers query_text results graph", ""),
    "__init__": (
        "amounts clusters errors expectations graph library materialisation pipeline project query_text reports results runs store translation unbuilt version watching",
        "",
    ),
    "terminal": ("errors expectations", "click rich"),
    "cli": ("__init__ answers graph terminal", "click"),
    "__main__": ("cli", ""),
}
ORDER = list(HOUSE)
PLANNERS = (
    "terms",
    "demands",
    "forms",
    "tabled",
    "plan",
    "consistency",
    "checks",
    "datatypes",
    "mapping",
    "rules",
)
HEAVY = {
    "ibis",
    "duckdb",
    "rdflib",
    "networkx",
    "pyvis",
    "pyoxigraph",
    "pypinyin",
    "rich",
    "yaml",
    "jinja2",
    "IPython",
    "lxml",
    "openpyxl",
    "zstandard",
    "psycopg",
    "pymysql",
    "jsonpath_rfc9535",
    "watchfiles",
}


def file(module: str) -> Path:
    folder = PACKAGE / module
    return folder / "__init__.py" if folder.is_dir() else PACKAGE / f"{module}.py"


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(file(module).read_text(encoding="utf-8"))


def imported(module: str) -> Iterator[str]:
    """Full names of what a module imports, wherever in it."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "say where from"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def neighbours(module: str) -> set[str]:
    """The modules of ours that a module imports; what is no module is a name of the package itself."""
    parts = [name.split(".") for name in imported(module) if name.split(".")[0] == "kg"]
    return {part[1] if len(part) > 1 and part[1] in HOUSE else "__init__" for part in parts}


def libraries(module: str) -> set[str]:
    return {name.split(".")[0] for name in imported(module)} - {"kg", *sys.stdlib_module_names}


def test_the_table_has_every_module() -> None:
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert modules == set(HOUSE)


@pytest.mark.parametrize("module", HOUSE)
def test_a_module_imports_what_the_table_says(module: str) -> None:
    ours, theirs = (set(names.split()) for names in HOUSE[module])
    assert neighbours(module) == ours
    assert libraries(module) == theirs


@pytest.mark.parametrize("module", HOUSE)
def test_a_module_imports_only_from_above(module: str) -> None:
    """So there is no cycle."""
    assert not neighbours(module) & set(ORDER[ORDER.index(module) :])


def test_the_design_has_a_row_for_each_module() -> None:
    """And for none that is not there."""
    rows = (
        line.split("|")[1] for line in DESIGN.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"
    )
    named = [name.rstrip("/") for row in rows for name in re.findall(r"`([\w*/]+)`", row)]
    assert [module for module in HOUSE if not any(fnmatch(module, name) for name in named)] == []
    assert [name for name in named if not any(fnmatch(module, name) for module in HOUSE)] == []


@pytest.mark.parametrize("module", HOUSE)
def test_a_module_can_be_read_in_one_go(module: str) -> None:
    assert len(file(module).read_text(encoding="utf-8").splitlines()) < MOST_LINES


def called(module: str) -> set[str]:
    """The names of what a module calls and raises: `f` of f(), a.f() and raise f."""
    names = set()
    for node in ast.walk(parsed(module)):
        what = node.func if isinstance(node, ast.Call) else node.exc if isinstance(node, ast.Raise) else None
        if isinstance(what, ast.Name):
            names.add(what.id)
        elif isinstance(what, ast.Attribute):
            names.add(what.attr)
    return names


@pytest.mark.parametrize(
    "module", [module for module in HOUSE if module not in ("terminal", "cli", "__main__")]
)
def test_only_the_command_line_prints_or_exits(module: str) -> None:
    by_name = {
        node.func.id
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not by_name & {"print", "exit", "quit"}
    assert not called(module) & {"echo", "secho", "exit", "_exit", "abort", "SystemExit"}
    assert not {"sys.stdout", "sys.stderr"} & {
        ast.unparse(node) for node in ast.walk(parsed(module)) if isinstance(node, ast.Attribute)
    }


@pytest.mark.parametrize("module", PLANNERS)
def test_a_planner_opens_no_file(module: str) -> None:
    names = {
        "open",
        "read_text",
        "read_bytes",
        "write_text",
        "write_bytes",
        "is_file",
        "exists",
        "glob",
        "execute",
        "read_csv",
    }
    assert not called(module) & names


@pytest.mark.parametrize("module", HOUSE)
def test_nothing_happens_when_a_module_is_imported(module: str) -> None:
    """Only names are given; the command line reads its arguments when it is called."""
    for node in parsed(module).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        types_only = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        program = isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
        definition = (
            ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef,
        )  # fmt: skip
        assert docstring or types_only or program or isinstance(node, definition), ast.unparse(node)


def loaded(code: str, *arguments: object) -> set[str]:
    """The libraries that a Python has loaded after `code`."""
    told = "import sys; sys.stderr.write('\\n'.join({name.split('.')[0] for name in sys.modules}))"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(ran.stderr.splitlines())


@pytest.mark.parametrize(
    "code", ["import kg", "import kg.cli", "import kg.graph, kg.store, kg.answers, kg.results, kg.exports"]
)
def test_importing_loads_no_heavy_library(code: str) -> None:
    assert not loaded(code) & HEAVY


def test_what_fetches_from_the_web_is_loaded_by_what_is_on_the_web() -> None:
    assert not loaded("import kg.runs") & {"http", "email", "ssl"}


def test_what_is_said_once_is_said_in_one_module() -> None:
    """Namespaces, patterns and tables; the graph's own vocabulary knows nothing of mappings."""
    homes: dict[str, set[str]] = {}
    for module in HOUSE.keys() - {"vocabulary"}:
        for node in parsed(module).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isupper():
                homes.setdefault(ast.unparse(node.value), set()).add(module)
    assert [(said, each) for said, each in homes.items() if len(each) > 1 and len(said) >= 30] == []


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("kg.queries(sys.argv[1])", set()),
        ("kg.query('places', sys.argv[1], format='csv')", {"pyoxigraph"}),
        ("kg.query('DESCRIBE place:bijie', sys.argv[1])", {"pyoxigraph"}),
        ("kg.export(sys.argv[1] + '/out.ttl', sys.argv[1])", {"pyoxigraph"}),
        ("kg.build(sys.argv[1])", {"pyoxigraph", "yaml", "ibis", "duckdb", "rich"}),  # Ibis loads rich
        ("kg.query('places', sys.argv[1])", {"pyoxigraph", "rich"}),
    ],
)
def test_a_command_loads_only_what_it_needs(code: str, allowed: set[str], tmp_path: Path) -> None:
    kg.build(write(tmp_path, PROJECT))
    assert not loaded(f"import kg, sys\n{code}", tmp_path) & HEAVY - allowed
