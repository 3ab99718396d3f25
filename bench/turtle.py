"""Writing a graph as Turtle, timed by itself: reading what there is to write is counted for nobody but kg.

python turtle.py kg PROJECT OUT.ttl        the graph of a built project, which kg reads as it writes
python turtle.py rdflib FILE.nt OUT.ttl    a graph that rdflib holds in memory already
"""

from __future__ import annotations

import json
import sys
import time


def kg(project: str, out: str) -> float:
    """Seconds that `kg.export` takes."""
    import kg as library

    begin = time.monotonic()
    library.export(out, project)
    return time.monotonic() - begin


def rdflib(source: str, out: str) -> float:
    """Seconds that the ordered, prefixed Turtle of rdflib takes."""
    from rdflib import Graph

    graph = Graph().parse(source, format="nt")
    begin = time.monotonic()
    graph.serialize(out, format="turtle", encoding="utf-8")
    return time.monotonic() - begin


if __name__ == "__main__":
    print(json.dumps({"seconds": {"kg": kg, "rdflib": rdflib}[sys.argv[1]](*sys.argv[2:])}))
