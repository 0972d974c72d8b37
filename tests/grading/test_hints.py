"""A hint is true of the answer as it was typed, and never gives the right one away."""

import re

import pytest

from mlquiz.grading import Formula, grade
from mlquiz.grading.hints.forming import form_of
from mlquiz.grading.hints.forms import without_cancelled

from .test_plan import PLAN, formula

REALS = dict.fromkeys("abcdkmnprtxyz", "real") | {"x_i": "sequence(N)", "N": "natural"}
WEIGHTS = {"p_i": "simplex(n)", "x_i": "sequence(n)", "n": "natural"}
ARRAYS = {
    "A": "matrix(d,d)",
    "B": "matrix(d,d)",
    "S": "spd(d)",
    "u": "vector(d)",
    "v": "vector(d)",
    "c": "real",
}
CHANCE = {"A": "event", "B": "event", "C": "event"}
JENSEN = {"f": "function", "x": "real", "y": "real", "t": "unit"}
CONVEX = "f(t x + (1-t) y) <= t f(x) + (1-t) f(y)"
LINE = {"w": "vector(d)", "x": "vector(d)", "b": "real", "y": "real"}
NORMAL = {"x": "real", "mu": "real", "sigma": "positive"}


def hint(answer, reference, symbols):
    verdict = grade(answer, Formula(reference, symbols=symbols))
    assert verdict.outcome == "wrong"
    return verdict.hint


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("a + b c", "a - b c", "The sign of one term is the other way round."),
        ("a + b c", "a + b", "A factor is missing."),
        ("a + b c", "a", "A term is missing."),
        ("a + b c", "a + b c + x", "A term is one too many."),
        ("a + b c", "a + c y", "One symbol stands where another belongs."),
        ("a + b c", "b + a c", "Two symbols are swapped."),
        ("a - b/c", "a - b c", "A factor stands above the line where it belongs below."),
        ("a - b c", "a - b/c", "A factor stands below the line where it belongs above."),
        ("a/(b + c)", "a/b + c", "Look at the brackets."),
        ("a/(b + c)", "a/(b - c)", "The sign of one term is the other way round in the divisor."),
        ("a/(b + c)", "(b + c)/a", "It is upside down: the reciprocal is asked for."),
        ("x + a b/c", "x + a c/b", "A quotient is upside down."),
        ("a + b^2", "a + b", "A power or root is missing."),
        ("a + b^x", "a + b x", "There is a product where a power belongs."),
        ("a + e^(-b x)", "a + e^(b x)", "The sign of an exponent is the other way round."),
        ("a + e^(-b x^2)", "a + e^(-b x)", "A power or root is missing in the exponent."),
        ("a + x/2", "a + x", "A constant factor is missing."),
        ("a + x/2", "a + x/3", "A constant factor is off."),
        ("x/(n - 1)", "x/n", "A constant term is missing in the divisor."),
        ("a (1 - p) x", "a p x", "Something stands where one minus it belongs."),
        ("1/(1 + e^(-x))", "1/(1 + e^x)", "The sign of an exponent is the other way round in the divisor."),
        ("a log(b) + c", "a b + c", "A logarithm is missing."),
        ("sum_i x_i^2 + a", "(sum_i x_i)^2 + a", "The power belongs inside the sum, not outside."),
        ("sum_i x_i + a", "sum_{i=2}^N x_i + a", "A range is off: look at where it starts."),
        ("sum_i x_i^2", "prod_i x_i^2", "Another operator belongs in the place of the product."),
        ("a max(x, b)", "a min(x, b)", "Another function belongs in the place of min."),
    ],
)
def test_one_slip_is_named(reference, answer, expected):
    assert hint(answer, reference, REALS) == expected


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("A^-1 u", "A u", "An inverse or a power of a matrix is missing."),
        ("A^-1 u", "A^-2 u", "The power of a matrix is off."),
        ("A B u", "B A u", "The factors of a matrix product are in the wrong order."),
        ("A B u", "A u", "A matrix is missing."),
        ("u^T S v", "u^T v", "A matrix is missing."),
        ("A B u", "A B^T u", "A transpose is one too many."),
        ("(A B)^-1", "A^-1 B^-1", "The inverse of a product turns the order round."),
        ("c u", "-c u", "The sign of the whole is the other way round."),
        ("u/norm(u)", "u/||u||_1", "It is another norm in the divisor."),
    ],
)
def test_slips_with_arrays_are_named(reference, answer, expected):
    assert hint(answer, reference, ARRAYS) == expected


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("P(A|B) P(B)", "P(B|A) P(B)", "A condition is the wrong way round."),
        ("P(A|B) P(B)", "P(A) P(B)", "A condition is missing."),
        ("P(A|B) P(C)", "P(A and B) P(C)", "It is a joint probability where a conditional one belongs."),
        ("P(A|B) P(B)", "P(A|not B) P(B)", "An event stands where its opposite belongs."),
        ("P(A|B, C)", "P(A|B)", "Part of an event or condition is missing."),
    ],
)
def test_slips_with_probabilities_are_named(reference, answer, expected):
    assert hint(answer, reference, CHANCE) == expected


