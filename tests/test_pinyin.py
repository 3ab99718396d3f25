"""kg.pinyin: how Chinese is said, without tones, a word for each character."""

from __future__ import annotations

import pytest

from kg.pinyin import HAN, speller


@pytest.fixture(scope="module")
def spell() -> object:
    return speller()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("重庆", "chong qing"),
        ("重要", "zhong yao"),
        ("六安", "lu an"),
        ("女子", "nv zi"),
        ("2020 重庆abc州", "chong qing zhou"),
        ("", ""),
        ("abc", ""),
    ],
)
def test_words_have_one_reading(text: str, said: str, spell: object) -> None:
    assert callable(spell)
    assert spell(text) == said


@pytest.mark.parametrize(
    ("text", "wanted"), [("重慶", "chong qing"), ("長沙", "chang sha"), ("单县", "shan xian")]
)
def test_what_is_no_word_of_the_dictionary_has_all_readings(text: str, wanted: str, spell: object) -> None:
    """So traditional characters and rare names are found by the reading that a reader knows."""
    assert callable(spell)
    readings = spell(text).split(" ")
    assert all(
        syllable in each.split("/") for syllable, each in zip(wanted.split(" "), readings, strict=True)
    )


@pytest.mark.parametrize("text", ["𠮷野家", "〇〇七", "\ufa11", "㐀", "\U0003fffd", "行" * 300, "a\n b　贵"])
def test_each_chinese_character_has_one_word(text: str, spell: object) -> None:
    """Also one that no dictionary has, so that words and characters keep together."""
    assert callable(spell)
    said = spell(text).split()
    assert len(said) == len(HAN.findall(text))
    assert all(word.replace("/", "").replace("?", "x").isalpha() for word in said)
