"""Random formulas as trees of tuples, with their spellings and their value: the oracle of the property tests.

The value is computed here, with mpmath at 200 digits, and shares nothing with the grader.
"""

from random import Random

from hypothesis import strategies as st
from mpmath import mp

DIGITS = 200
LARGEST = mp.mpf(10) ** 60
"""What is larger came of a division by rounding noise: such a point says nothing."""
SYMBOLS = {
    "x": "real", "y": "real", "a": "positive", "n": "natural", "x_i": "sequence(n)", "f": "function",
    "A": "matrix(d, d)", "B": "spd(d)", "v": "vector(d)", "w": "vector(d)",
}  # fmt: skip
ALIKE = [
    set(names.split())
    for names in (
        "add sub mul div", "neg sin abs f square", "x y a n x_1", "2 3 0.5 pi",
        "madd mmul", "A B", "v w", "trace det",
    )
]  # fmt: skip
PLAIN = {
    "add": "({} + {})", "sub": "({} - {})", "mul": "({})*({})", "div": "({})/({})", "neg": "-({})",
    "sin": "sin({})", "abs": "abs({})", "f": "f({})", "square": "({})^2",
    "sum": "(sum_{{i=1}}^n (x_i*({})))", "madd": "({} + {})", "mmul": "({}) @ ({})", "transpose": "({})^T",
    "inverse": "inv({})", "trace": "tr({})", "det": "det({})", "apply": "({}) @ ({})", "dot": "dot({}, {})",
    "vadd": "({} + {})",
}  # fmt: skip
UNICODE = PLAIN | {
    "mul": "({})·({})", "div": "({})÷({})", "sub": "({} − {})", "neg": "−({})", "square": "({})²",
    "abs": "|{}|", "sum": "(Σᵢ (xᵢ·({})))", "mmul": "({}) ({})", "transpose": "({})ᵀ", "inverse": "({})⁻¹",
    "apply": "({}) ({})", "pi": "π", "x_1": "x₁",
}  # fmt: skip
LATEX = PLAIN | {
    "mul": r"\left({}\right)\cdot\left({}\right)", "div": r"\frac{{{}}}{{{}}}",
    "sin": r"\sin\left({}\right)", "abs": r"\left|{}\right|", "square": r"\left({}\right)^{{2}}",
    "sum": r"\left(\sum_{{i=1}}^{{n}} x_i\cdot\left({}\right)\right)",
    "mmul": r"\left({}\right)\left({}\right)", "transpose": r"\left({}\right)^\top",
    "inverse": r"\left({}\right)^{{-1}}", "trace": r"\operatorname{{tr}}\left({}\right)",
    "det": r"\det\left({}\right)", "apply": r"\left({}\right)\left({}\right)", "pi": r"\pi", "x_1": "x_{{1}}",
}  # fmt: skip
OPERATIONS = {
    "add": lambda left, right: left + right,
    "madd": lambda left, right: left + right,
    "vadd": lambda left, right: left + right,
    "sub": lambda left, right: left - right,
    "mul": lambda left, right: left * right,
    "mmul": lambda left, right: left * right,
    "apply": lambda left, right: left * right,
    "div": lambda left, right: left / right,
    "dot": lambda left, right: (left.T * right)[0],
    "neg": lambda part: -part,
    "square": lambda part: part * part,
    "sin": lambda part: mp.sin(part),
    "abs": lambda part: abs(part),
    "transpose": lambda part: part.T,
    "inverse": lambda part: part**-1,
    "trace": lambda part: sum(part[k, k] for k in range(part.rows)),
    "det": lambda part: mp.det(part),
}


def _grow(leaves, one, two):
    """Return trees of given leaves, operations of one part and operations of two."""
    return st.recursive(
        st.sampled_from(leaves).map(lambda name: (name,)),
        lambda part: st.one_of(
            st.tuples(st.sampled_from(one), part), st.tuples(st.sampled_from(two), part, part)
        ),
        max_leaves=6,
    )


