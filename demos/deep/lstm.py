"""LSTM: gates decide what a cell keeps, takes in and shows, so a gradient survives many steps.

Sheet 4.16. Hochreiter & Schmidhuber (1997); Gers, Schmidhuber & Cummins, Learning to forget (2000). Names and
layout as in torch.nn.LSTM: gates i, f, g, o; T steps, batches of B, d inputs, n units.
"""

from collections.abc import Callable, Iterator
from itertools import count
from math import exp, log, tanh
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Line, Say, Table

Array = NDArray[np.float64]
Params = dict[str, Array]
Trace = dict[str, Array]
"""What a forward pass keeps for the backward pass, each (T, B, n): "h", and for an LSTM its gates and "c"."""

GATES = "ifgo"


def sigmoid(z: Array) -> Array:
    """1/(1 + exp(-z)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def next_cell(f: Array, c: Array, i: Array, g: Array) -> Array:
    r"""$c_t=f_t\odot c_{t-1}+i_t\odot g_t$: keep a part of the old, take in a part of the new."""
    return f * c + i * g


def lstm_step(x: Array, h: Array, c: Array, p: Params) -> dict[str, Array]:
    """Gates, cell and output (B, n) after one step from input x (B, d) and state h, c (B, n)."""
    i = sigmoid(x @ p["W_ii"].T + p["b_ii"] + h @ p["W_hi"].T + p["b_hi"])
    f = sigmoid(x @ p["W_if"].T + p["b_if"] + h @ p["W_hf"].T + p["b_hf"])
    g = np.tanh(x @ p["W_ig"].T + p["b_ig"] + h @ p["W_hg"].T + p["b_hg"])
    o = sigmoid(x @ p["W_io"].T + p["b_io"] + h @ p["W_ho"].T + p["b_ho"])
    c = next_cell(f, c, i, g)
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * np.tanh(c)}


def lstm_forward(X: Array, p: Params) -> Trace:
    """Gates, cells and outputs, each (T, B, n), of a sequence X (T, B, d) from the zero state."""
    h = c = np.zeros((X.shape[1], len(p["b_hi"])))
    steps = []
    for x in X:
        steps.append(lstm_step(x, h, c, p))
        h, c = steps[-1]["h"], steps[-1]["c"]
    return {name: np.stack([step[name] for step in steps]) for name in steps[0]}


def lstm_backward(X: Array, trace: Trace, dH: Array, p: Params) -> tuple[Params, Array]:
    r"""Backpropagation through time, from dH (T, B, n), how the loss depends on each h_t directly.

    Returns the gradients by all parameters, and the norms (T,) of the gradient by the state (h_t, c_t).
    """
    H, C = delayed(trace["h"]), delayed(trace["c"])
    dA = {gate: np.empty_like(dH) for gate in GATES}  # by what goes into the sigmoids and the tanh
    dh, dc = np.zeros_like(dH[0]), np.zeros_like(dH[0])
    norms = np.empty(len(X))
    for t in reversed(range(len(X))):
        i, f, g, o, c = (trace[name][t] for name in "ifgoc")
        dh = dh + dH[t]
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        norms[t] = np.hypot(np.linalg.norm(dh), np.linalg.norm(dc))
        dA["i"][t] = dc * g * i * (1 - i)
        dA["f"][t] = dc * C[t] * f * (1 - f)
        dA["g"][t] = dc * i * (1 - g**2)
        dA["o"][t] = dh * np.tanh(c) * o * (1 - o)
        dh = sum((dA[gate][t] @ p["W_h" + gate] for gate in GATES), np.zeros_like(dh))
        dc = dc * f
    return {k: v for gate in GATES for k, v in affine_gradients(X, H, dA[gate], gate).items()}, norms


def rnn_forward(X: Array, p: Params) -> Trace:
    r"""Outputs $h_t=\tanh(W_{ih}x_t+b_{ih}+W_{hh}h_{t-1}+b_{hh})$ (T, B, n) of torch.nn.RNN."""
    h = np.zeros((X.shape[1], len(p["b_hh"])))
    H = [h := np.tanh(x @ p["W_ih"].T + p["b_ih"] + h @ p["W_hh"].T + p["b_hh"]) for x in X]
    return {"h": np.stack(H)}


def rnn_backward(X: Array, trace: Trace, dH: Array, p: Params) -> tuple[Params, Array]:
    """As `lstm_backward`, for the plain recurrent net: each step multiplies by W_hh and by 1 - h^2."""
    H = trace["h"]
    dA = np.empty_like(dH)
    dh = np.zeros_like(dH[0])
    norms = np.empty(len(X))
    for t in reversed(range(len(X))):
        dh = dh + dH[t]
        norms[t] = np.linalg.norm(dh)
        dA[t] = dh * (1 - H[t] ** 2)
        dh = dA[t] @ p["W_hh"]
    return affine_gradients(X, delayed(H), dA, "h"), norms


def delayed(H: Array) -> Array:
    """The states (T, B, n) one step earlier; zero before the first."""
    return np.concatenate([np.zeros_like(H[:1]), H[:-1]])


def affine_gradients(X: Array, H: Array, dA: Array, gate: str) -> Params:
    """Gradients by W_i, b_i, W_h, b_h of a gate, from dA by its input W_i x_t + b_i + W_h h_{t-1} + b_h."""
    steps_and_batch = ((0, 1), (0, 1))
    return {
        "W_i" + gate: np.tensordot(dA, X, steps_and_batch),
        "W_h" + gate: np.tensordot(dA, H, steps_and_batch),
        "b_i" + gate: dA.sum(axis=(0, 1)),
        "b_h" + gate: dA.sum(axis=(0, 1)),
    }


def weights(gates: str, n: int, rng: np.random.Generator, d: int = 2) -> Params:
    """Weights of the gates and of the read-out v, b, uniform within 1/sqrt(n) as in torch; biases zero."""
    s = n**-0.5
    p = {"v": rng.uniform(-s, s, n), "b": np.zeros(1)}
    for gate in gates:
        p |= {"W_i" + gate: rng.uniform(-s, s, (n, d)), "b_i" + gate: np.zeros(n)}
        p |= {"W_h" + gate: rng.uniform(-s, s, (n, n)), "b_h" + gate: np.zeros(n)}
    return p


Net = tuple[Callable[[Array, Params], Trace], Callable[[Array, Trace, Array, Params], tuple[Params, Array]]]
NETS: dict[str, Net] = {"LSTM": (lstm_forward, lstm_backward), "RNN": (rnn_forward, rnn_backward)}


def loss_and_gradients(net: Net, X: Array, y: Array, p: Params) -> tuple[float, Params, Array]:
    """Mean log(1 + exp(-y z)), z = v h_T + b, over bits y = -1 or 1 (B,); gradients; their norms in time."""
    forward, backward = net
    trace = forward(X, p)
    h = trace["h"][-1]
    margin = y * (h @ p["v"] + p["b"])
    dz = -y * sigmoid(-margin) / len(y)
    dH = np.zeros_like(trace["h"])
    dH[-1] = np.outer(dz, p["v"])
    grads, norms = backward(X, trace, dH, p)
    return float(np.logaddexp(0, -margin).mean()), grads | {"v": dz @ h, "b": dz.sum(keepdims=True)}, norms


def recall_task(batch: int, lag: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Random bits -1 or 1 with a flag at the first, X (lag + 1, batch, 2), and that first bit, y (batch,)."""
    X = np.zeros((lag + 1, batch, 2))
    X[:, :, 0] = rng.choice([-1.0, 1.0], (lag + 1, batch))
    X[0, :, 1] = 1
    return X, X[0, :, 0].copy()


