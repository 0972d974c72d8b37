"""EM: guess which coin made each sheet, count with those guesses, and guess again; the likelihood only rises.

Sheet 1.8. Dempster, Laird & Rubin (1977); the two coins: Do & Batzoglou (2008). Heads h (n,) of m flips each;
coins k = A, B with weights pi (2,) and biases p (2,).
"""

from collections.abc import Iterator
from math import comb
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Line, Say, Scatter, Table

Array = NDArray[np.float64]


class Coins(NamedTuple):
    """How often each coin is picked, pi (2,), and its chance of heads, p (2,)."""

    pi: Array
    p: Array


def log_joint(h: Array, m: int, coins: Coins) -> Array:
    r"""$\log\pi_k+\log\binom{m}{h_i}p_k^{h_i}(1-p_k)^{m-h_i}$ (n, 2)."""
    p = np.clip(coins.p, 1e-12, 1 - 1e-12)
    ways = np.log([comb(m, int(heads)) for heads in h])
    terms: Array = np.log(coins.pi) + ways[:, None] + np.outer(h, np.log(p)) + np.outer(m - h, np.log1p(-p))
    return terms


def log_likelihood(h: Array, m: int, coins: Coins) -> float:
    r"""$\sum_i\log\sum_k\pi_k\,p(h_i|k)$."""
    return float(np.logaddexp(*log_joint(h, m, coins).T).sum())


def e_step(h: Array, m: int, coins: Coins) -> Array:
    r"""Responsibilities $r_{ik}=P(k|h_i)$ (n, 2), by Bayes' rule."""
    terms = log_joint(h, m, coins)
    r: Array = np.exp(terms - np.logaddexp(*terms.T)[:, None])
    return r


def m_step(h: Array, m: int, r: Array) -> Coins:
    """The best coins, if each sheet counts for a coin as much as that coin is responsible for it."""
    return Coins(r.mean(axis=0), (r.T @ h) / (m * r.sum(axis=0)))


def bound(h: Array, m: int, coins: Coins, r: Array) -> float:
    r"""The lower bound $\sum_{ik}r_{ik}(\log p(h_i,k)-\log r_{ik})$ of the log-likelihood."""
    return float((r * (log_joint(h, m, coins) - np.log(np.maximum(r, 1e-300)))).sum())


def em(h: Array, m: int, coins: Coins, iterations: int) -> list[Coins]:
    """The coins at the start and after each E-step and M-step."""
    path = [coins]
    for _ in range(iterations):
        coins = m_step(h, m, e_step(h, m, coins))
        path.append(coins)
    return path


def start(p_a: float, p_b: float) -> Coins:
    """Equally likely coins with these biases."""
    return Coins(np.array([0.5, 0.5]), np.array([p_a, p_b]))


def demo(
    sheets: Annotated[int, "sheets of tosses", Between(5, 200)] = 20,
    flips: Annotated[int, "tosses on a sheet", Between(2, 50)] = 10,
    p_a: Annotated[float, "chance of heads of coin A", Between(0.05, 0.95)] = 0.8,
    p_b: Annotated[float, "chance of heads of coin B", Between(0.05, 0.95)] = 0.45,
    iters: Annotated[int, "iterations", Between(1, 60)] = 30,
    seed: int = 0,
) -> Iterator[Frame]:
    """Two coins, and nobody wrote down which made which sheet; EM finds both, unless it starts in between."""
    rng = np.random.default_rng(seed)
    coin = rng.integers(2, size=sheets)
    h = rng.binomial(flips, np.where(coin == 0, p_a, p_b)).astype(float)
    yield Say(
        r"Each sheet holds tosses of one of two coins, nobody wrote down which. EM alternates: the E-step "
        r"computes $r_{ik}=P(k|h_i)$, how likely coin k made sheet i; the M-step sets "
        r"$p_k=\frac{\sum_ir_{ik}h_i}{m\sum_ir_{ik}}$."
    )
    path = em(h, flips, start(0.6, 0.5), iters)
    yield from iterate(h, flips, path, rng)
    yield from touching(h, flips, path)
    yield from three_starts(h, flips, iters)
    yield from checks(h, flips, path)


