"""Functions of many digits agree with mpmath's."""

from decimal import Decimal

import mpmath
import pytest

from mlquiz.grading.computing.precise import Precise

POINTS = ("-7.25", "-1", "-0.3", "0.001", "0.5", "0.875", "1", "3.5", "12.125")
POSITIVE = {"log", "sqrt", "Gamma"}
ORACLE = {"Gamma": "gamma"}


@pytest.mark.parametrize("digits", [12, 40, 120])
@pytest.mark.parametrize(
    "name", ["exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "sinh", "cosh", "erf", "Gamma"]
)
def test_a_function_agrees_with_mpmath(name, digits):
    num = Precise(digits)
    for text in POINTS:
        if name in POSITIVE and text.startswith("-"):
            continue
        with num.active():
            value = num.call(name, Decimal(text))
        with mpmath.workdps(digits + 20):
            exact = getattr(mpmath, ORACLE.get(name, name))(mpmath.mpf(text))
            gap = abs(mpmath.mpf(str(value)) - exact)
            assert gap <= abs(exact) * mpmath.mpf(10) ** (3 - digits), (text, value)
