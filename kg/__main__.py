"""`kg`, and `python -m kg`: the command line as a process of its own."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from kg.cli import main


def run() -> NoReturn:
    """Run a command, and end at once: to take a graph of a million quads apart first takes half a second."""
    try:
        main(prog_name="kg")
        code: object = 0
    except SystemExit as ended:
        code = ended.code
    for stream in (sys.stdout, sys.stderr):
        try:
            if not stream.closed:
                stream.flush()
        except OSError:
            code = code or 1
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    run()
