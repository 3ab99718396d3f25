"""The test suites of RML and R2RML: where they are looked for, their cases, and what each case wants.

The suites are git repositories of their own. They are found in the folder that KG_SUITES names, or in a
folder `suites` in the checkout or beside it, each under the name of its repository.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("suites", "../suites", "../*/suites")
EXAMPLE, BASE = "http://example.com/", "http://example.com/base/"
OUTPUTS = ("output.nq", "default.nq", "output.nt", "output.ttl")
NO_INPUT = ("mapping.ttl", "README.md", "note.md")
TARGET = re.compile(r"dump\d+\.")


@dataclass(frozen=True)
class Suite:
    """Where the cases of a suite are, and what its metadata do not say.

    `tests` is what the IRIs of its cases begin with, `repository` where it comes from.
    """

    folder: str
    repository: str
    tests: str
    cases: str = "*"
    metadata: str = "metadata.csv"
    base: str = EXAMPLE
    database: str = ""

    @property
    def clone(self) -> str:
        """How to get it."""
        return f"git clone https://github.com/{self.repository} {self.folder.split('/', 1)[0]}"


def _legacy(source: str, database: str = "") -> Suite:
    folder, tests = "rml-test-cases/test-cases", "http://rml.io/test-cases/#"
    return Suite(folder, "RMLio/rml-test-cases", tests, f"*-{source}", "../metadata.csv", BASE, database)


def _r2rml(database: str) -> Suite:
    folder = "r2rml-test-cases-support"
    tests = "http://www.w3.org/2001/sw/rdb2rdf/test-cases/#"
    return Suite(folder, f"kg-construct/{folder}", tests, "R2RMLTC*", "manifest.ttl", BASE, database)


def _module(name: str, base: str = EXAMPLE, database: str = "") -> Suite:
    tests = f"http://w3id.org/rml/{name.removeprefix('rml-')}/test/"
    return Suite(f"{name}/test-cases", f"kg-construct/{name}", tests, base=base, database=database)


SUITES = {
    "rml-core": _module("rml-core"),
    "rml-io": _module("rml-io", database="postgresql"),
    "rml-fnml": _module("rml-fnml"),
    "rml-io-registry": _module("rml-io-registry", BASE, "by number"),
    "legacy-csv": _legacy("CSV"),
    "legacy-json": _legacy("JSON"),
    "legacy-xml": _legacy("XML"),
    "legacy-postgresql": _legacy("PostgreSQL", "postgresql"),
    "legacy-mysql": _legacy("MySQL", "mysql"),
    "r2rml-postgresql": _r2rml("postgresql"),
    "r2rml-mysql": _r2rml("mysql"),
}
# The registry's cases are numbered by their sources; these need a server.
REGISTRY = {
    "RMLIOREGTC0004": "mysql",
    "RMLIOREGTC0005": "postgresql",
    "RMLIOREGTC0006": "sqlserver",
    "RMLIOREGTC0009": "kafka",
    "RMLIOREGTC0010": "mqtt",
    "RMLIOREGTC0011": "a SPARQL endpoint",
}


@dataclass(frozen=True)
class Case:
    """One case: its files, whether it wants an error, and the server that it needs."""

    suite: str
    folder: Path
    mapping: Path
    inputs: tuple[Path, ...]
    expected: Path | None
    targets: tuple[Path, ...]
    error: bool
    base: str
    server: str = ""
    script: Path | None = None

    @property
    def name(self) -> str:
        """Its name within the suite."""
        return self.folder.name

    @property
    def id(self) -> str:
        """Suite and name."""
        return f"{self.suite}/{self.name}"

    @property
    def iri(self) -> str:
        """The IRI by which reports name it."""
        return SUITES[self.suite].tests + self.name


def root() -> Path | None:
    """The folder that holds suites, if there is one."""
    given = os.environ.get("KG_SUITES")
    found = [Path(given)] if given else [folder for place in PLACES for folder in sorted(ROOT.glob(place))]
    return next((folder for folder in found if any(_present(folder, name) for name in SUITES)), None)


@cache
def cases(suite: str) -> tuple[Case, ...]:
    """The cases of a suite in the order of their names; none where the suite is not there."""
    folder = root()
    if folder is None or not _present(folder, suite):
        return ()
    read = _from_manifest if SUITES[suite].metadata.endswith(".ttl") else _from_folders
    return tuple(sorted(read(suite, folder / SUITES[suite].folder), key=lambda case: case.name))


def every() -> tuple[Case, ...]:
    """The cases of all suites that are there."""
    return tuple(case for suite in SUITES for case in cases(suite))


def _present(folder: Path, suite: str) -> bool:
    return next((folder / SUITES[suite].folder).glob(SUITES[suite].cases), None) is not None


def _from_folders(suite: str, folder: Path) -> Iterator[Case]:
    known = SUITES[suite]
    with (folder / known.metadata).open(encoding="utf-8", newline="") as file:
        said = {row.get("ID") or row["RML id"]: row for row in csv.DictReader(file)}
    for each in folder.glob(known.cases):
        if not (each / "mapping.ttl").is_file():
            continue
        files = {path.name: path for path in sorted(each.iterdir()) if path.is_file()}
        expected = next((files[name] for name in OUTPUTS if name in files), None)
        targets = tuple(path for name, path in files.items() if TARGET.match(name))
        row = said.get(each.name, {})
        error = row.get("error") or row.get("error expected?") or str(expected is None)
        answers = {path.name for path in (expected, *targets) if path} | set(NO_INPUT)
        yield Case(
            suite,
            each,
            files["mapping.ttl"],
            tuple(path for name, path in files.items() if name not in answers and path.suffix != ".sql"),
            expected,
            targets,
            error.strip().lower() == "true",
            row.get("base_iri") or known.base,
            _server(known, each),
            files.get("resource.sql"),
        )


def _server(suite: Suite, folder: Path) -> str:
    if suite.database == "by number":
        return REGISTRY.get(folder.name[:14], "")
    needs = "jdbcDSN" in (folder / "mapping.ttl").read_text(encoding="utf-8", errors="replace")
    return suite.database if needs else ""


def _from_manifest(suite: str, folder: Path) -> Iterator[Case]:
    """The W3C's cases: one manifest for all, some files in a variant for each database."""
    known = SUITES[suite]
    told: dict[str, dict[str, str]] = {}
    manifest = ox.parse((folder / known.metadata).read_bytes(), ox.RdfFormat.TURTLE, base_iri="http://m/")
    for quad in manifest:
        name = re.split("[/#]", quad.predicate.value)[-1]
        told.setdefault(str(quad.subject), {})[name] = getattr(quad.object, "value", "")
        if name == "database":
            told[str(quad.subject)]["database of"] = str(quad.object)
    for case in told.values():
        each = folder / case.get("identifier", "")
        if "mappingDocument" not in case or not each.is_dir():
            continue
        script = told[case["database of"]]["sqlScriptFile"]
        wanted = case["hasExpectedOutput"] == "true"
        yield Case(
            suite,
            each,
            _variant(each / case["mappingDocument"], known.database),
            (),
            each / case["output"] if wanted else None,
            (),
            not wanted,
            known.base,
            known.database,
            _variant(folder / "databases" / script, known.database),
        )


def _variant(file: Path, database: str) -> Path:
    own = file.with_name(f"{file.stem}-{database}{file.suffix}")
    return own if own.exists() else file