def test_a_comparison_is_compared_by_its_sides_and_not_by_its_few_values():
    assert hint("f(t x + (1-t) y) <= t f(x) + f(y)", CONVEX, JENSEN) == "A factor is missing."
    assert hint("f((x + y)/2) <= (f(x) + f(y))/2", CONVEX, JENSEN) is None
    turned = "f(t x + (1-t) y) >= t f(x) + (1-t) f(y)"
    assert hint(turned, CONVEX, JENSEN) == "The comparison points the other way."
    hard = "y (w·x + b) >= 1"
    assert hint("|w·x + b| >= 1", hard, LINE) == "All terms but one are right."
    assert hint("y (w·x + b) - 1 >= 0.5", hard, LINE) == "A constant term is off."


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("sign(|w·x + b|)", "An absolute value is one too many inside sign."),
        ("sign(w·x - b)", "The sign of one term is the other way round inside sign."),
        ("1[w·x + b > 0]", None),
        ("sign(b)", "A term is missing inside sign."),
    ],
)
def test_answers_of_two_values_get_no_hint_by_chance(answer, expected):
    assert hint(answer, "sign(w·x + b)", LINE) == expected


def test_a_weight_that_is_left_out_is_a_missing_factor_though_the_weights_sum_to_1():
    assert hint("sum_i x_i", "sum_i p_i x_i", WEIGHTS) == "A factor is missing under the sum."
    assert hint("-sum_i log(p_i)", "-sum_i p_i log(p_i)", WEIGHTS) == "A factor is missing under the sum."
    split = hint("(sum_i p_i) (sum_i x_i)", "sum_i p_i x_i", WEIGHTS)
    assert split == "A sum of products is not a product of sums."


def test_an_answer_that_is_constant_gets_no_hint_from_its_values():
    for answer in ("0", "1", "sum_i p_i - 1", "log(sum_i p_i)"):
        assert hint(answer, "-sum_i p_i log(p_i)", WEIGHTS) is None


def test_what_cancels_in_an_answer_is_not_called_missing():
    assert hint("P(B|A) P(A)/P(A)", "P(B|A) P(A)/P(B)", CHANCE) is None


def test_a_factor_that_is_a_sum_takes_its_sign_along():
    assert hint("b + c", "a b + (1 - a) c", REALS) == "A factor is missing, in more than one place."
    assert hint("a (x + b)", "a (x - b)", REALS) == "The sign of one term is the other way round."
    assert hint("a (b - x)", "a (x - b)", REALS) == "The sign of the whole is the other way round."


def test_a_root_over_several_factors_is_missing_once():
    positive = {"v": "positive", "w": "positive", "a": "real"}
    assert hint("1 + a/(v w)", "1 + a/sqrt(v w)", positive) == "A power or root is missing."


