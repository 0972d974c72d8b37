"""LU, Cholesky, QR and SVD by hand: factors grow step by step, then solve, each losing digits its way.

Sheet 3.6. Golub & Van Loan, Matrix Computations (4th ed. 2013), algorithms 3.4.1, 4.2.1, 5.2.1 and section
8.6; Trefethen & Bau, Numerical Linear Algebra (1997), lecture 18.
"""

from collections.abc import Generator, Iterator
from math import copysign, hypot, sqrt
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Line, Say, Table

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

EPS = float(np.finfo(float).eps)
PLACES = np.linspace(0, 1, 40)
METHODS = ("Cholesky of A'A", "LU of A'A", "QR of A", "SVD of A")


class LU(NamedTuple):
    """A[rows] = L U: the order of the rows (n,), L with a unit diagonal and U (n, n)."""

    rows: Rows
    L: Array
    U: Array


def lu_steps(A: Array) -> Iterator[LU]:
    """Eliminate below each diagonal entry in turn; the largest entry of the column comes up as the pivot."""
    n = len(A)
    rows, L, U = np.arange(n), np.eye(n), A.copy()
    yield LU(rows, L, U)
    for k in range(n - 1):
        pivot = k + int(np.abs(U[k:, k]).argmax())
        swap = np.arange(n)
        swap[[k, pivot]] = pivot, k
        rows, U, L = rows[swap], U[swap], L[swap]
        L[:, k:] = np.eye(n)[:, k:]
        L[k + 1 :, k] = U[k + 1 :, k] / U[k, k]
        U = U - np.outer(L[:, k] * (np.arange(n) > k), U[k])
        U[k + 1 :, k] = 0.0
        yield LU(rows, L, U)


def lu(A: Array) -> LU:
    """The pivoted factorization of a square non-singular matrix."""
    *_, end = lu_steps(A)
    return end


class NotPositiveDefiniteError(ValueError):
    """What stands under a root of Cholesky's is not positive."""


def cholesky_steps(S: Array) -> Iterator[Array]:
    r"""L (n, n) of $S=LL^\top$ after each column: $l_{kk}=\sqrt{s_{kk}-\sum_{j<k}l_{kj}^2}$."""
    L = np.zeros_like(S)
    for k in range(len(S)):
        column = S[k:, k] - L[k:, :k] @ L[k, :k]
        if column[0] <= 0:
            raise NotPositiveDefiniteError(f"column {k + 1}: the root of {column[0]:.3g}")
        L = L.copy()
        L[k:, k] = column / sqrt(column[0])
        yield L


def cholesky(S: Array) -> Array:
    """The lower triangle of a symmetric positive definite matrix."""
    *_, L = cholesky_steps(S)
    return L


def qr_steps(A: Array) -> Iterator[tuple[Array, Array]]:
    r"""Q (m, m) and R (m, n) after each reflection $I-2vv^\top$, which turns a column onto its axis."""
    m, n = A.shape
    Q, R = np.eye(m), A.copy()
    yield Q, R
    for k in range(min(m - 1, n)):
        v = np.zeros(m)
        v[k:] = R[k:, k]
        v[k] += copysign(float(np.linalg.norm(v)), v[k])
        v = v / np.linalg.norm(v)
        R = R - 2 * np.outer(v, v @ R)
        R[k + 1 :, k] = 0.0
        Q = Q - 2 * np.outer(Q @ v, v)
        yield Q, R


def qr(A: Array) -> tuple[Array, Array]:
    """The thin factors Q (m, n) and R (n, n) of a tall matrix."""
    *_, (Q, R) = qr_steps(A)
    n = A.shape[1]
    return Q[:, :n], R[:n]


def rotation(a: float, b: float, c: float) -> Array:
    r"""The rotation J (2, 2) that makes $J^\top\begin{pmatrix}a&c\\c&b\end{pmatrix}J$ diagonal."""
    zeta = (b - a) / (2 * c)
    t = copysign(1.0, zeta) / (abs(zeta) + hypot(1.0, zeta))
    cosine = 1 / hypot(1.0, t)
    return np.array([[cosine, cosine * t], [-cosine * t, cosine]])


def svd_steps(A: Array, max_sweeps: int = 40) -> Iterator[tuple[Array, Array]]:
    """AV (m, n) and V (n, n) after each sweep of rotations, which make the columns of AV orthogonal."""
    W, V = A.copy(), np.eye(A.shape[1])
    yield W.copy(), V.copy()
    for _ in range(max_sweeps):
        turned = False
        for p in range(len(V) - 1):
            for q in range(p + 1, len(V)):
                a, b, c = float(W[:, p] @ W[:, p]), float(W[:, q] @ W[:, q]), float(W[:, p] @ W[:, q])
                if abs(c) > 1e-15 * sqrt(a * b):
                    turned, J = True, rotation(a, b, c)
                    W[:, [p, q]], V[:, [p, q]] = W[:, [p, q]] @ J, V[:, [p, q]] @ J
        yield W.copy(), V.copy()
        if not turned:
            return


