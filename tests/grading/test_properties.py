"""Properties: printed and read again is the same tree; rewriting keeps right; the reader never crashes."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlquiz.grading import Formula, FormulaError, grade
from mlquiz.grading.kinds import declare
from mlquiz.grading.latex import latex
from mlquiz.grading.parser import Parser
from mlquiz.grading.printing import linear_text
from mlquiz.grading.tree import canonical

SYMBOLS = {"x": "real", "y": "real", "a": "positive", "n": "natural", "x_i": "sequence(n)", "f": "function"}
LEAVES = st.sampled_from(["x", "y", "a", "n", "2", "3", "0.5", "pi", "x_1"])
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def grow(children):
    pair = st.tuples(children, children)
    return st.one_of(
        pair.map(lambda p: f"({p[0]} + {p[1]})"),
        pair.map(lambda p: f"({p[0]} - {p[1]})"),
        pair.map(lambda p: f"({p[0]})*({p[1]})"),
        pair.map(lambda p: f"({p[0]})/({p[1]})"),
        children.map(lambda c: f"({c})^2"),
        children.map(lambda c: f"-({c})"),
        children.map(lambda c: f"sin({c})"),
        children.map(lambda c: f"f({c})"),
        children.map(lambda c: f"abs({c})"),
        children.map(lambda c: f"(sum_(i) (x_i*({c})))".replace("(i)", "{i=1}^n")),
    )


FORMULAS = st.recursive(LEAVES, grow, max_leaves=7)


def read(text):
    return Parser(text, declare(SYMBOLS)).formula()


@SETTINGS
@given(FORMULAS)
def test_a_plain_reading_reads_again_as_the_same_tree(text):
    tree = read(text)
    assert canonical(read(linear_text(tree))) == canonical(tree)


@SETTINGS
@given(FORMULAS)
def test_latex_reads_again_with_the_same_value(text):
    assert grade(latex(read(text)), Formula(text, symbols=SYMBOLS)).outcome in {"right", "undecided"}


@SETTINGS
@given(
    FORMULAS, st.sampled_from(["({0}) + a - a", "2*({0}) - ({0})", "({0})*a/a", "-(-({0}))", "({0}) + 0*n"])
)
def test_a_rewrite_that_changes_nothing_stays_right(text, rewrite):
    outcome = grade(rewrite.format(text), Formula(text, symbols=SYMBOLS)).outcome
    assert outcome in {"right", "undecided"}


@SETTINGS
@given(FORMULAS, st.sampled_from(["({0}) + a", "({0})*(1 + a^2) + 1", "({0}) + 10^-25", "-({0}) + pi"]))
def test_a_change_is_never_right(text, change):
    answer = change.format(text)
    if grade(answer, Formula(text, symbols=SYMBOLS)).outcome == "right":
        pytest.fail(f"{answer} was taken for {text}")


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


def test_the_same_answer_gets_the_same_verdict_in_many_threads():
    formula = Formula("1/n sum_i (x_i - a)^2", symbols=SYMBOLS)
    answers = [
        "1/n sum_i x_i^2 - 2 a/n sum_i x_i + a^2",
        "sum_i (x_i - a)^2",
        "1/n sum_i (x_i + a)^2",
        "1/n sum_i (x_i - a",
    ] * 4
    alone = [grade(answer, formula) for answer in answers]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda answer: grade(answer, formula), answers))
    assert [v.outcome for v in together] == [v.outcome for v in alone]
    assert alone[0].outcome == "right"
    assert {v.outcome for v in alone[1:4]} == {"wrong", "unread"}


def test_decimals_are_exact():
    assert read("0.1").value == Fraction(1, 10)
