"""Words and signs that people type and that are not read, each with what to type instead."""

from __future__ import annotations

_LIMIT = "A limit isn't read: write the formula that it comes to."
_CASES = "± stands for two formulas: write the one that is asked for, with + or with -."
DOTS = "Dots aren't read: write sum_{i=1}^n x_i for x_1 + ... + x_n."
_ENTRIES = "Write it with indices, such as sum_j A_ij x_j."

WORDS = {
    "lim": _LIMIT, "limsup": _LIMIT, "liminf": _LIMIT, "plim": _LIMIT, "to": _LIMIT,
    "cross": "The cross product isn't read: write its components.",
    "pm": _CASES, "mp": _CASES, "kron": _ENTRIES, "vec": _ENTRIES,
    "rank": "The rank of a matrix isn't read.", "eig": "Eigenvalues aren't read: write the formula for them.",
    "span": "A span isn't read.", "median": "A median isn't read.", "mode": "A mode isn't read.",
    "quantile": "A quantile isn't read.", "sort": "Sorting isn't read.", "argsort": "Sorting isn't read.",
    "axis": "Leave out axis and dim: write a sum with its index, sum_i x_ij.",
    "dim": "Leave out axis and dim: write a sum with its index, sum_i x_ij.",
    "std": "Write the standard deviation out: sqrt(1/n sum_i (x_i - m)^2).",
    "var": "Write the variance out: 1/n sum_i (x_i - m)^2.", "cov": "Write the covariance out, with its sum.",
    "div": "Write the divergence out, with its partial derivatives.", "curl": "Write it out in components.",
    "forall": "Leave out 'for all': a formula holds for every value of its letters.",
    "exists": "'There is' isn't read.", "conv": "Write the convolution out, as a sum or an integral.",
    "Bernoulli": "A distribution isn't read here: write its formula.",
    "Binomial": "A distribution isn't read here: write its formula.",
    "Poisson": "A distribution isn't read here: write its formula.",
    "Uniform": "A distribution isn't read here: write its formula.",
    "lambda_max": "Eigenvalues aren't read: write the formula for them.",
    "lambda_min": "Eigenvalues aren't read: write the formula for them.",
}  # fmt: skip
"""Undeclared words that would otherwise be split into letters or called unknown."""

SIGNS = {
    "±": _CASES, "∓": _CASES, "→": _LIMIT, "⇒": "⇒ isn't read: write one formula.",
    "⇔": "⇔ isn't read: write one formula.",
    "∀": "Leave out 'for all': a formula holds for every value of its letters.",
    "?": "Write cases so: {a if x > 0; b otherwise}.", "∴": "∴ isn't read: write one formula.",
    "⊕": "⊕ isn't read.", "≪": "≪ isn't read.", "≫": "≫ isn't read.",
}  # fmt: skip
