"""Attention against torch's vectors and loops."""

import json

import numpy as np
import pytest

from mlquiz.demos.deep import attention as module
from mlquiz.demos.deep.attention import (
    SENTENCE,
    attention,
    by_loops,
    demo,
    entropy,
    hand_made,
    multi_head,
    products,
    seen_by,
    softmax,
)
from mlquiz.player import Ask
from tests.demos.frames import broken, checks
from tests.oracles import attention as oracle

LOOPS, SUM, HIDDEN, VARIANCE = checks(demo())


@pytest.fixture(scope="module")
def vectors():
    return json.loads(oracle.VECTORS.read_text())


@pytest.mark.parametrize("name", ["full", "causal"])
def test_outputs_are_torchs(vectors, name):
    Q, K, V, X = (np.array(vectors[part]) for part in ("Q", "K", "V", "X"))
    seen = seen_by(oracle.N, name == "causal")
    np.testing.assert_allclose(attention(Q, K, V, seen)[0], vectors[name]["one"], atol=1e-12)
    stacked = np.split(np.array(vectors["in_proj"]), 3)
    W = {
        part: np.stack(np.split(rows.T, oracle.HEADS, axis=1))
        for part, rows in zip("QKV", stacked, strict=True)
    }
    W["O"] = np.array(vectors["out_proj"]).T
    np.testing.assert_allclose(multi_head(X, W, seen)[0], vectors[name]["many"], atol=1e-12)


@pytest.mark.thorough
def test_the_vectors_are_what_torch_computes(vectors):
    pytest.importorskip("torch")
    again = json.loads(json.dumps(oracle.compute()))
    for name in ("full", "causal"):
        np.testing.assert_allclose(again[name]["one"], vectors[name]["one"], atol=1e-12)
        np.testing.assert_allclose(again[name]["many"], vectors[name]["many"], atol=1e-12)


@pytest.mark.parametrize("causal", [False, True])
def test_one_number_at_a_time(causal):
    rng = np.random.default_rng(0)
    W = {name: rng.standard_normal((3, 4, 5)) for name in "QKV"} | {"O": rng.standard_normal((15, 4))}
    X, seen = rng.standard_normal((6, 4)), seen_by(6, causal)
    _, H, _ = multi_head(X, W, seen)
    for h in range(3):
        np.testing.assert_allclose(H[h], by_loops(X, W, seen, h), atol=1e-12)


def test_softmax_neither_overflows_nor_depends_on_a_shift():
    Z = np.array([[1e4, 1e4, -1e4], [0.0, 1.0, 2.0]])
    np.testing.assert_allclose(softmax(Z).sum(axis=-1), 1)
    np.testing.assert_allclose(softmax(Z[1] + 500), softmax(Z[1]))
    np.testing.assert_allclose(softmax(Z[0]), [0.5, 0.5, 0])


def test_a_causal_word_does_not_change_with_the_words_after_it():
    rng = np.random.default_rng(1)
    W, X = hand_made(2, 4), rng.standard_normal((5, 4))
    later = X.copy()
    later[3:] = rng.standard_normal((2, 4))
    one, two = (multi_head(sentence, W, seen_by(5, True))[0] for sentence in (X, later))
    np.testing.assert_array_equal(one[:3], two[:3])


def test_the_heads_pick_what_they_were_made_for():
    _, _, A = multi_head(SENTENCE, hand_made(2, 4), seen_by(4, False))
    assert A[0, 2].argmax() == 0
    assert A[1, 1].argmax() == 3


def test_entropy_of_equal_and_of_sure_weights():
    assert entropy(np.full((2, 8), 1 / 8)) == pytest.approx(np.log(8))
    assert entropy(np.eye(4)) == 0


@pytest.mark.parametrize("parameters", [{"d_k": 2, "heads": 4, "causal": True}, {"d_k": 64, "heads": 1}])
def test_the_bounds_of_the_parameters_play(parameters):
    film = list(demo(**parameters))
    assert not broken(film)
    assert [frame.answer for frame in film if isinstance(frame, Ask)] == [0, 0]


def unscaled(Q, K, V, seen):
    return attention(np.sqrt(Q.shape[-1]) * Q, K, V, seen)


def down_the_columns(Z):
    return np.swapaxes(softmax(np.swapaxes(np.maximum(Z, -50), -1, -2)), -1, -2)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("attention", unscaled, {LOOPS, SUM}),
        ("attention", lambda Q, K, V, seen: attention(Q, K, V, seen.T), {LOOPS, HIDDEN}),
        ("softmax", down_the_columns, {LOOPS}),
        ("multi_head", lambda X, W, seen: multi_head(X, W | {"O": W["O"][::-1]}, seen), {SUM}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(causal=True))


def test_products_that_are_too_small_fail_their_check(monkeypatch):
    monkeypatch.setattr(module, "products", lambda n, d_k, rng: 0.8 * products(n, d_k, rng))
    assert broken(demo()) == {VARIANCE}