def accuracy(net: Net, X: Array, y: Array, p: Params) -> float:
    """Share of the bits y (B,) that the net recalls."""
    forward, _ = net
    return float(np.mean(y * (forward(X, p)["h"][-1] @ p["v"] + p["b"]) > 0))


def train(
    net: Net, p: Params, lag: int, lr: float, rng: np.random.Generator, batch: int = 32
) -> Iterator[tuple[Params, Array]]:
    """Adam (Kingma & Ba, 2015) with gradients clipped to norm 1; yields parameters and norms through time."""
    m = v = {name: np.zeros_like(w) for name, w in p.items()}
    for t in count(1):
        _, grads, norms = loss_and_gradients(net, *recall_task(batch, lag, rng), p)
        clip = min(1.0, 1 / np.sqrt(sum(np.sum(g**2) for g in grads.values())))
        m = {name: 0.9 * m[name] + 0.1 * clip * g for name, g in grads.items()}
        v = {name: 0.99 * v[name] + 0.01 * (clip * g) ** 2 for name, g in grads.items()}
        step = {name: m[name] / (1 - 0.9**t) / (np.sqrt(v[name] / (1 - 0.99**t)) + 1e-8) for name in p}
        p = {name: w - lr * step[name] for name, w in p.items()}
        yield p, norms


