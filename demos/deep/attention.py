"""Attention: each word asks, every word answers as well as its key fits, and the answers are mixed.

Sheet 4.18.2. Vaswani et al., Attention is all you need (2017), section 3.2. Sentences X (n, d) of n words,
heads of width d_k.
"""

from collections.abc import Iterator
from math import exp, sqrt
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Heat, Line, Say

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def softmax(Z: Array) -> Array:
    r"""$e^{z_j}/\sum_ke^{z_k}$ along the last axis, without overflow."""
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    shares: Array = E / E.sum(axis=-1, keepdims=True)
    return shares


def attention(Q: Array, K: Array, V: Array, seen: Mask) -> tuple[Array, Array]:
    r"""Outputs $AV$ (..., n, d_v) and weights $A=\mathrm{softmax}(QK^\top/\sqrt{d_k})$ (..., n, n).

    Q and K are (..., n, d_k); seen (n, n) tells which words (columns) each word (rows) may look at.
    """
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    A = softmax(np.where(seen, scores, -np.inf))
    return A @ V, A


def multi_head(X: Array, W: dict[str, Array], seen: Mask) -> tuple[Array, Array, Array]:
    r"""Output $\mathrm{concat}(H_1,\dots,H_h)W^O$ (n, d), the heads' H (h, n, d_k) and weights A (h, n, n).

    W holds "Q", "K", "V" (h, d, d_k) and "O" (h d_k, d).
    """
    H, A = attention(X @ W["Q"], X @ W["K"], X @ W["V"], seen)
    return np.concatenate(list(H), axis=-1) @ W["O"], H, A


def seen_by(n: int, causal: bool) -> Mask:
    """All words (n, n), or with a causal mask only the word itself and those before it."""
    return np.tri(n, dtype=bool) if causal else np.ones((n, n), dtype=bool)


WORDS = ("Anna", "saw", "her", "cat")
FEATURES = ("person", "verb", "owner", "thing")
SENTENCE = np.array([[1.0, 0.0, 0.1, 0.2], [0.1, 1.0, 0.0, 0.0], [0.3, 0.0, 1.0, 0.1], [0.0, 0.1, 0.2, 1.0]])
LOOKS_FOR = ((2, 0), (1, 3), (3, 2), (0, 1))
"""What each head looks for, as features: whose (owner to person), what (verb to thing), and so on."""


def hand_made(heads: int, d_k: int) -> dict[str, Array]:
    """Weights of heads that each look for one feature, three times as loud as the rest after scaling."""
    W = {name: np.zeros((heads, 4, d_k)) for name in "QKV"}
    for h, (asks, answers) in enumerate(LOOKS_FOR[:heads]):
        W["Q"][h, asks, 0] = 3 * sqrt(d_k)
        W["K"][h, answers, 0] = 1
        W["Q"][h, :, 1] = W["K"][h, :, 1] = 0.5
        W["V"][h] = np.eye(4, d_k)
    W["O"] = np.tile(np.eye(d_k, 4), (heads, 1)) / heads
    return W


def demo(
    d_k: Annotated[int, "width of a head", Between(2, 64)] = 4,
    heads: Annotated[int, "heads", Between(1, 4)] = 2,
    causal: Annotated[bool, "whether a word sees only those before it"] = False,
    seed: int = 0,
) -> Iterator[Frame]:
    """A sentence of four words, number by number; then heads side by side, and why scores are scaled."""
    rng = np.random.default_rng(seed)
    W, seen = hand_made(heads, d_k), seen_by(4, causal)
    yield Say(
        r"Attention lets each word gather from others: $\mathrm{softmax}(QK^\top/\sqrt{d_k})V$. A word's "
        "query is compared with every key; the better they fit, the more of that word's value it takes."
    )
    yield from step_by_step(W, seen)
    yield from side_by_side(W, seen)
    yield from why_scale(rng)
    yield from checks(W, seen, d_k, rng)


def step_by_step(W: dict[str, Array], seen: Mask) -> Iterator[Frame]:
    """Play the first head from the words to its outputs."""
    columns = [str(j) for j in range(W["Q"].shape[2])]
    yield Heat("words X", SENTENCE, WORDS, FEATURES)
    parts = {name: SENTENCE @ W[name][0] for name in "QKV"}
    for name, what in {"V": "values V = X W_V", "Q": "queries Q = X W_Q", "K": "keys K = X W_K"}.items():
        yield Heat(what, parts[name], WORDS, columns, diverging=True)
    H, A = attention(parts["Q"], parts["K"], parts["V"], seen)
    yield Ask(
        "her",
        'The row of Q for "her" meets each row of K. Which word does "her" look at most?',
        WORDS,
        answer=int(A[2].argmax()),
        why="The largest q k wins: an owner's query and a person's key were made to point the same way.",
    )
    scores = parts["Q"] @ parts["K"].T
    yield Heat("scores Q K^T", scores, WORDS, WORDS, diverging=True)
    yield Heat("scaled by 1/sqrt(d_k)", scores / np.sqrt(len(columns)), WORDS, WORDS, diverging=True)
    yield Heat("weights: softmax of each row", A, WORDS, WORDS)
    for word, row in zip(WORDS, A, strict=True):
        yield Say(f'"{word}" takes so much of each word\'s value:')
        yield Bars("weights of one word", dict(zip(WORDS, row.tolist(), strict=True)))
    yield Heat("outputs A V", H, WORDS, columns, diverging=True)


