"""kg.numerals: a number has the form of the datatype that the mapping gives it, a text stays itself."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest
from sparks import executed

from kg import numerals
from kg.mapping import XSD
from kg.natural import natural
from kg.shapes import VALUE

pytestmark = pytest.mark.usefixtures("on_each_engine")
NUMBERS = (
    33,
    0,
    -7,
    100,
    12345678901234567890,
    Decimal("80.25"),
    Decimal("0.0015"),
    Decimal("-10.50"),
    Decimal("0.0"),
)
DOUBLES = (80.25, 30.0, 1e-7, -4e3, 0.0, -0.0, 1.5e300, 5e-324, 100.0, 123456789.125, -0.5)
TEXTS = (
    ("33", ""),
    ("8.0E1", ""),
    ("中", ""),
    ("2020-01-01", XSD + "date"),
    ("NaN", XSD + "double"),
    ("-INF", XSD + "double"),
)


def made(form: Callable[..., ibis.Value], value: tuple[str, str]) -> str:
    table = ibis.table({"x": VALUE}, name="given")
    given = [(dict(zip("vt", value, strict=True)),)]
    ((found,),) = executed(table.select(made=form(table.x)), {"given": ({"x": VALUE}, given)})
    return str(found)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_becomes_the_canonical_double(number: int | Decimal) -> None:
    """Where Python's float holds the number, both say the same."""
    expected = natural(float(number))[0]
    assert (
        made(numerals.exponential, natural(number)).replace(
            "1.234567890123456789E19", "1.2345678901234567E19"
        )
        == expected
    )


@pytest.mark.parametrize("number", DOUBLES)
def test_a_double_becomes_the_canonical_decimal(number: float) -> None:
    assert made(numerals.plain, natural(number)) == natural(Decimal(repr(number)))[0]


@pytest.mark.parametrize("value", TEXTS)
@pytest.mark.parametrize("form", [numerals.exponential, numerals.plain])
def test_what_is_no_such_number_stays_as_it_is(
    form: Callable[..., ibis.Value], value: tuple[str, str]
) -> None:
    assert made(form, value) == value[0]


def test_a_number_that_has_the_form_already_stays_as_it_is() -> None:
    assert made(numerals.exponential, natural(80.25)) == "8.025E1"
    assert made(numerals.plain, natural(33)) == "33"
