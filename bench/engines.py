"""The engines that are measured: where each is installed, its version, and what it is called with.

Each peer has an environment of its own, made from pinned versions in `peers/`, and is run as its
documentation says: Morph-KGC and SDM-RDFizer by their command lines with their default settings (duplicates
removed), maplib and rdflib, which read no RML, by scripts such as a mapping's owner would write with them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from measuring import Failed

PEERS = Path(__file__).resolve().parent / "peers"
PIP = ("-m", "pip", "--disable-pip-version-check", "-qq", "install")


@dataclass(frozen=True)
class Job:
    """One scenario for one engine: what to read, where to write, where to keep what is its own."""

    folder: Path
    work: Path
    out: Path
    python: Path
    question: str = ""

    @property
    def mapping(self) -> Path:
        """The mapping in legacy RML, which all engines read that read any."""
        return self.folder / "mapping.ttl"


Command = Callable[[Job], list[str]]


@dataclass(frozen=True)
class Engine:
    """A way to make triples of tables. `slow` ones are run on small scenarios only, and once."""

    name: str
    title: str
    distributions: tuple[str, ...]
    module: str
    maps: Command
    answers: Command | None = None
    slow: bool = False
    only: tuple[str, ...] = ()

    def takes(self, scenario: str) -> bool:
        """Whether the engine is to be run on one of our scenarios: not where it takes very long."""
        return not self.slow or scenario in self.only


def kg_command(*arguments: str) -> list[str]:
    """The `kg` that is installed beside this Python."""
    return [str(Path(sys.executable).with_name("kg")), *arguments]


def _kg(job: Job) -> list[str]:
    return kg_command("map", str(job.mapping), "-q", "-o", str(job.out))


def _kg_answers(job: Job) -> list[str]:
    return kg_command("query", "--mapping", str(job.mapping), job.question, "-f", "csv")


def _morph_settings(job: Job) -> str:
    settings = job.work / "morph.ini"
    lines = ["[CONFIGURATION]", f"output_file = {job.out}", "logging_level = ERROR"]
    settings.write_text("\n".join([*lines, "[TABLES]", f"mappings = {job.mapping}", ""]), encoding="utf-8")
    return str(settings)


def _morph(job: Job) -> list[str]:
    return [str(job.python), "-m", "morph_kgc", _morph_settings(job)]


def _morph_answers(job: Job) -> list[str]:
    script = [sys.executable, str(PEERS / "morph_answer.py"), str(job.out), job.question]
    return [*script, *_morph(job)]


def _rdfizer(job: Job) -> list[str]:
    settings = job.work / "rdfizer.ini"
    sections: dict[str, dict[str, object]] = {
        "default": {"main_directory": job.folder},
        "datasets": {
            "number_of_datasets": 1,
            "output_folder": job.work,
            "remove_duplicate": "yes",
            "all_in_one_file": "no",
            "name": "all",
            "enrichment": "yes",
            "ordered": "yes",
            "large_file": "false",
            "dbType": "mysql",
        },
        "dataset1": {"name": job.out.stem, "mapping": job.mapping},
    }
    lines = (
        line
        for name, pairs in sections.items()
        for line in (f"[{name}]", *(f"{key}: {value}" for key, value in pairs.items()))
    )
    settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [str(job.python), "-m", "rdfizer", "-c", str(settings)]


def _script(name: str, job: Job, *arguments: str) -> list[str]:
    return [str(job.python), str(PEERS / name), *arguments]


def _maplib(job: Job) -> list[str]:
    return _script("maplib_script.py", job, str(job.folder), "--out", str(job.out))


def _maplib_answers(job: Job) -> list[str]:
    return _script("maplib_script.py", job, str(job.folder), "--ask", job.question)


def _rdflib(job: Job) -> list[str]:
    return _script("rdflib_script.py", job, str(job.folder), str(job.out))


SMALL = ("transport-1", "curated-100000", "raw-100000x20", "duplicates-50", "joins-1-1-100")
ENGINES = {
    engine.name: engine
    for engine in (
        Engine("kg", "kg", ("kgwright", "duckdb", "ibis-framework", "pyoxigraph"), "kg", _kg, _kg_answers),
        Engine(
            "morph", "Morph-KGC", ("morph-kgc", "pandas", "pyoxigraph"), "morph_kgc", _morph, _morph_answers
        ),
        Engine("maplib", "maplib", ("maplib", "polars"), "maplib", _maplib, _maplib_answers),
        Engine("rdfizer", "SDM-RDFizer", ("rdfizer", "pandas"), "rdfizer", _rdfizer, slow=True, only=SMALL),
        Engine("rdflib", "rdflib script", ("rdflib",), "rdflib", _rdflib, slow=True, only=SMALL[:2]),
    )
}
OURS = "kg"
"""The engine that all are measured against; it is where this Python is."""


def pins(engine: str) -> Path:
    """The file of versions that a peer is installed from."""
    return PEERS / f"{engine}.txt"


def python(engine: str, environments: Path) -> Path | None:
    """The interpreter that has the engine, if it is installed."""
    found = Path(sys.executable) if engine == OURS else environments / engine / "bin" / "python"
    return found if found.exists() else None


def install(engine: str, environments: Path) -> str:
    """Make the peer's environment, unless it is there with these versions. Says what went wrong, if so."""
    home = environments / engine
    stamp = home / "installed"
    wanted = sha256(pins(engine).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return ""
    venv.create(home, clear=True, with_pip=True)
    made = subprocess.run(
        [home / "bin" / "python", *PIP, "-r", str(pins(engine))], capture_output=True, text=True, check=False
    )
    if made.returncode:
        (home / "bin" / "python").unlink()
        return made.stderr.strip()[-300:] or f"pip ended with {made.returncode}"
    stamp.write_text(wanted, encoding="utf-8")
    return ""


def versions(engine: Engine, interpreter: Path) -> dict[str, str]:
    """The versions of what the engine is made of, and of its Python. Raises Failed if it has none."""
    code = (
        "import importlib as i, importlib.metadata as m, json, platform, sys;"
        "i.import_module(sys.argv.pop(1));"
        "print(json.dumps({n: m.version(n) for n in sys.argv[1:]} | {'python': platform.python_version()}))"
    )
    command = [str(interpreter), "-c", code, engine.module, *engine.distributions]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode:
        raise Failed(told.stderr.strip().splitlines()[-1])
    return dict(json.loads(told.stdout.splitlines()[-1]))