def demo(
    hidden: Annotated[int, "units of each net", Between(1, 32)] = 8,
    lag: Annotated[int, "steps over which the bit is kept", Between(1, 60)] = 20,
    steps: Annotated[int, "training steps", Between(10, 1000)] = 300,
    forget_bias: Annotated[float, "bias of the forget gates at the start", Between(-5, 5)] = 1.0,
    lr: Annotated[float, "learning rate of Adam", Between(0.001, 0.1)] = 0.01,
    seed: int = 0,
) -> Iterator[Frame]:
    """One LSTM step in numbers; then an LSTM and a plain RNN learn to recall a bit from long ago."""
    rng = np.random.default_rng(seed)
    p = {"LSTM": weights(GATES, hidden, rng), "RNN": weights("h", hidden, rng)}
    p["LSTM"]["b_if"] += forget_bias
    start = p.copy()
    yield Say(
        r"An LSTM carries a cell through time, $c_t=f_t\odot c_{t-1}+i_t\odot g_t$, and shows "
        r"$h_t=o_t\odot\tanh(c_t)$. The gates i, f and o are sigmoids of the input and of $h_{t-1}$: "
        r"they decide what the cell takes in, keeps and shows."
    )
    X, y = recall_task(32, lag, rng)
    yield from one_step(X, p["LSTM"])
    yield from gradients_at_the_start(X, y, p, forget_bias)
    yield from training(p, lag, steps, lr, rng)
    yield from memory(X, p["LSTM"])
    X, y = recall_task(8, min(lag, 10), rng)
    yield from checks(X, y, start, p["LSTM"])


def one_step(X: Array, p: Params) -> Iterator[Frame]:
    """Play what one unit computes at step 1 of the first sequence, gate by gate."""
    trace = lstm_forward(X, p)
    now = {name: float(values[1, 0, 0]) for name, values in trace.items()}
    x, h, c = X[1, 0], trace["h"][0, 0], float(trace["c"][0, 0, 0])
    from_x = {gate: float(p["W_i" + gate][0] @ x + p["b_i" + gate][0]) for gate in GATES}
    from_h = {gate: float(p["W_h" + gate][0] @ h + p["b_h" + gate][0]) for gate in GATES}
    rows: list[tuple[object, ...]] = [(gate, from_x[gate], from_h[gate], now[gate]) for gate in GATES]
    rows += [("c", now["i"] * now["g"], now["f"] * c, now["c"]), ("h", "", "", now["h"])]
    for shown in range(1, len(rows) + 1):
        yield Table("one step of one unit", ("", "from x", "from the past", "value"), rows[:shown])


def gradients_at_the_start(X: Array, y: Array, p: dict[str, Params], forget_bias: float) -> Iterator[Frame]:
    """Play how much of the gradient at the last step reaches the first, before any training."""
    lag = len(X) - 1
    norms = {name: loss_and_gradients(net, X, y, p[name])[2] for name, net in NETS.items()}
    share = {name: norm[0] / norm[-1] for name, norm in norms.items()}
    f = 1 / (1 + exp(-forget_bias))
    yield Say(
        f"Two nets now read random bits, and at the end must tell the first one, {lag} steps ago. "
        "To learn that, the gradient of the loss has to travel back over all the steps.",
        name="task",
    )
    yield Heat("one sequence", X[:, 0].T, ("bit", "flag"), diverging=True)
    yield Ask(
        "gradient",
        "In which untrained net does a larger share of the gradient reach the first step?",
        ("in the LSTM", "in the plain RNN", "about as much in both, within a factor of 3"),
        answer=2 if abs(log(share["LSTM"] / share["RNN"])) < log(3) else int(share["RNN"] > share["LSTM"]),
        why=rf"Along the cell each step multiplies by a forget gate, near $\sigma({forget_bias:g})={f:.2f}$; "
        rf"over {lag} steps {f**lag:.1g} is left. In the RNN it is $W_{{hh}}$ and $1-h^2$ each time.",
    )
    yield Line("gradient by the state at step t", norms, x_label="t", log_y=True)


