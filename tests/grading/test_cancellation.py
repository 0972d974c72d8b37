"""Sums of large terms that all but cancel: what is left of them is known, or nothing is said of it."""

import pytest

from mlquiz.grading import Formula, grade

SYMBOLS = {"x": "real", "y": "real"}


@pytest.mark.parametrize(
    ("reference", "answer", "outcome"),
    [
        ("1", "cosh(1000x)^2 - sinh(1000x)^2", "right"),
        ("y + 1", "y + cosh(1000x)^2 - sinh(1000x)^2", "right"),
        ("y", "y + cosh(1000x)^2 - sinh(1000x)^2", "wrong"),
        ("y", "y + cosh(200x)^2 - sinh(200x)^2", "wrong"),
        ("y", "y + 10^50 x - 10^50 x", "right"),
        ("1", "(1 + 10^200 x) - 10^200 x", "right"),
        ("0", "(1 + 10^200 x) - 10^200 x", "wrong"),
        ("1 - x", "exp(1000x) exp(-1000x) - x", "right"),
    ],
)
def test_large_terms_that_cancel(reference, answer, outcome):
    assert grade(answer, Formula(reference, SYMBOLS)).outcome == outcome


@pytest.mark.parametrize("power", [10**5, 10**7])
def test_what_no_digits_hold_is_never_called_wrong(power):
    found = grade(f"cosh({power}x)^2 - sinh({power}x)^2", Formula("1", SYMBOLS)).outcome
    assert found in {"right", "undecided", "unread"}
