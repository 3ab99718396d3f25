"""IRIs with characters that none may have, such as blanks or brackets, on their way through a library.

A mapping may ask for such IRIs (RML-Core's rml:UnsafeIRI). Lines of quads hold these characters escaped; from
quads pyoxigraph writes them as they are, and what it writes could not be read again, or would say something
else. So they go in under the guise of characters that an IRI may have, and come out as escapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyoxigraph

FORBIDDEN = re.compile(r'[\x00-\x20<>"{}|^`\\]')
GUISES = tuple(range(0x2200, 0x2C00, 0x80))
"""First characters of blocks that IRIs may have, of symbols, which are in no name of Turtle."""
Revealed = Callable[[bytes], bytes]


def disguised(quads: Sequence[pyoxigraph.Quad]) -> tuple[Sequence[pyoxigraph.Quad], Revealed]:
    """The quads as a library may write them, and what makes the right text of the text that it writes.

    They are as they were, and so is the text, where no IRI has such a character.
    """
    if not any(FORBIDDEN.search(text) for quad in quads for text in _iris(quad)):
        return quads, bytes
    block = next(each for each in GUISES if not any(_block(each).search(text) for text in _texts(quads)))
    found = [type(quad)(*(_hidden(term, block) for term in quad)) for quad in quads]
    return found, partial(_revealed, block)


def _block(first: int) -> re.Pattern[str]:
    return re.compile(f"[{chr(first)}-{chr(first + 0x7F)}]")


def _texts(quads: Iterable[pyoxigraph.Quad]) -> Iterator[str]:
    yield from (str(quad) for quad in quads)


def _iris(quad: pyoxigraph.Quad) -> Iterator[str]:
    for term in quad:
        found = getattr(term, "datatype", term)
        yield str(getattr(found, "value", ""))


def _hidden(term: Any, block: int) -> Any:
    """A term whose IRI has other characters in the place of those that none may have."""
    import pyoxigraph

    def guise(found: re.Match[str]) -> str:
        return chr(block + ord(found[0]))

    match term:
        case pyoxigraph.NamedNode():
            return pyoxigraph.NamedNode(FORBIDDEN.sub(guise, term.value))
        case pyoxigraph.Literal() if FORBIDDEN.search(term.datatype.value):
            return pyoxigraph.Literal(term.value, datatype=_hidden(term.datatype, block))
        case _:
            return term


def _revealed(block: int, content: bytes) -> bytes:
    def escape(found: re.Match[str]) -> str:
        return f"\\u{ord(found[0]) - block:04X}"

    return _block(block).sub(escape, content.decode()).encode()
