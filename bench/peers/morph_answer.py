"""Morph-KGC's triples loaded into an Oxigraph store, and a query answered there.

Its command line and the current pyoxigraph, with a file between them: its own materialize_oxigraph, with the
older pyoxigraph that it asks for, takes longer.

python morph_answer.py OUT.nt QUERY COMMAND...
"""

from __future__ import annotations

import subprocess
import sys

import pyoxigraph


def main(out: str, question: str, *command: str) -> None:
    """The rows as lines of CSV."""
    subprocess.run(command, check=True)
    store = pyoxigraph.Store()
    store.bulk_load(path=out, format=pyoxigraph.RdfFormat.N_TRIPLES, lenient=True)
    for row in store.query(question):
        print(*(term.value for term in row), sep=",")


if __name__ == "__main__":
    main(*sys.argv[1:])
