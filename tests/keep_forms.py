"""Writes kg/forms.json anew: the forms that most runs need, compiled by Ibis for DuckDB."""

from __future__ import annotations

import json
from pathlib import Path

import kg
from kg import dialects, forms


def compiled() -> dict[str, dict[str, str]]:
    """The forms by dialect and key."""
    return {"duckdb": {dialects.key(form): dialects.of_form(form, "duckdb") for form in forms.usual()}}


if __name__ == "__main__":
    text = json.dumps(compiled(), ensure_ascii=True, indent=1, sort_keys=True)
    (Path(kg.__file__).parent / dialects.KEPT).write_text(text + "\n", encoding="utf-8")
