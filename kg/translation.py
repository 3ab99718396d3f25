"""A mapping from one language to another, as a file."""

from __future__ import annotations

from pathlib import Path

from kg import rml_source_writer, rml_writer, runs, store
from kg.errors import MappingError, Place, UnknownFormat, Unwritable
from kg.rml_words import LANGUAGES


def translate(path: Path, out: Path | None, *, to: str, base: str) -> str:
    """The mapping of a file in one of LANGUAGES, also written to `out` if that is given, or nothing at all.

    Paths of sources are those seen from the folder of `out`. Raises UnknownFormat for a language that is not
    written, Unwritable where `out` is what was read, and what is wrong with the mapping; Unsupported, with
    everything at once, where the language cannot say what the mapping means.
    """
    if to not in LANGUAGES:
        raise UnknownFormat(f"mappings are not written in {to!r}", value=to, exists=LANGUAGES)
    mapping = runs.read(path, runs.Options(base=base))
    if out is None:
        return rml_writer.written(mapping, to)
    _apart(out, path, *(path.parent / source.path for source in mapping.sources if source.path))
    mapping = rml_source_writer.moved(mapping, path.parent.resolve(), out.parent.resolve())
    text = rml_writer.written(mapping, to)
    try:
        content = text.encode()
    except UnicodeEncodeError as error:  # half a pair of UTF-16, which YAML can escape
        culprit = error.object[error.start]
        raise MappingError(
            f"the mapping has {culprit!r}, which is no character", place=Place(path)
        ) from error
    with store.replacing(out) as unfinished:
        unfinished.write_bytes(content)
    return text


def _apart(out: Path, *read: Path) -> None:
    if out.resolve() in {path.resolve() for path in read}:
        raise Unwritable(f"{out} is read by this mapping, or is it", fix="name another file")
