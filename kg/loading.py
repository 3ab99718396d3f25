"""Quads of ours into an Oxigraph store: in pieces, on up to four cores, with the labels of blank nodes.

Oxigraph's own loading of a file keeps a million quads in memory, sorts and writes them on one core, and gives
blank nodes new labels. Here lines are loaded in pieces: those with a blank node term by term, which keeps the
labels and is slower, all others as text. A store on disk takes pieces side by side and is compacted in the
end; one in memory takes one after the other, since it is no faster on two cores.

The lines were checked when they were made, so Oxigraph need not look at every IRI again; only an address in
brackets is left to it, of which the checks see no more than the characters.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import InvalidTerm, without_place

if TYPE_CHECKING:
    from concurrent.futures import Future

    import pyoxigraph

PIECE = 16 << 20
"""Bytes of a piece for a store on disk: some 100,000 quads, for which Oxigraph takes 150 MB."""
TRANSACTION = 64 << 20
"""Bytes of a piece for a store in memory, which does all else at the end of each."""
MOST_WORKERS = 4
BLANK = b"_:"
LONGEST = 200

Told = Callable[[int], None]
"""Told how many quads are in, again and again."""


def on_disk(store: pyoxigraph.Store, files: Iterable[Path], told: Told) -> None:
    """Load files of N-Quads into a store on disk; blank nodes of one label are one, in whichever file.

    One in memory would wait for ever: it takes one transaction at a time, and each of them the interpreter.
    Raises InvalidTerm for what is no term; the store then holds some of the quads.
    """
    from concurrent.futures import ThreadPoolExecutor

    _have_errors_told()
    ways = (store.bulk_load, store.bulk_extend)
    workers = min(MOST_WORKERS, os.cpu_count() or 1)
    running: list[Future[int]] = []
    counts: list[int] = []

    def finish(most: int) -> None:
        while len(running) > most:
            counts.append(running.pop(0).result())
            told(sum(counts))

    with ThreadPoolExecutor(workers) as pool:
        try:
            for piece in _pieces(files, PIECE):
                finish(workers - 1)
                running.append(pool.submit(_load, piece, *ways))
            finish(0)
        finally:
            pool.shutdown(cancel_futures=True)
    if len(counts) > 1:
        store.optimize()


def _have_errors_told() -> None:
    """Have pyoxigraph meet a fault while there is one thread: at its first, two would wait for each other."""
    import pyoxigraph

    with contextlib.suppress(SyntaxError):
        pyoxigraph.Store().load("<", format=pyoxigraph.RdfFormat.N_QUADS)


def in_memory(store: pyoxigraph.Store, files: Iterable[Path], told: Told) -> None:
    """The same for a store in memory."""
    done = 0
    for piece in _pieces(files, TRANSACTION):
        done += _load(piece, store.load, store.extend)
        told(done)


def _pieces(files: Iterable[Path], size: int) -> Iterator[bytes]:
    """The lines of all files, in pieces of whole lines; small files share one."""
    held = b""
    for path in files:
        with path.open("rb") as file:
            while block := file.read(size - len(held)):
                held += block + file.readline()
                if len(held) >= size:
                    yield held
                    held = b""
    if held:
        yield held


def bracketed(text: bytes) -> bool:
    """Whether there may be an IP address in an IRI of the text; mostly a look for one character tells.

    >>> bracketed(b"<http://[::1]/a>"), bracketed(b"<http://e/a> [1]")
    (True, False)
    """
    return b"[" in text and (b"/[" in text or b"@[" in text)


def _load(piece: bytes, load: Callable[..., None], extend: Callable[..., None]) -> int:
    """Load whole lines; how many."""
    import pyoxigraph

    how: dict[str, Any] = {
        "format": pyoxigraph.RdfFormat.N_QUADS,
        "lenient": not bracketed(piece),
    }
    plain, labelled = piece, b""
    if BLANK in piece:
        lines = piece.splitlines(keepends=True)
        plain = b"".join(line for line in lines if BLANK not in line)
        labelled = b"".join(line for line in lines if BLANK in line)
    try:
        read = plain
        load(plain, **how)
        if labelled:
            read = labelled
            extend(pyoxigraph.parse(labelled, rename_blank_nodes=False, **how))
    except SyntaxError as error:  # what no check has foreseen is still no traceback
        line = read.splitlines()[(error.lineno or 1) - 1][:LONGEST].decode(errors="replace")
        raise InvalidTerm(f"the graph holds a term that is none: {without_place(error)}: {line}") from error
    return piece.count(b"\n")