def svd(A: Array) -> tuple[Array, Array, Array]:
    r"""U (m, n), singular values (n,) from large to small and V (n, n) of $A=U\Sigma V^\top$."""
    *_, (W, V) = svd_steps(A)
    sigma = np.linalg.norm(W, axis=0)
    order = sigma.argsort()[::-1]
    return (W / sigma)[:, order], sigma[order], V[:, order]


def forward(L: Array, b: Array) -> Array:
    """Solve L x = b from the top for a lower triangle."""
    x = np.zeros_like(b)
    for i in range(len(b)):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]
    return x


def backward(U: Array, b: Array) -> Array:
    """Solve U x = b from the bottom for an upper triangle."""
    return forward(U[::-1, ::-1], b[::-1])[::-1]


def solve_lu(A: Array, b: Array) -> Array:
    r"""$x=U^{-1}L^{-1}Pb$."""
    rows, L, U = lu(A)
    return backward(U, forward(L, b[rows]))


def solve_cholesky(S: Array, b: Array) -> Array:
    r"""$x=L^{-\top}L^{-1}b$."""
    L = cholesky(S)
    return backward(L.T, forward(L, b))


def solve_qr(A: Array, b: Array) -> Array:
    r"""$x=R^{-1}Q^\top b$, least squares if A is tall."""
    Q, R = qr(A)
    return backward(R, Q.T @ b)


def solve_svd(A: Array, b: Array) -> Array:
    r"""$x=V\Sigma^{-1}U^\top b$, least squares if A is tall."""
    U, sigma, V = svd(A)
    return V @ (U.T @ b / sigma)


def least_squares(A: Array, b: Array) -> list[Array | None]:
    """Solutions (n,) by METHODS; none where Cholesky stops."""
    S, c = A.T @ A, A.T @ b
    try:
        by_cholesky: Array | None = solve_cholesky(S, c)
    except NotPositiveDefiniteError:
        by_cholesky = None
    return [by_cholesky, solve_lu(S, c), solve_qr(A, b), solve_svd(A, b)]


def operations(m: int, n: int, sweeps: int) -> list[float]:
    """Additions and multiplications of METHODS (Golub & Van Loan, table 5.5.1; for the SVD counted here)."""
    normal, rotations = m * n**2, sweeps * n * (n - 1) / 2
    return [
        normal + n**3 / 3,
        normal + 2 * n**3 / 3,
        2 * m * n**2 - 2 * n**3 / 3,
        rotations * (12 * m + 6 * n),
    ]


def demo(
    size: Annotated[int, "rows and columns of the matrix", Between(2, 8)] = 5,
    max_degree: Annotated[int, "highest polynomial that is fitted", Between(3, 18)] = 14,
    seed: int = 0,
) -> Iterator[Frame]:
    """One matrix in four factorizations, step by step; then polynomials that only some of them can fit."""
    rng = np.random.default_rng(seed)
    A = rng.integers(-9, 10, (size, size)) + 0.5 * rng.standard_normal((size, size))
    yield Say(
        r"A factorization writes a matrix as a product of easy ones: $PA=LU$, $S=LL^\top$, $A=QR$ and "
        r"$A=U\Sigma V^\top$. Triangles are solved row by row, and orthogonal factors by a transpose."
    )
    yield from triangles(A)
    yield from rotations_and_roots(A)
    fits = yield from digits(max_degree)
    yield from checks(A, rng.standard_normal(size), fits)


def heat(name: str, Z: Array) -> Heat:
    """A matrix around zero."""
    return Heat(name, Z, diverging=True)


def triangles(A: Array) -> Iterator[Frame]:
    """Play LU with its pivots, and QR with its reflections."""
    yield heat("A", A)
    before = np.arange(len(A))
    for k, (rows, L, U) in enumerate(lu_steps(A)):
        swapped = k > 0 and rows[k - 1] != before[k - 1]
        pivot = f"row {rows[k - 1] + 1} of A holds the pivot{' and comes up' if swapped else ''}"
        yield Say(f"LU, column {k}: {pivot}." if k else "LU: start with L = I.", "step")
        yield heat("U", U)
        yield heat("L", L)
        before = rows
    for k, (Q, R) in enumerate(qr_steps(A)):
        mirror = f"QR, column {k}: a mirror turns what is left of it onto an axis."
        yield Say(mirror if k else "QR: start with Q = I.", "step")
        yield heat("R", R)
        yield heat("Q", Q)


def rotations_and_roots(A: Array) -> Iterator[Frame]:
    """Play the sweeps of the SVD, a Cholesky that ends and one that stops."""
    for sweep, (W, _) in enumerate(svd_steps(A)):
        sigma = np.sort(np.linalg.norm(W, axis=0))[::-1]
        text = ", ".join(f"{s:.4g}" for s in sigma)
        yield Say(f"SVD, sweep {sweep}: the lengths of the columns of AV are {text}.", "step")
        yield heat("products of the columns of AV", W.T @ W)
    S = A.T @ A
    for name, matrix in (("A'A", S), ("A'A - c I", S - 0.5 * np.median(S.diagonal()) * np.eye(len(S)))):
        try:
            for k, L in enumerate(cholesky_steps(matrix), start=1):
                yield Say(f"Cholesky of {name}, column {k}.", "step")
                yield heat(f"Cholesky of {name}", L)
        except NotPositiveDefiniteError as stop:
            yield Say(f"Cholesky of {name} stops: not positive definite, {stop}.", "stop")