NUMBERS = _grow(
    ["x", "y", "a", "n", "x_1", "2", "3", "0.5", "pi"],
    ["neg", "sin", "abs", "f", "square", "sum"],
    ["add", "sub", "mul", "div"],
)
MATRICES = _grow(["A", "B"], ["transpose"], ["madd", "mmul"])
VECTORS = st.recursive(
    st.sampled_from(["v", "w"]).map(lambda name: (name,)),
    lambda part: st.one_of(
        st.tuples(st.just("apply"), MATRICES, part), st.tuples(st.just("vadd"), part, part)
    ),
    max_leaves=3,
)
ARRAY_NUMBERS = st.one_of(
    st.tuples(st.sampled_from(["trace", "det"]), MATRICES),
    st.tuples(st.just("dot"), VECTORS, VECTORS),
    st.tuples(st.just("dot"), VECTORS, st.tuples(st.just("apply"), st.just(("inverse", ("B",))), VECTORS)),
)


def spelt(tree, spelling=PLAIN):
    """Return a tree in one of the three spellings."""
    name, *parts = tree
    return spelling.get(name, name).format(*(spelt(part, spelling) for part in parts))


def places(tree, path=()):
    """Return the paths to all nodes."""
    return [path, *(found for at, part in enumerate(tree[1:], 1) for found in places(part, (*path, at)))]


@st.composite
def slips(draw, trees):
    """Draw a tree, and the tree with one node exchanged or dropped, or with its parts swapped."""
    tree = draw(trees)
    path = draw(st.sampled_from(places(tree)))
    return tree, _changed(tree, path, draw(st.randoms(use_true_random=False)))


def _changed(tree, path, rng):
    if path:
        at, *rest = path
        return (*tree[:at], _changed(tree[at], rest, rng), *tree[at + 1 :])
    name, *parts = tree
    alike = [other for group in ALIKE if name in group for other in sorted(group) if other != name]
    choices = [(other, *parts) for other in alike]
    choices += [(name, *parts[::-1])] if len(parts) == 2 and name != "apply" else []
    choices += parts if name in {"neg", "square", "abs", "sin", "f", "transpose", "inverse"} else []
    return rng.choice(choices or [tree])


def value(tree, seed):
    """Return the value of a tree at a random point, or None where it has none."""
    try:
        return _value(tree, _point(Random(seed)))
    except ZeroDivisionError:
        return None


def _point(rng):
    size = rng.choice((2, 3))

    def number():
        return mp.mpf(rng.randint(-(2**30), 2**30)) / 2**28

    def matrix():
        return mp.matrix([[number() for _ in range(size)] for _ in range(size)])

    numbers = [number() for _ in range(rng.randint(1, 5))]
    root, waves = matrix(), [(number(), number(), number()) for _ in range(3)]
    return {
        "x": number(), "y": number(), "a": abs(number()), "n": mp.mpf(len(numbers)), "x_i": numbers,
        "x_1": numbers[0], "A": matrix(), "B": root * root.T + mp.eye(size), "2": mp.mpf(2), "3": mp.mpf(3),
        "0.5": mp.mpf(0.5), "pi": +mp.pi, "v": matrix()[:, 0], "w": matrix()[:, 0],
        "f": lambda part: sum(height * mp.sin(rate * part + start) for height, rate, start in waves),
    }  # fmt: skip


def _value(tree, point):
    name, *rest = tree
    parts = [_value(part, point) for part in rest]
    if name == "sum":
        return sum(x * parts[0] for x in point["x_i"])
    if name == "f":
        return point["f"](parts[0])
    return OPERATIONS[name](*parts) if parts else point[name]


def agree(left, right):
    """Tell whether two trees have the same values at all points; None if they are too seldom defined."""
    with mp.workdps(DIGITS):
        pairs = [(value(left, seed), value(right, seed)) for seed in range(12)]
        met = [(a, b) for a, b in pairs if a is not None and b is not None and max(abs(a), abs(b)) < LARGEST]
        if len(met) < 6:
            return None
        return all(abs(a - b) <= mp.mpf(10) ** (-DIGITS // 2) * (1 + abs(a) + abs(b)) for a, b in met)