def training(
    p: dict[str, Params], lag: int, steps: int, lr: float, rng: np.random.Generator
) -> Iterator[Frame]:
    """Train both nets and play accuracy and gradients; leaves the trained parameters in p."""
    X, y = recall_task(200, lag, rng)
    runs = {name: train(net, p[name], lag, lr, rng) for name, net in NETS.items()}
    yield Say("Both nets train on the same task, with the same optimiser.", name="task")
    seen: list[int] = []
    curves: dict[str, list[float]] = {name: [] for name in NETS}
    norms: dict[str, Array] = {}
    for step in range(1, steps + 1):
        for name, run in runs.items():
            p[name], norms[name] = next(run)
        if step % max(steps // 30, 1) == 0:
            seen.append(step)
            for name, net in NETS.items():
                curves[name].append(accuracy(net, X, y, p[name]))
            snapshot = {name: curve.copy() for name, curve in curves.items()}
            yield Line("share of bits recalled", snapshot, x=seen.copy(), x_label="training step")
            yield Line("gradient by the state at step t", norms.copy(), x_label="t", log_y=True)


def memory(X: Array, p: Params) -> Iterator[Frame]:
    """Play the gates and the cell of the unit that the read-out hears most, for a sequence of each bit."""
    trace = lstm_forward(X, p)
    unit = int(np.argmax(np.abs(p["v"]) * trace["h"][-1].std(axis=0)))
    yield Say(
        "One unit of the trained LSTM reads two sequences. Its forget gate is on average "
        f"{trace['f'][..., unit].mean():.2f}; look for the row that keeps the first bit.",
        name="task",
    )
    trace["tanh c"] = np.tanh(trace["c"])
    names = ("i", "f", "g", "o", "tanh c", "h")
    for bit in (1, -1):
        b = int(np.argmax(X[0, :, 0] == bit))
        rows = [X[:, b, 0], *(trace[name][:, b, unit] for name in names)]
        yield Heat(f"first bit {bit}", np.stack(rows), ("bit", *names), diverging=True)


def step_by_unit(x: Array, h: list[float], c: list[float], p: Params) -> tuple[list[float], list[float]]:
    """One LSTM step of one sequence in plain Python, unit by unit: the check's own way to h and c."""
    new_h, new_c = [], []
    for k, c_k in enumerate(c):
        z = {}
        for gate in GATES:
            from_x = sum(w * x_j for w, x_j in zip(p["W_i" + gate][k].tolist(), x.tolist(), strict=True))
            from_h = sum(w * h_j for w, h_j in zip(p["W_h" + gate][k].tolist(), h, strict=True))
            z[gate] = from_x + from_h + float(p["b_i" + gate][k] + p["b_h" + gate][k])
        i, f, o = (1 / (1 + exp(-z[gate])) for gate in "ifo")
        new_c.append(f * c_k + i * tanh(z["g"]))
        new_h.append(o * tanh(new_c[k]))
    return new_h, new_c


def worst_gradient(net: Net, X: Array, y: Array, p: Params) -> float:
    """Largest gap between backpropagation and a central difference, at each parameter's steepest entry."""
    _, grads, _ = loss_and_gradients(net, X, y, p)
    gaps = []
    for name, grad in grads.items():
        bump = np.where(np.abs(grad) == np.abs(grad).max(), 1e-5, 0.0)
        up, down = (loss_and_gradients(net, X, y, p | {name: p[name] + s * bump})[0] for s in (1, -1))
        gaps.append(abs(float((grad * bump).sum()) - (up - down) / 2) / 1e-5)
    return max(gaps)


def checks(X: Array, y: Array, start: dict[str, Params], p: Params) -> Iterator[Check]:
    """Compare forward and backward passes with loops, central differences and the product of forget gates."""
    trace = lstm_forward(X, p)
    h = c = [0.0] * trace["h"].shape[2]
    for x in X[:, 0]:
        h, c = step_by_unit(x, h, c, p)
    yield Check("h_T against a loop over units", abs(trace["h"][-1, 0] - h).max(), 0.0, 1e-12)
    for name, net in NETS.items():
        gap = worst_gradient(net, X, y, start[name])
        yield Check(f"gradients of the {name} against differences", gap, 0.0, 1e-8)
    up = np.ones_like(trace["c"][0])
    down = -up
    for f, i, g in zip(trace["f"], trace["i"], trace["g"], strict=True):
        up, down = next_cell(f, up, i, g), next_cell(f, down, i, g)
    product = trace["f"].prod(axis=0)
    longest = np.unravel_index(np.argmax(product), product.shape)
    yield Check("c_T by c_0 along the cell path", (up - down)[longest] / 2, product[longest], 1e-10)