def test_the_scale_of_what_is_maximised_is_no_slip():
    symbols = {"g_i": "sequence(n)", "h_i": "sequence(n)", "n": "natural"}
    assert hint("argmax_i (g_i - h_i)", "argmax_i 1/2 (g_i + h_i)", symbols) == (
        "The sign of one term is the other way round under the argmax."
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("1 - a/(b + c)", "It is one minus what is asked for."),
        ("b/a + c/a", "It is upside down: the reciprocal is asked for."),
        ("a^2/(b^2 + 2 b c + c^2)", "It is the square of what is asked for."),
        ("1/(b/(2 a) + c/(2 a))", "It is off by a constant factor."),
        ("1/(b/a + c/a)", None),
        ("1/(b/a^2 + c/a^2)", "A factor is off: look at where a stands."),
        ("log(a) - log(b + c)", "It is the logarithm of what is asked for."),
    ],
)
def test_an_answer_of_another_form_is_related_by_its_values(answer, expected):
    symbols = dict.fromkeys("abc", "positive")
    if expected is None:
        assert grade(answer, Formula("a/(b + c)", symbols=symbols)).outcome == "right"
    else:
        assert hint(answer, "a/(b + c)", symbols) == expected


def test_a_symbol_is_named_only_if_it_stands_in_the_answer():
    assert hint("exp(log(a) + log(c))", "a b c", dict.fromkeys("abc", "positive")) == "A factor is missing."


def test_an_answer_that_is_too_unlike_gets_no_hint():
    assert hint("sin(x)^2 + y", "a/(b + c)", REALS) is None


# --- forms ----------------------------------------------------------------------------------------


def forms(left, right, symbols):
    reader = Formula(right, symbols=symbols).reader()
    answer = form_of(reader.read_answer(left).node, reader.declarations)
    return answer, form_of(reader.reference, reader.declarations)


@pytest.mark.parametrize(
    ("left", "right", "symbols"),
    [
        ("x y^-1", "x/y", REALS),
        ("-(b - a) c", "(a - b) c", REALS),
        ("(y - x)^2", "(x - y)^2", REALS),
        ("exp(-x)/y", r"\frac{1}{y e^x}", REALS),
        ("1/N sum_j a x_j", "a sum_i x_i/N", REALS),
        ("v^T A^T u", "u^T A v", ARRAYS),
        ("(A B)^T u", "B^T A^T u", ARRAYS),
        ("||u||^2 c", "c u^T u", ARRAYS),
        ("1/(sigma sqrt(2 pi))", "1/sqrt(2 pi sigma^2)", NORMAL),
    ],
)
def test_two_ways_to_write_one_thing_have_one_form(left, right, symbols):
    mine, theirs = forms(left, right, symbols)
    assert mine == theirs


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x", "sqrt(x^2)"),
        ("a - b", "b - a"),
        ("a x/x", "a"),
        ("(a + b)^2", "a^2 + b^2"),
        ("e^(a b)", "e^a e^b"),
    ],
)
def test_different_things_have_different_forms(left, right):
    mine, theirs = forms(left, right, REALS)
    assert mine != theirs


# --- the plan -------------------------------------------------------------------------------------

NAMED = re.compile(
    r"(?:inside(?! the)|argument of|place of the|place of|look at where) (\S+?)(?: stands)?[.,]"
)
WORDS = {"sum": r"sum|∑|Σ", "product": r"prod|∏", "log": r"log|ln", "abs": r"abs|\|", "integral": "int"}


@pytest.mark.thorough
def test_no_wrong_sample_has_the_form_of_its_reference_and_hints_name_what_was_typed():
    for entry in PLAN:
        reference = formula(entry)
        reader = reference.reader()
        asked = without_cancelled(form_of(reader.reference, reader.declarations))
        for text in entry.get("wrong") or ():
            assert form_of(reader.read_answer(text).node, reader.declarations) != asked, text
            verdict = grade(text, reference)
            for name in NAMED.findall(verdict.hint or ""):
                seen = verdict.reading + text
                assert re.search(WORDS.get(name, re.escape(name)), seen), (text, verdict.hint)
