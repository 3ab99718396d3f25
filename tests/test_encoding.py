"""Text that is not UTF-8 is told at its first wrong byte, with what it seems to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import encoding
from kg.errors import Encoding, Place

AS = "; it looks like {0}; save it as UTF-8, for example: iconv -f {0} -t UTF-8 t.txt"
GB18030, UTF_16, UNKNOWN = AS.format("GB18030"), AS.format("UTF-16"), "; save it as UTF-8"


def file(folder: Path, content: bytes) -> Path:
    path = folder / "t.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("text", "name", "looks"),
    [
        ("织金县分公司，抢修光缆", "gb18030", GB18030),
        ("“广电”——《网络》·（公司）", "gb18030", GB18030),
        ("网络", "gbk", GB18030),
        ("朱镕基、陶喆与广电网络的员工，一同在现场抢修光缆", "gb18030", GB18030),
        ("織金縣分公司，搶修光纜", "big5", UNKNOWN),
        ("臺灣群體", "big5", UNKNOWN),
        ("日本語のテキスト", "shift_jis", UNKNOWN),
        ("Müller, Straße, élève", "latin-1", UNKNOWN),
        ("5 €", "cp1252", UNKNOWN),
        ("毕节", "utf-16", UTF_16),
        ("\ufeff毕节", "utf-16-be", UTF_16),
    ],
)
def test_what_a_file_seems_to_be(text: str, name: str, looks: str, tmp_path: Path) -> None:
    """Named only where it is likely: a wrong name would give wrong letters without a word."""
    with pytest.raises(Encoding) as caught:
        encoding.check(file(tmp_path, text.encode(name)))
    (finding,) = caught.value.findings
    assert f"{finding.message}; {finding.fix}" == f"the file is not UTF-8{looks}"


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"\xff", 1, 1),
        ("甲乙\n丙".encode() + b"\xff", 2, 2),
        ("甲\r\n\r\n乙丙".encode() + b"\xc0\x80", 3, 3),
        ("a\n毕".encode()[:-1], 2, 1),
        (b"\xed\xa0\x80", 1, 1),
        ("毕".encode() * encoding.CHUNK + b"\n\n\xff", 3, 1),
        (b"x" * (encoding.CHUNK - 1) + "毕".encode() + b"\xff", 1, encoding.CHUNK + 1),
        (b"x" * (encoding.CHUNK - 1) + "毕".encode()[:2] + b"x", 1, encoding.CHUNK),
    ],
)
def test_the_first_wrong_byte_has_its_line_and_character(
    content: bytes, line: int, column: int, tmp_path: Path
) -> None:
    """Also where the file is read in parts, and where it ends within a character."""
    path = file(tmp_path, content)
    for function in (encoding.check, encoding.read):
        with pytest.raises(Encoding) as caught:
            function(path)
        assert caught.value.findings[0].place == Place(path, line, column)


@pytest.mark.parametrize("text", ["", "毕节\r\n金沙\r\n", "a\ufeffb", "\x00", "😀" * 300_000])
def test_what_is_utf_8_is_read_as_it_is(text: str, tmp_path: Path) -> None:
    """Without a byte order mark at its beginning; line ends stay."""
    assert encoding.read(file(tmp_path, text.encode())) == text
    assert encoding.read(file(tmp_path, text.encode("utf-8-sig"))) == text


def test_a_file_that_is_not_there_stays_an_error_of_the_system(tmp_path: Path) -> None:
    """Those who know what it was for tell it."""
    with pytest.raises(FileNotFoundError):
        encoding.read(tmp_path / "gone")
