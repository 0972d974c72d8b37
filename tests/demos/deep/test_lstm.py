"""The LSTM and the plain RNN against torch's vectors, plain loops and finite differences."""

import json

import numpy as np
import pytest

from mlquiz.demos.deep import lstm as module
from mlquiz.demos.deep.lstm import (
    GATES,
    NETS,
    accuracy,
    affine_gradients,
    demo,
    loss_and_gradients,
    lstm_backward,
    lstm_forward,
    lstm_step,
    recall_task,
    rnn_backward,
    rnn_forward,
    sigmoid,
    step_by_unit,
    train,
    weights,
)
from mlquiz.player import Heat, Line
from tests.demos.frames import broken, checks
from tests.oracles import lstm as oracle

SHORT = {"hidden": 3, "lag": 4, "steps": 10}
LOOP, LSTM_SLOPES, RNN_SLOPES, CELL = checks(demo(**SHORT))


def from_torch(arrays, gates):
    """Our names for torch's stacked weight_ih_l0 (gates n, d) and so on, whose gates come in this order."""
    names = {"W_i": "weight_ih_l0", "W_h": "weight_hh_l0", "b_i": "bias_ih_l0", "b_h": "bias_hh_l0"}
    return {
        ours + gate: rows
        for ours, theirs in names.items()
        for gate, rows in zip(gates, np.split(np.array(arrays[theirs]), len(gates)), strict=True)
    }


@pytest.fixture(scope="module")
def vectors():
    return json.loads(oracle.VECTORS.read_text())


@pytest.mark.parametrize(
    ("name", "gates", "forward", "backward"),
    [("LSTM", GATES, lstm_forward, lstm_backward), ("RNN", "h", rnn_forward, rnn_backward)],
)
def test_outputs_and_gradients_are_torchs(vectors, name, gates, forward, backward):
    X, dH = np.array(vectors["X"]), np.array(vectors["dH"])
    p = from_torch(vectors[name]["weights"], gates)
    trace = forward(X, p)
    np.testing.assert_allclose(trace["h"], vectors[name]["outputs"], atol=1e-12)
    if name == "LSTM":
        np.testing.assert_allclose(trace["c"][-1], vectors[name]["cell"], atol=1e-12)
    grads, _ = backward(X, trace, dH, p)
    expected = from_torch(vectors[name]["gradients"], gates)
    assert grads.keys() == expected.keys()
    for key, gradient in expected.items():
        np.testing.assert_allclose(grads[key], gradient, atol=1e-12)


@pytest.mark.thorough
def test_the_vectors_are_what_torch_computes(vectors):
    pytest.importorskip("torch")
    ours, theirs = json.loads(json.dumps(oracle.compute())), vectors
    np.testing.assert_allclose(ours["X"], theirs["X"])
    for name in ("LSTM", "RNN"):
        np.testing.assert_allclose(ours[name]["outputs"], theirs[name]["outputs"], atol=1e-12)
        for key, gradient in theirs[name]["gradients"].items():
            np.testing.assert_allclose(ours[name]["gradients"][key], gradient, atol=1e-12)


def test_a_step_is_the_loop_over_units():
    rng = np.random.default_rng(0)
    p = weights(GATES, 5, rng, d=3)
    p = {name: w + 0.1 * rng.standard_normal(w.shape) for name, w in p.items()}
    x, h, c = rng.standard_normal(3), rng.standard_normal(5), rng.standard_normal(5)
    step = lstm_step(x[None], h[None], c[None], p)
    expected_h, expected_c = step_by_unit(x, h.tolist(), c.tolist(), p)
    np.testing.assert_allclose(step["h"][0], expected_h, atol=1e-12)
    np.testing.assert_allclose(step["c"][0], expected_c, atol=1e-12)


@pytest.mark.parametrize(("name", "gates"), [("LSTM", GATES), ("RNN", "h")])
def test_every_gradient_is_a_central_difference(name, gates):
    rng = np.random.default_rng(1)
    p = weights(gates, 3, rng)
    X, y = recall_task(5, 4, rng)
    _, grads, _ = loss_and_gradients(NETS[name], X, y, p)
    for key, w in p.items():
        numeric = np.empty_like(w)
        for at in np.ndindex(w.shape):
            ends = []
            for shift in (1e-5, -1e-5):
                moved = w.copy()
                moved[at] += shift
                ends.append(loss_and_gradients(NETS[name], X, y, p | {key: moved})[0])
            numeric[at] = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose(grads[key], numeric, atol=1e-9)


def test_norms_through_time_are_those_of_the_state():
    rng = np.random.default_rng(2)
    X, y = recall_task(1, 6, rng)
    p = weights("h", 1, rng)
    trace = rnn_forward(X, p)
    _, _, norms = loss_and_gradients(NETS["RNN"], X, y, p)
    steps = p["W_hh"][0, 0] * (1 - trace["h"][1:, 0, 0] ** 2)
    np.testing.assert_allclose(norms[:-1] / norms[1:], np.abs(steps))


def test_sigmoid_neither_overflows_nor_loses_its_tails():
    np.testing.assert_allclose(sigmoid(np.array([-1e4, 0.0, 1e4])), [0, 0.5, 1])


def test_the_task_flags_the_bit_to_recall():
    X, y = recall_task(50, 7, np.random.default_rng(3))
    assert X.shape == (8, 50, 2)
    np.testing.assert_array_equal(X[0, :, 0], y)
    np.testing.assert_array_equal(X[:, :, 1].sum(axis=0), np.ones(50))
    assert set(np.unique(X[:, :, 0])) == {-1, 1}


def test_the_lstm_learns_what_it_must_keep():
    rng = np.random.default_rng(4)
    p = weights(GATES, 4, rng)
    p["b_if"] += 1
    X, y = recall_task(200, 4, rng)
    run = train(NETS["LSTM"], p, lag=4, lr=0.02, rng=rng)
    for _ in range(150):
        trained, _ = next(run)
    assert accuracy(NETS["LSTM"], X, y, trained) == 1 > accuracy(NETS["LSTM"], X, y, p)


def test_frames_keep_what_they_showed():
    film = [frame for frame in demo(hidden=2, lag=2, steps=30) if isinstance(frame, Line | Heat)]
    lengths = [len(frame.x) for frame in film if frame.name == "share of bits recalled"]
    assert lengths == list(range(1, 31))


def swapped_cell(f, c, i, g):
    return i * c + f * g


def without_tanh(x, h, c, p):
    step = lstm_step(x, h, c, p)
    return step | {"h": step["o"] * step["c"]}


def without_state(X, H, dA, gate):
    return affine_gradients(X, 0 * H, dA, gate)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("next_cell", swapped_cell, {LOOP, LSTM_SLOPES, CELL}),
        ("lstm_step", without_tanh, {LOOP, LSTM_SLOPES}),
        ("affine_gradients", without_state, {LSTM_SLOPES, RNN_SLOPES}),
        ("delayed", lambda H: H, {LSTM_SLOPES, RNN_SLOPES}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SHORT))
