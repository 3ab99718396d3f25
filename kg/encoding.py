"""Text files are UTF-8; one that is not is told apart at its first wrong byte, with what it seems to be."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from kg.errors import Encoding, Place

BYTE_ORDER_MARKS = ((codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\u2010-\u2027]")
CHUNK = 1 << 20


def read(path: Path) -> str:
    """The text of a file, without a byte order mark; line ends stay. Raises Encoding if it is not UTF-8."""
    check(path)
    return path.read_bytes().decode("utf-8-sig")


def check(path: Path) -> None:
    """Raise Encoding, with line and column, at the first byte that is no UTF-8; in memory of one chunk."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, column = 1, 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            pending = decoder.getstate()[0]
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                good = (pending + chunk)[: error.start].decode("utf-8")
                raise _error(path, *_advance(line, column, good)) from None
            line, column = _advance(line, column, text)
    if decoder.getstate()[0]:
        raise _error(path, line, column)


def _advance(line: int, column: int, text: str) -> tuple[int, int]:
    breaks = text.count("\n")
    return (line + breaks, len(text) - text.rfind("\n")) if breaks else (line, column + len(text))


def _error(path: Path, line: int, column: int) -> Encoding:
    name = _guess(path.read_bytes())
    place = Place(path, line, column)
    if name is None:
        return Encoding("the file is not UTF-8", place=place, fix="save it as UTF-8")
    return Encoding(
        f"the file is not UTF-8; it looks like {name}",
        place=place,
        fix=f"save it as UTF-8, for example: iconv -f {name} -t UTF-8 {path.name}",
    )


def _guess(raw: bytes) -> str | None:
    """UTF-16 by its mark; GB18030 where it gives Chinese in common use, which other encodings do not."""
    for mark, name in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return name
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return None
    letters = [char for char in text if char > "\x7f"]
    chinese = [char for char in letters if CHINESE.match(char)]
    common = [char for char in chinese if _in_common_use(char)]
    return "GB18030" if len(chinese) > len(letters) / 2 and len(common) > len(chinese) * 0.9 else None


def _in_common_use(char: str) -> bool:
    """Whether GB 2312, the character set of everyday texts, has it: rows to F7, cells from A1."""
    raw = char.encode("gb18030")
    return len(raw) == 2 and raw[0] <= 0xF7 and raw[1] >= 0xA1
