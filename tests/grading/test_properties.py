"""Properties: printed and read again is the same tree; rewriting keeps right; a slip is never right."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from mlquiz.grading import Formula, FormulaError
from mlquiz.grading.reading.parser import Parser
from mlquiz.grading.syntax.kinds import declare
from mlquiz.grading.syntax.latex import latex
from mlquiz.grading.syntax.printing import linear_text
from mlquiz.grading.syntax.tree import canonical

from .formulas import (
    ARRAY_NUMBERS,
    LATEX,
    MATRICES,
    NUMBERS,
    PLAIN,
    SYMBOLS,
    UNICODE,
    VECTORS,
    agree,
    slips,
    spelt,
)
from .test_plan import patiently

SPELLINGS = {"plain": PLAIN, "Unicode": UNICODE, "LaTeX": LATEX}
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEWER = settings(SETTINGS, max_examples=30)
NUMBER_REWRITES = (
    "({0}) + a - a", "2*({0}) - ({0})", "({0})*a/a", "-(-({0}))", "({0}) + 0*n", "log(e^({0}))",
    "sum(({0})/n, j, 1, n)", "({0})*(sin(x)^2 + cos(x)^2)", "max({0}, {0})",
    "(({0})^2 + 1)/2 - (({0}) - 1)^2/2",
)  # fmt: skip
MATRIX_REWRITES = (
    "({0})^T^T",
    "I ({0})",
    "B^-1 B ({0})",
    "({0}) + A - A",
    "2*({0}) - ({0})",
    "(B ({0})^T)^T B^-1",
)


def read(text):
    return Parser(text, declare(SYMBOLS)).formula()


def graded(answer, reference):
    return patiently(answer, Formula(reference, symbols=SYMBOLS)).outcome


def defined(text):
    """Tell whether a formula can be decided at all: it has values, and they aren't too large."""
    return graded(f"({text}) + 0*x" if read(text).type.kind == "number" else f"1*({text})", text) == "right"


@SETTINGS
@given(NUMBERS)
def test_the_three_spellings_are_one_tree(tree):
    found = {name: canonical(read(spelt(tree, spelling))) for name, spelling in SPELLINGS.items()}
    assert found["Unicode"] == found["plain"] == found["LaTeX"]


@SETTINGS
@given(st.one_of(NUMBERS, MATRICES, VECTORS, ARRAY_NUMBERS), st.sampled_from(sorted(SPELLINGS)))
def test_a_plain_reading_reads_again_as_the_same_tree(tree, name):
    node = read(spelt(tree, SPELLINGS[name]))
    assert canonical(read(linear_text(node))) == canonical(node)
    assert linear_text(read(linear_text(node))) == linear_text(node)


@SETTINGS
@given(NUMBERS, st.sampled_from(sorted(SPELLINGS)))
def test_latex_reads_again_as_the_same_tree(tree, name):
    node = read(spelt(tree, SPELLINGS[name]))
    assert canonical(read(latex(node))) == canonical(node)


@FEWER
@given(st.one_of(MATRICES, VECTORS, ARRAY_NUMBERS))
def test_latex_of_arrays_reads_again_with_the_same_value(tree):
    """LaTeX doesn't show which of several products is formed first, and needn't."""
    text = spelt(tree)
    assert graded(latex(read(text)), text) == "right"


@FEWER
@given(NUMBERS, st.sampled_from(NUMBER_REWRITES))
def test_a_rewrite_of_numbers_stays_right(tree, rewrite):
    text = spelt(tree)
    assume(defined(text))
    assert graded(rewrite.format(text), text) == "right"


@FEWER
@given(MATRICES, st.sampled_from(MATRIX_REWRITES))
def test_a_rewrite_of_matrices_stays_right(tree, rewrite):
    text = spelt(tree)
    assert graded(rewrite.format(text), text) == "right"


@settings(SETTINGS, max_examples=100)
@given(st.one_of(slips(NUMBERS), slips(NUMBERS), slips(ARRAY_NUMBERS)))
@example((("sub", ("x",), ("y",)), ("sub", ("y",), ("x",))))
@example((("abs", ("sub", ("x",), ("y",))), ("abs", ("sub", ("y",), ("x",)))))
def test_a_slip_is_right_only_where_many_digits_say_so(pair):
    tree, slip = pair
    outcome, same = graded(spelt(slip), spelt(tree)), agree(tree, slip)
    assert outcome != "right" or same is not False, (spelt(slip), spelt(tree))
    assert outcome != "wrong" or same is not True or not same_domain(tree, slip), (spelt(slip), spelt(tree))


def same_domain(tree, slip):
    """Tell whether neither formula divides: only then are both defined everywhere."""
    return not any("/" in spelt(side) for side in (tree, slip))


@FEWER
@given(NUMBERS, st.sampled_from(["({0}) + a", "({0})*(1 + a^2) + 1", "({0}) + 10^-25", "-({0}) + pi"]))
def test_a_change_is_never_right(tree, change):
    text = spelt(tree)
    assert graded(change.format(text), text) != "right"


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(list("xyan012.+-*/^()[]{}|_,;=<>!'\\ eπσΣ²ᵢ∂√dLPE")) | st.characters(),
        max_size=40,
    )
)
def test_the_reader_never_crashes(text):
    message, column = "read", 1
    try:
        read(text)
    except FormulaError as error:
        message, column = error.message, error.column
    assert message
    assert column >= 0


@pytest.mark.parametrize(
    ("text", "value"), [("0.1", "1/10"), ("1e-3", "1/1000"), (".25", "1/4"), ("2.50", "5/2")]
)
def test_decimals_are_exact(text, value):
    assert read(text).value == Fraction(value)
