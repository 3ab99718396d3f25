"""How Chinese names are said, in pinyin without tones, so that a search finds 贵州 by `guizhou` and `gz`.

Readings come from the dictionaries of pypinyin. What these know as a word has one reading; a character that
stands alone has all of its readings, the commonest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

# Chinese characters; the page's script has the same ranges.
HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def speller() -> Callable[[str], str]:
    """A function that spells the Chinese characters of a text, one word for each of them, in order.

    Readings of one character are parted by a slash, `v` stands for ü, and "?" for what no dictionary has.
    The dictionaries are loaded here, in a fifth of a second, so ask only where there is something to spell.

    >>> spell = speller()
    >>> spell("重庆 2020"), spell("旅行"), spell("长长的车")
    ('chong qing', 'lv xing', 'chang chang de/di che/ju')
    """
    from pypinyin import Style, pinyin
    from pypinyin.contrib.mmseg import seg

    words: dict[str, str] = {}

    # The stubs know no lists here, which give each character of a run its own reading.
    def unknown(rest: str) -> Any:
        return [["?"]] * len(rest)

    def said(word: str) -> str:
        if word not in words:
            readings = pinyin(word, style=Style.NORMAL, heteronym=True, errors=unknown)
            letters = zip(word, readings, strict=True)
            words[word] = " ".join("/".join(all_) for letter, all_ in letters if HAN.match(letter))
        return words[word]

    def spell(text: str) -> str:
        return " ".join(filter(None, map(said, seg.cut(text))))

    return spell