def iterate(h: Array, m: int, path: list[Coins], rng: np.random.Generator) -> Iterator[Frame]:
    """Play responsibilities, biases and log-likelihood, iteration by iteration."""
    spread = h + rng.uniform(-0.25, 0.25, len(h))
    counts = np.arange(m + 1.0)
    rows: list[tuple[object, ...]] = []
    values: list[float] = []
    for t, coins in enumerate(path[:16]):
        r, r_of = e_step(h, m, coins), e_step(counts, m, coins)
        values.append(log_likelihood(h, m, coins))
        rise = round(values[-1] - values[-2], 5) if t else "-"
        rows.append((t, *coins.p.round(4), round(values[-1], 3), rise))
        yield Say(f"Iteration {t}: coin A is taken to have made {r[:, 0].sum():.1f} of the {len(h)} sheets.")
        yield Table("coins", ("t", "p_A", "p_B", "log-lik.", "rise"), rows[-6:])
        yield Line("log-likelihood", values.copy(), x_label="iteration")
        yield Scatter(
            "responsibility of coin A",
            np.column_stack([spread, r[:, 0]]),
            curves={"r(h)": np.column_stack([counts, r_of[:, 0]])},
            x_label="heads",
        )


def touching(h: Array, m: int, path: list[Coins]) -> Iterator[Frame]:
    """Play the lower bound that an E-step builds, and the peak to which the M-step then goes."""
    grid = np.linspace(0.3, 0.95, 66)
    for old in path[:4]:
        r = e_step(h, m, old)
        along = [Coins(old.pi, np.array([p, old.p[1]])) for p in grid]
        curves = {
            "log-likelihood": [log_likelihood(h, m, coins) for coins in along],
            "bound": [bound(h, m, coins, r) for coins in along],
        }
        yield Say(
            f"The E-step's bound touches the log-likelihood at p_A = {old.p[0]:.3f}; its peak is the M-step."
        )
        touch = (old.p[0], log_likelihood(h, m, old))
        yield Line("bound and log-likelihood", curves, x=grid, x_label="p_A", points=[touch])


def three_starts(h: Array, m: int, iters: int) -> Iterator[Frame]:
    """Ask where a symmetric start ends, and play the ways of three starts."""
    yield Ask(
        "symmetric",
        "Now EM starts with two equal coins, p_A = p_B. Where does it end?",
        ("at the same coins as before", "at the same coins, swapped", "both coins stay equal"),
        answer=2,
        why="Equal coins are equally responsible for every sheet, so the M-step gives both the same bias "
        "again: the share of heads overall. No iteration can part them, though it is no maximum.",
    )
    grid = np.linspace(0.05, 0.95, 31)
    Z = [[log_likelihood(h, m, start(float(a), float(b))) for a in grid] for b in grid[::-1]]
    yield Heat("log-likelihood: p_A right, p_B up", np.maximum(Z, np.max(Z) - 60))
    ways = {
        name: np.array([coins.p for coins in em(h, m, start(*begin), iters)])
        for name, begin in {"first": (0.6, 0.5), "swapped": (0.5, 0.6), "equal": (0.3, 0.3)}.items()
    }
    for shown in range(1, min(iters, 12) + 1):
        curves = {name: way[: shown + 1] for name, way in ways.items()}
        ends = [way[min(shown, len(way) - 1)] for way in ways.values()]
        curves["p_A = p_B"] = np.array([(0, 0), (1, 1)])
        yield Scatter("ways of EM", [], marks=ends, curves=curves, x_label="p_A", y_label="p_B")


def checks(h: Array, m: int, path: list[Coins]) -> Iterator[Check]:
    """Compare with what EM promises, with the slope of the likelihood, and with the published example."""
    values = [log_likelihood(h, m, coins) for coins in path]
    yield Check("smallest rise of the log-likelihood", min(np.diff(values)), 0.0, 1e-10, ">=")
    r = e_step(h, m, path[0])
    yield Check("the bound where it touches", bound(h, m, path[0], r), values[0], 1e-9)
    end = em(h, m, path[-1], 500)[-1]
    slopes = []
    for step in np.eye(2) * 1e-5:
        up, down = Coins(end.pi, end.p + step), Coins(end.pi, end.p - step)
        slopes.append(abs(log_likelihood(h, m, up) - log_likelihood(h, m, down)) / 2e-5)
    inside = bool((np.minimum(end.p, 1 - end.p) > 1e-3).all())
    yield Check("slope of the log-likelihood at the end", max(slopes) if inside else 0.0, 0.0, 1e-3 * len(h))
    first = em(np.array([5.0, 9.0, 8.0, 4.0, 7.0]), 10, start(0.6, 0.5), 1)[-1]
    yield Check("p_A of Do & Batzoglou after one step", first.p[0], 0.71, 0.005)
    yield Check("p_B of Do & Batzoglou after one step", first.p[1], 0.58, 0.005)