def side_by_side(W: dict[str, Array], seen: Mask) -> Iterator[Frame]:
    """Play all heads, and what their outputs are joined to."""
    joined, H, A = multi_head(SENTENCE, W, seen)
    for h, (asks, answers) in enumerate(LOOKS_FOR[: len(A)]):
        yield Say(f"Head {h + 1} was made to look from {FEATURES[asks]} to {FEATURES[answers]}.")
        yield Heat(f"weights of head {h + 1}", A[h], WORDS, WORDS)
    for h in range(1, len(A) + 1):
        so_far = np.concatenate(list(H[:h]), axis=-1) @ W["O"][: h * H.shape[2]]
        yield Say(f"Joined by W_O: the sum of the shares of {h} of {len(A)} heads.")
        yield Heat("output of all heads", joined if h == len(A) else so_far, WORDS, FEATURES)


def entropy(A: Array) -> float:
    r"""Mean of $-\sum_jA_{ij}\log A_{ij}$ over all rows."""
    return float(-(A * np.log(np.maximum(A, 1e-300))).sum(axis=-1).mean())


def products(n: int, d_k: int, rng: np.random.Generator) -> Array:
    r"""$q^\top k$ (n,) of random queries and keys with entries of mean 0 and variance 1."""
    fits: Array = np.einsum("nd,nd->n", *rng.standard_normal((2, n, d_k)))
    return fits


def why_scale(rng: np.random.Generator) -> Iterator[Frame]:
    """Ask what width does to softmax, and play it."""
    yield Ask(
        "scale",
        "Random queries and keys, ever wider, and scores that are not divided by sqrt(d_k). The weights:",
        ("one takes nearly all", "all become equal", "they stay as they are"),
        answer=0,
        why=r"A score is a sum of $d_k$ products, with variance $d_k$: scores move apart like $\sqrt{d_k}$, "
        "softmax saturates, and its gradient vanishes. Dividing keeps the variance at 1.",
    )
    widths = [2**power for power in range(11)]
    curves: dict[str, list[float]] = {"scaled": [], "not scaled": [], "all equal": []}
    for shown, width in enumerate(widths, start=1):
        scores = products(1600, width, rng).reshape(100, 16)
        for name, scale in {"scaled": sqrt(width), "not scaled": 1.0}.items():
            curves[name].append(entropy(softmax(scores / scale)))
        curves["all equal"].append(float(np.log(16)))
        yield Say(f"d_k = {width}: entropy of the weights over 16 words.")
        seen = {name: curve.copy() for name, curve in curves.items()}
        yield Line("entropy of the weights", seen, x=widths[:shown], x_label="d_k", log_x=True)


def by_loops(X: Array, W: dict[str, Array], seen: Mask, h: int) -> list[list[float]]:
    """Outputs of one head, one number at a time."""
    Q, K, V = ((X @ W[name][h]).tolist() for name in "QKV")
    out = []
    for i, q in enumerate(Q):
        fits = [exp(sum(a * b for a, b in zip(q, k, strict=True)) / sqrt(len(q))) for k in K]
        fits = [fit * bool(seen[i, j]) for j, fit in enumerate(fits)]
        out.append(
            [sum(fit * v[c] for fit, v in zip(fits, V, strict=True)) / sum(fits) for c in range(len(q))]
        )
    return out


def checks(W: dict[str, Array], seen: Mask, d_k: int, rng: np.random.Generator) -> Iterator[Check]:
    """Compare with loops, with the sum over heads, and the spread of scores with d_k."""
    joined, H, A = multi_head(SENTENCE, W, seen)
    loops = np.array([by_loops(SENTENCE, W, seen, h) for h in range(len(H))])
    yield Check("outputs of the heads against loops", np.abs(H - loops).max(), 0.0, 1e-12)
    total = sum(loops[h] @ W["O"][h * d_k : (h + 1) * d_k] for h in range(len(H)))
    yield Check("joined heads against their sum", np.abs(joined - total).max(), 0.0, 1e-12)
    hidden = float(A[:, ~seen].sum())
    yield Check("weight on words that may not be seen", hidden, 0.0, 0.0)
    fits = products(20_000, d_k, rng)
    error = float(np.std(fits**2) / np.sqrt(len(fits)))
    yield Check("variance of q k", float(np.mean(fits**2)), d_k, 4 * error)
