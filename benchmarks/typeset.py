"""What laying out a formula costs, over the displayed formulas of the tests, as ratios to other work on them.

Run with ``python benchmarks/typeset.py [--runs 15]``. Every figure is the median of runs that are
interleaved, so that noise on the machine meets all of them alike. ``sympy.pretty`` can't read LaTeX: it is
given the expressions that a few formulas stand for.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import sympy as sp

from mlquiz.typeset import layout

if TYPE_CHECKING:
    from collections.abc import Callable

FORMULAS = Path(__file__).parent.parent / "tests" / "typeset" / "formulas.json"
WIDTH = 80

x, y, m, s, n, i, k = sp.symbols("x y mu sigma n i k")
PAIRS = (
    (
        r"\frac{1}{\sqrt{2\pi\sigma^2}}e^{-\frac{(x-\mu)^2}{2\sigma^2}}",
        sp.exp(-((x - m) ** 2) / (2 * s**2)) / sp.sqrt(2 * sp.pi * s**2),
    ),
    (r"\sum_{i=1}^{n}\frac{x^i}{i!}", sp.Sum(x**i / sp.factorial(i), (i, 1, n))),
    (r"\int_{0}^{\infty}x^{n}e^{-x}dx", sp.Integral(x**n * sp.exp(-x), (x, 0, sp.oo))),
    (r"\begin{pmatrix}x&y\\y&x+1\end{pmatrix}", sp.Matrix([[x, y], [y, x + 1]])),
    (r"\prod_{k=1}^{n}\frac{x+k}{y-k}", sp.Product((x + k) / (y - k), (k, 1, n))),
    (r"\frac{-y+\sqrt{y^2-4x}}{2x}", (-y + sp.sqrt(y**2 - 4 * x)) / (2 * x)),
)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def lay_out_all(formulas: list[str]) -> None:
    """Lay out each formula."""
    for formula in formulas:
        layout(formula, width=WIDTH)


def main() -> None:
    """Print the time a formula takes, and its ratios to `json.loads` and `sympy.pretty`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    groups = json.loads(FORMULAS.read_text())
    formulas = [*groups["sheet"], *(entry["latex"] for entry in groups["plan"])]
    texts = [json.dumps(formula) for formula in formulas]
    works: dict[str, Callable[[], object]] = {
        "all": lambda: lay_out_all(formulas),
        "json.loads": lambda: [json.loads(text) for text in texts],
        "pairs": lambda: lay_out_all([latex for latex, _ in PAIRS]),
        "sympy.pretty": lambda: [sp.pretty(tree, use_unicode=True, num_columns=WIDTH) for _, tree in PAIRS],
    }
    for work in works.values():  # fills the caches of both
        work()
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            times[name].append(seconds(work))
    found = {name: statistics.median(values) for name, values in times.items()}
    each = sorted(seconds(partial(layout, formula, WIDTH)) for formula in formulas)
    print(
        f"{len(formulas)} formulas: {found['all'] / len(formulas) * 1e3:.3f} ms each "
        f"(median {statistics.median(each) * 1e3:.3f}, slowest {each[-1] * 1e3:.2f})"
    )
    print(f"{found['all'] / found['json.loads']:7.1f} x json.loads of the same text")
    print(
        f"{found['pairs'] / found['sympy.pretty']:7.2f} x sympy.pretty, {len(PAIRS)} formulas "
        f"({found['pairs'] * 1e3:.2f} ms against {found['sympy.pretty'] * 1e3:.2f} ms)"
    )


if __name__ == "__main__":
    main()