class Fit(NamedTuple):
    """A polynomial fit: its degree, the condition number of its matrix, and the errors of METHODS."""

    degree: int
    condition: float
    errors: tuple[float, ...]


def fit(degree: int) -> tuple[Fit, list[float]]:
    """Least squares for a polynomial whose coefficients are all 1, and the operations of METHODS."""
    A = np.vander(PLACES, degree + 1, increasing=True)
    solutions = least_squares(A, A @ np.ones(degree + 1))
    errors = tuple(float("nan") if x is None else float(np.abs(x - 1).max()) for x in solutions)
    sigma, sweeps = svd(A)[1], sum(1 for _ in svd_steps(A)) - 1
    return Fit(degree, float(sigma[0] / sigma[-1]), errors), operations(len(A), degree + 1, sweeps)


def digits(max_degree: int) -> Generator[Frame, None, list[Fit]]:
    """Play polynomials of rising degree, and return the fits."""
    fits, costs = [], []
    for degree in range(1, max_degree + 1):
        one, cost = fit(degree)
        fits.append(one)
        costs.append(cost)
    half = fits[max_degree // 2]
    c = round(np.log10(half.condition))
    yield Ask(
        "digits",
        f"Now least squares: polynomials on {len(PLACES)} places. At degree {half.degree} the condition "
        f"number is about 1e{c}, and numbers have 16 digits. How many can the normal equations lose?",
        (f"about {c}", f"about {min(2 * c, 16)}", "none: they are exact algebra"),
        answer=1,
        why="A'A has the squared condition number: what QR and SVD lose once, the normal equations lose "
        "twice, until Cholesky meets the root of a negative number.",
    )
    for shown in range(1, len(fits) + 1):
        yield curves(fits[:shown])
        last = fits[shown - 1]
        cells = [
            (name, *in_words(error), f"{cost:.0f}")
            for name, error, cost in zip(METHODS, last.errors, costs[shown - 1], strict=True)
        ]
        yield Say(f"Degree {last.degree}: condition number {last.condition:.1e}.", "step")
        yield Table("least squares", ("by", "error", "digits lost", "operations"), cells)
    return fits


def in_words(error: float) -> tuple[str, str]:
    """An error, and how many digits it has cost."""
    if np.isnan(error):
        return "stopped", ""
    return f"{error:.1e}", f"{np.log10(max(error, EPS) / EPS):.1f}"


def curves(fits: list[Fit]) -> Line:
    """Errors by degree, and what theory expects of a condition number and of its square."""
    lines = {name: [max(f.errors[m], EPS) for f in fits] for m, name in enumerate(METHODS)}
    lines["eps cond"] = [EPS * f.condition for f in fits]
    lines["eps cond^2"] = [min(EPS * f.condition**2, 1.0) for f in fits]
    return Line("error", lines, x=[f.degree for f in fits], x_label="degree", log_y=True)


def checks(A: Array, b: Array, fits: list[Fit]) -> Iterator[Check]:
    """Multiply the factors again; compare solutions and singular values with NumPy, digits with theory."""
    scale = 1e-11 * float(np.abs(A).max()) ** 2
    (rows, L, U), S = lu(A), A.T @ A
    yield Check("entries of PA - LU", float(np.abs(A[rows] - L @ U).max()), 0.0, scale)
    C = cholesky(S)
    yield Check("entries of A'A - LL'", float(np.abs(S - C @ C.T).max()), 0.0, scale)
    Q, R = qr(A)
    orthogonal = float(np.abs(Q.T @ Q - np.eye(len(A))).max())
    yield Check("entries of A - QR and of Q'Q - I", float(np.abs(A - Q @ R).max()) + orthogonal, 0.0, scale)
    gap = np.abs(svd(A)[1] - np.linalg.svd(A, compute_uv=False)).max()
    yield Check("singular values against NumPy's", float(gap), 0.0, scale)
    x, condition = np.linalg.solve(A, b), np.linalg.cond(A)
    for name, solution in (("LU", solve_lu(A, b)), ("QR", solve_qr(A, b)), ("SVD", solve_svd(A, b))):
        distance = float(np.linalg.norm(solution - x) / np.linalg.norm(x))
        yield Check(f"solution by {name} against NumPy's", distance, 0.0, 1e3 * EPS * float(condition))
    worst = max(f.errors[2] / f.condition for f in fits)
    yield Check("error by QR, in units of the condition number", worst, 0.0, 100 * EPS, "<=")
    normal = [f for f in fits if EPS * f.condition**2 < 0.01]
    worst = max(f.errors[1] / f.condition**2 for f in normal)
    yield Check("error by LU of A'A, in units of its square", worst, 0.0, 100 * EPS, "<=")
