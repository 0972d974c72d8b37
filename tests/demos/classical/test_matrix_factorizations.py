"""Matrix factorizations against NumPy and SciPy."""

import numpy as np
import pytest
import scipy.linalg

from mlquiz.demos.classical import matrix_factorizations as module
from mlquiz.demos.classical.matrix_factorizations import (
    EPS,
    LU,
    NotPositiveDefiniteError,
    backward,
    cholesky,
    cholesky_steps,
    demo,
    fit,
    forward,
    least_squares,
    lu,
    lu_steps,
    qr,
    qr_steps,
    rotation,
    solve_cholesky,
    solve_lu,
    solve_qr,
    solve_svd,
    svd,
    svd_steps,
)
from tests.demos.frames import broken, checks

SMALL = {"size": 4, "max_degree": 4}
PA_LU, LL, QR, SIGMA, BY_LU, BY_QR, BY_SVD, ONCE, TWICE = checks(demo(**SMALL))

tall = pytest.mark.parametrize("shape", [(1, 1), (4, 4), (7, 3), (12, 6)])


def matrix(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_lu_is_scipys(seed, n):
    A = matrix(seed, n, n)
    rows, L, U = lu(A)
    P, L_oracle, U_oracle = scipy.linalg.lu(A)
    np.testing.assert_allclose(L, L_oracle, atol=1e-10)
    np.testing.assert_allclose(U, U_oracle, atol=1e-10)
    np.testing.assert_array_equal(np.eye(n)[rows], P.T)


def test_lu_needs_a_pivot_where_the_corner_is_zero():
    rows, L, U = lu(np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert rows.tolist() == [1, 0]
    np.testing.assert_array_equal(L @ U, np.eye(2))


def test_every_step_of_lu_and_qr_multiplies_to_the_matrix():
    A = matrix(1, 5, 5)
    for rows, L, U in lu_steps(A):
        np.testing.assert_allclose(L @ U, A[rows], atol=1e-12)
        assert (np.triu(L, 1) == 0).all()
    for Q, R in qr_steps(A):
        np.testing.assert_allclose(Q @ R, A, atol=1e-12)
        np.testing.assert_allclose(Q.T @ Q, np.eye(5), atol=1e-12)
    for W, V in svd_steps(A):
        np.testing.assert_allclose(W, A @ V, atol=1e-12)


@pytest.mark.parametrize("n", [1, 3, 6])
def test_cholesky_is_numpys(n):
    B = matrix(0, n + 2, n)
    np.testing.assert_allclose(cholesky(B.T @ B), np.linalg.cholesky(B.T @ B), atol=1e-10)


def test_cholesky_stops_where_a_leading_minor_is_not_positive():
    S = np.array([[2.0, 0, 1], [0, 1, 2], [1, 2, 1]])
    assert np.linalg.det(S) < 0 < np.linalg.det(S[:2, :2])
    with pytest.raises(NotPositiveDefiniteError, match="column 3"):
        list(cholesky_steps(S))


@tall
def test_qr_is_numpys_up_to_signs(shape):
    A = matrix(2, *shape)
    Q, R = qr(A)
    Q_oracle, R_oracle = np.linalg.qr(A)
    np.testing.assert_allclose(np.abs(R), np.abs(R_oracle), atol=1e-10)
    np.testing.assert_allclose(np.abs(Q), np.abs(Q_oracle), atol=1e-10)
    np.testing.assert_allclose(Q @ R, A, atol=1e-10)


@tall
def test_svd_is_numpys_up_to_signs(shape):
    A = matrix(3, *shape)
    U, sigma, V = svd(A)
    U_oracle, sigma_oracle, Vt_oracle = np.linalg.svd(A, full_matrices=False)
    np.testing.assert_allclose(sigma, sigma_oracle, atol=1e-10)
    np.testing.assert_allclose(np.abs(U), np.abs(U_oracle), atol=1e-10)
    np.testing.assert_allclose(np.abs(V), np.abs(Vt_oracle.T), atol=1e-10)
    np.testing.assert_allclose(U * sigma @ V.T, A, atol=1e-10)


def test_the_rotation_makes_a_pair_orthogonal():
    J = rotation(2.0, 5.0, -1.0)
    D = J.T @ np.array([[2.0, -1.0], [-1.0, 5.0]]) @ J
    np.testing.assert_allclose(J.T @ J, np.eye(2), atol=1e-15)
    assert abs(D[0, 1]) < 1e-14


@pytest.mark.parametrize("solve", [solve_lu, solve_qr, solve_svd])
def test_square_systems_are_numpys(solve):
    A, b = matrix(4, 6, 6), matrix(5, 6)
    np.testing.assert_allclose(solve(A, b), np.linalg.solve(A, b), atol=1e-10)


def test_triangles_and_positive_definite_systems_are_numpys():
    A, b = matrix(6, 5, 5), matrix(7, 5)
    L, S = np.tril(A), A.T @ A
    np.testing.assert_allclose(forward(L, b), np.linalg.solve(L, b), atol=1e-9)
    np.testing.assert_allclose(backward(L.T, b), np.linalg.solve(L.T, b), atol=1e-9)
    np.testing.assert_allclose(solve_cholesky(S, b), np.linalg.solve(S, b), atol=1e-8)


def test_tall_systems_are_numpys_least_squares_by_each_method():
    A, b = matrix(8, 20, 4), matrix(9, 20)
    for x in least_squares(A, b):
        np.testing.assert_allclose(x, np.linalg.lstsq(A, b)[0], atol=1e-10)


@pytest.mark.parametrize("degree", [4, 6, 8])
def test_qr_loses_the_condition_number_and_the_normal_equations_its_square(degree):
    (_, condition, (by_cholesky, by_lu, by_qr, by_svd)), _ = fit(degree)
    assert condition == pytest.approx(np.linalg.cond(np.vander(module.PLACES, degree + 1)), rel=1e-6)
    lost = np.log10(np.array([by_cholesky, by_lu, by_qr, by_svd]) / EPS)
    assert (lost[2:] < np.log10(condition) + 1).all()
    assert (lost[:2] < 2 * np.log10(condition) + 1).all()
    assert (lost[:2] > 1.4 * np.log10(condition)).all()


def test_cholesky_stops_at_a_high_degree():
    (_, _, errors), costs = fit(16)
    assert np.isnan(errors[0])
    assert errors[2] < 0.01
    assert costs == sorted(costs)


@pytest.mark.parametrize(
    "parameters", [{"size": 2, "max_degree": 3}, {"size": 8, "max_degree": 3, "seed": 5}]
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


@pytest.mark.thorough
def test_the_highest_degree_plays():
    assert not broken(demo(max_degree=18))


def unpermuted(A):
    return LU(np.arange(len(A)), *lu(A)[1:])


def without_the_sum(S):
    return np.tril(S) / np.sqrt(S.diagonal())


def mirrored_once_less(A):
    *_, (Q, R), _ = qr_steps(A)
    return Q[:, : A.shape[1]], np.triu(R[: A.shape[1]])


def one_sweep(A, max_sweeps=1):
    return svd_steps(A, 1)


def in_single_precision(A):
    Q, R = np.linalg.qr(A.astype(np.float32))
    return Q.astype(float), R.astype(float)


def lu_in_single_precision(A):
    rows, L, U = lu(A)
    return LU(rows, L.astype(np.float32).astype(float), U)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("lu", unpermuted, {PA_LU, BY_LU}),
        ("lu", lu_in_single_precision, {PA_LU, BY_LU, TWICE}),
        ("cholesky", without_the_sum, {LL}),
        ("qr", mirrored_once_less, {QR, BY_QR}),
        ("qr", in_single_precision, {QR, BY_QR, ONCE}),
        ("svd_steps", one_sweep, {SIGMA, BY_SVD}),
        ("rotation", lambda a, b, c: rotation(a, b, -c), {SIGMA, BY_SVD}),
        ("forward", lambda L, b: b / L.diagonal(), {BY_LU, BY_QR, ONCE, TWICE}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
