"""The languages of the page and of what it asks, and which of several texts stands where one is missing."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("zh", "en")


def best(texts: Mapping[str, str], lang: str) -> str:
    """The text in a language, in a form of it (zh-hans), in none, in English, else the first of them.

    >>> best({"en": "A", "zh-hans": "甲"}, "zh"), best({"en": "A", "": "B"}, "zh")
    ('甲', 'B')
    """
    forms = (key for key in texts if key.startswith(f"{lang}-"))
    return next(texts[key] for key in (lang, *forms, "", "en", *texts) if key in texts)
