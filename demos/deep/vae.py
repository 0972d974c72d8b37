"""VAE: an encoder guesses a code for each picture, a decoder draws it again, and a bound keeps both honest.

Sheet 4.25. Kingma & Welling, Auto-encoding variational Bayes (2014); beta: Higgins et al. (2017); linear:
Tipping & Bishop, Probabilistic PCA (1999). Data X (n, d), codes z (n, L), decoder noise of variance S2.
"""

from collections.abc import Generator, Iterator
from itertools import islice
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Heat, Line, Say, Scatter

Array = NDArray[np.float64]
Params = dict[str, Array]
"""Encoder W1, b1, then Wm, bm to the mean and Ws, bs to the log variance; decoder W2, b2, then W3, b3.

Without W1 and W2 there are no hidden layers, and the model is linear.
"""

S2 = 0.1


def encode(X: Array, p: Params) -> tuple[Array, Array, Array]:
    r"""Hidden layer, mean $\mu$ and $\log\sigma^2$ (n, L) of $q(z|x)$."""
    h = np.tanh(X @ p["W1"] + p["b1"]) if "W1" in p else X
    return h, h @ p["Wm"] + p["bm"], h @ p["Ws"] + p["bs"]


def decode(z: Array, p: Params) -> tuple[Array, Array]:
    r"""Hidden layer and mean (n, d) of $p(x|z)$."""
    g = np.tanh(z @ p["W2"] + p["b2"]) if "W2" in p else z
    return g, g @ p["W3"] + p["b3"]


def kl(mu: Array, logvar: Array) -> Array:
    r"""$KL(q\Vert N(0,I))=\frac{1}{2}\sum(\mu^2+\sigma^2-1-\log\sigma^2)$ (n,)."""
    divergence: Array = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(axis=-1)
    return divergence


def log_density(X: Array, x_hat: Array) -> Array:
    r"""$\log N(x;\hat x,S2\,I)$ (n,)."""
    density: Array = -0.5 * ((X - x_hat) ** 2 / S2 + np.log(2 * np.pi * S2)).sum(axis=-1)
    return density


def elbo(X: Array, eps: Array, p: Params) -> tuple[Array, Array]:
    r"""$\log p(x|z)$ at $z=\mu+\sigma\epsilon$ (n,), and the KL (n,); the ELBO is their difference."""
    _, mu, logvar = encode(X, p)
    _, x_hat = decode(mu + np.exp(logvar / 2) * eps, p)
    return log_density(X, x_hat), kl(mu, logvar)


def loss_and_gradients(X: Array, eps: Array, beta: float, p: Params) -> tuple[float, Params]:
    """Mean of beta KL - reconstruction, and its gradients with the noise eps (n, L) held fixed."""
    n = len(X)
    h, mu, logvar = encode(X, p)
    sigma = np.exp(logvar / 2)
    z = mu + sigma * eps
    g, x_hat = decode(z, p)
    loss = float((beta * kl(mu, logvar) - log_density(X, x_hat)).mean())

    dx = (x_hat - X) / (S2 * n)
    grads = {"W3": g.T @ dx, "b3": dx.sum(axis=0)}
    dz = dx @ p["W3"].T
    if "W2" in p:
        da = dz * (1 - g**2)
        grads |= {"W2": z.T @ da, "b2": da.sum(axis=0)}
        dz = da @ p["W2"].T
    dmu = dz + beta * mu / n
    dlogvar = dz * eps * sigma / 2 + beta * (sigma**2 - 1) / (2 * n)
    grads |= {"Wm": h.T @ dmu, "bm": dmu.sum(axis=0), "Ws": h.T @ dlogvar, "bs": dlogvar.sum(axis=0)}
    if "W1" in p:
        da = (dmu @ p["Wm"].T + dlogvar @ p["Ws"].T) * (1 - h**2)
        grads |= {"W1": X.T @ da, "b1": da.sum(axis=0)}
    return loss, grads


def initial(d: int, latent: int, hidden: int, rng: np.random.Generator) -> Params:
    """Small random weights; without hidden units, a linear model."""
    sizes = {"Wm": (hidden or d, latent), "Ws": (hidden or d, latent), "W3": (hidden or latent, d)}
    if hidden:
        sizes |= {"W1": (d, hidden), "W2": (latent, hidden)}
    p = {name: rng.standard_normal(size) / np.sqrt(size[0]) for name, size in sizes.items()}
    return p | {"b" + name[1]: np.zeros(size[1]) for name, size in sizes.items()} | {"Ws": 0.1 * p["Ws"]}


def train(X: Array, p: Params, beta: float, lr: float, rng: np.random.Generator) -> Iterator[Params]:
    """Adam (Kingma & Ba, 2015) on batches of 32; yields the parameters after each pass over the data."""
    m = v = {name: np.zeros_like(w) for name, w in p.items()}
    t = 0
    while True:
        for batch in np.array_split(rng.permutation(len(X)), max(len(X) // 32, 1)):
            t += 1
            eps = rng.standard_normal((len(batch), len(p["bm"])))
            _, grads = loss_and_gradients(X[batch], eps, beta, p)
            m = {name: 0.9 * m[name] + 0.1 * g for name, g in grads.items()}
            v = {name: 0.99 * v[name] + 0.01 * g**2 for name, g in grads.items()}
            rates = {name: np.sqrt(v[name] / (1 - 0.99**t)) + 1e-8 for name in p}
            p = {name: w - lr * m[name] / (1 - 0.9**t) / rates[name] for name, w in p.items()}
        yield p


def glyphs(n: int, rng: np.random.Generator) -> tuple[Array, NDArray[np.intp]]:
    """Pictures (n, 64) of bars, crosses and rings that lean and grow, with noise; and their kind (n,)."""
    row, column = np.mgrid[-3.5:4.5, -3.5:4.5].reshape(2, 1, 64)
    kind, lean, size = rng.integers(3, size=n), rng.uniform(-0.6, 0.6, (n, 1)), rng.uniform(1.8, 3.2, (n, 1))
    u = column * np.cos(lean) + row * np.sin(lean)
    w = row * np.cos(lean) - column * np.sin(lean)
    bar = (np.abs(w) <= size) * np.exp(-(u**2))
    cross = np.maximum(bar, (np.abs(u) <= size) * np.exp(-(w**2)))
    ring = np.exp(-((np.hypot(u, w) - size) ** 2))
    return np.stack([bar, cross, ring])[kind, np.arange(n)] + 0.1 * rng.standard_normal((n, 64)), kind


def stretched(n: int, rng: np.random.Generator) -> Array:
    """Points (n, 3) along a line, with noise of variance S2."""
    along = np.outer(rng.standard_normal(n), [1.5, 1.0, -0.8])
    points: Array = along + np.sqrt(S2) * rng.standard_normal((n, 3)) + 0.5
    return points


def best_linear(X: Array, latent: int) -> Params:
    """The linear VAE of the highest ELBO, by the covariance's eigenvectors (Tipping & Bishop, eq. 7)."""
    centre = X.mean(axis=0)
    values, U = np.linalg.eigh(np.cov(X.T, bias=True))
    values, U = values[::-1][:latent], U[:, ::-1][:, :latent]
    W = (U * np.sqrt(np.maximum(values - S2, 0))).T
    precision = np.diag(W @ W.T) / S2 + 1
    Wm = W.T / S2 / precision
    p = {"Wm": Wm, "bm": -centre @ Wm, "Ws": np.zeros_like(Wm), "bs": -np.log(precision)}
    return p | {"W3": W, "b3": centre}


def exact_log_likelihood(X: Array, p: Params) -> float:
    r"""Mean of $\log N(x;b,W^\top W+S2\,I)$, what the data are worth to a linear decoder."""
    S = p["W3"].T @ p["W3"] + S2 * np.eye(X.shape[1])
    gaps = X - p["b3"]
    squares = np.einsum("ni,ni->n", gaps, np.linalg.solve(S, gaps.T).T)
    return float(-0.5 * (squares.mean() + np.linalg.slogdet(2 * np.pi * S)[1]))


def demo(
    model: Annotated[Literal["mlp", "linear"], "pictures with hidden layers, or points without"] = "mlp",
    n: Annotated[int, "pictures or points", Between(32, 1000)] = 256,
    latent: Annotated[int, "numbers in a code", Between(1, 8)] = 2,
    hidden: Annotated[int, "hidden units", Between(4, 64)] = 32,
    beta: Annotated[float, "weight of the KL", Between(0.01, 20)] = 1.0,
    epochs: Annotated[int, "passes over the data", Between(5, 200)] = 60,
    lr: Annotated[float, "learning rate of Adam", Between(0.0005, 0.03)] = 0.003,
    seed: int = 0,
) -> Iterator[Frame]:
    """Pictures become points of a plane and pictures again; too much KL, and the codes say nothing."""
    rng = np.random.default_rng(seed)
    yield Say(
        r"A VAE encodes x as a normal $q(z|x)$, draws $z=\mu+\sigma\epsilon$ and decodes it. It climbs the "
        r"ELBO, $E_q[\log p(x|z)]-KL(q\Vert p)\leq\log p(x)$: draw x again, with codes near $N(0,I)$."
    )
    if model == "linear":
        X = stretched(n, rng)
        # a linear model bears longer steps
        p = yield from towards_the_ceiling(X, initial(3, 1, 0, rng), beta, 4 * lr, epochs, rng)
    else:
        X, kind = glyphs(n, rng)
        start = initial(64, latent, hidden, rng)
        p = yield from learn(X, kind, start, beta, lr, epochs, rng)
        yield from morph(X, p)
        yield from collapse(X, start, lr, epochs, rng)
        yield from two_gradients(X, p, rng)
    yield from checks(X[:20], p, beta, rng)


def measured(X: Array, p: Params, rng: np.random.Generator) -> tuple[float, float]:
    """Mean reconstruction and KL of the data."""
    reconstruction, divergence = elbo(X, rng.standard_normal((len(X), len(p["bm"]))), p)
    return float(reconstruction.mean()), float(divergence.mean())


def learn(
    X: Array,
    kind: NDArray[np.intp],
    start: Params,
    beta: float,
    lr: float,
    epochs: int,
    rng: np.random.Generator,
) -> Generator[Frame, None, Params]:
    """Play the training, and return the parameters at the end."""
    p = start
    for picture in range(5):
        yield Heat("some pictures", X[picture].reshape(8, 8))
    curves: dict[str, list[float]] = {"ELBO": [], "reconstruction": [], "-KL": []}
    for epoch, p in zip(range(1, epochs + 1), train(X, start, beta, lr, rng), strict=False):
        reconstruction, divergence = measured(X, p, rng)
        values = (reconstruction - divergence, reconstruction, -divergence)
        for name, value in zip(curves, values, strict=True):
            curves[name].append(value)
        if epoch % max(epochs // 20, 1) == 0:
            shown = {name: curve.copy() for name, curve in curves.items()}
            yield Say(f"Epoch {epoch}: ELBO {values[0]:.1f}.")
            yield Line("terms of the ELBO", shown, x=range(1, epoch + 1), x_label="epoch")
            yield codes(X, kind, p)
    return p


def codes(X: Array, kind: NDArray[np.intp], p: Params) -> Scatter:
    """The means of the codes, by kind of picture."""
    _, mu, _ = encode(X, p)
    second = mu[:, 1] if mu.shape[1] > 1 else np.zeros(len(mu))
    z = np.column_stack([mu[:, 0], second])
    names = ("bar", "cross", "ring")
    return Scatter("codes", z, labels=kind, x_label="z_1", y_label="z_2", class_names=names)


def morph(X: Array, p: Params) -> Iterator[Frame]:
    """Play pictures decoded from a grid over the codes of the data, row by row."""
    _, mu, _ = encode(X, p)
    low, high = np.quantile(mu, [0.05, 0.95], axis=0)
    z = np.tile(mu.mean(axis=0), (25, 1))
    z[:, 0] = np.tile(np.linspace(low[0], high[0], 5), 5)
    z[:, -1] = np.repeat(np.linspace(high[-1], low[-1], 5), 5)
    _, x_hat = decode(z, p)
    sheet = x_hat.reshape(5, 5, 8, 8).transpose(0, 2, 1, 3).reshape(40, 40)
    yield Say("Pictures decoded from a grid over these codes: what lies between two is a blend of both.")
    for row in range(1, 6):
        yield Heat("decoded codes", sheet[: 8 * row])


def collapse(X: Array, start: Params, lr: float, epochs: int, rng: np.random.Generator) -> Iterator[Frame]:
    """Ask what a heavy KL does, and play three weights of it."""
    divergences: dict[float, float] = {}
    pictures: dict[float, Array] = {}
    for beta in (0.1, 1.0, 10.0, 100.0):
        *_, p = islice(train(X, start, beta, lr, rng), epochs)
        divergences[beta] = measured(X, p, rng)[1]
        pictures[beta] = decode(encode(X[:1], p)[1], p)[1].reshape(8, 8)
    heavier = divergences[100.0] / divergences[1.0]
    yield Ask(
        "beta",
        "Now the KL weighs a hundred times as much, beta = 100. What becomes of the codes?",
        ("they spread out more", "all pictures get nearly the same code", "nothing changes"),
        answer=1 if heavier < 0.5 else 0 if heavier > 2 else 2,
        why="The cheapest code is the prior itself, with KL 0: the decoder then draws the mean picture "
        "whatever comes in. That is posterior collapse.",
    )
    yield Bars("KL in nats", {f"beta = {beta:g}": value for beta, value in divergences.items()})
    for beta, picture in pictures.items():
        yield Say(f"The first picture, drawn again with beta = {beta:g}.")
        yield Heat("drawn again", picture)


def gradients_by_mu(x: Array, p: Params, eps: Array) -> tuple[Array, Array]:
    r"""Single-draw gradients (r, L) of $E_q[\log p(x|z)]$ by $\mu$: through z, and by the score of q."""
    _, mu, logvar = encode(x[None], p)
    sigma = np.exp(logvar / 2)
    z = mu + sigma * eps
    g, x_hat = decode(z, p)
    dg = (x - x_hat) / S2 @ p["W3"].T
    through = (dg * (1 - g**2)) @ p["W2"].T if "W2" in p else dg
    return through, log_density(x, x_hat)[:, None] * eps / sigma


def two_gradients(X: Array, p: Params, rng: np.random.Generator) -> Iterator[Frame]:
    """Show how much two unbiased gradients scatter."""
    through, score = gradients_by_mu(X[0], p, rng.standard_normal((2000, len(p["bm"]))))
    yield Say("Two unbiased estimates of one gradient: through z (reparameterised), and by the score of q.")
    deviations = {"through z": float(through[:, 0].std()), "score function": float(score[:, 0].std())}
    yield Bars("standard deviation of one draw", deviations)


def towards_the_ceiling(
    X: Array, start: Params, beta: float, lr: float, epochs: int, rng: np.random.Generator
) -> Generator[Frame, None, Params]:
    """Play the ELBO of the linear model below the likelihood that no ELBO can pass."""
    p = start
    ceiling = exact_log_likelihood(X, best_linear(X, 1))
    values: list[float] = []
    for epoch, p in zip(range(1, epochs + 1), train(X, start, beta, lr, rng), strict=False):
        reconstruction, divergence = measured(X, p, rng)
        values.append(reconstruction - divergence)
        if epoch % max(epochs // 30, 1) == 0:
            curves = {"ELBO": values.copy(), "best log-likelihood": [ceiling] * epoch}
            ends = decode(np.array([[-2.5], [2.5]]), p)[1][:, :2]
            yield Say(f"Epoch {epoch}: ELBO {values[-1]:.3f}, at most {ceiling:.3f}.")
            yield Line("ELBO and its ceiling", curves, x=range(1, epoch + 1), x_label="epoch")
            yield Scatter("points and decoded line", X[:, :2], curves={"decoded": ends})
    return p


def checks(X: Array, p: Params, beta: float, rng: np.random.Generator) -> Iterator[Check]:
    """Compare gradients with differences, the KL with sampling, and the ELBO with probabilistic PCA."""
    eps = rng.standard_normal((len(X), len(p["bm"])))
    _, grads = loss_and_gradients(X, eps, beta, p)
    gaps = []
    for name, grad in grads.items():
        bump = np.where(np.abs(grad) == np.abs(grad).max(), 1e-5, 0.0)
        up, down = (loss_and_gradients(X, eps, beta, p | {name: p[name] + s * bump})[0] for s in (1, -1))
        gaps.append(abs(float((grad * bump).sum()) - (up - down) / 2) / 1e-5 / max(1.0, np.abs(grad).max()))
    yield Check("gradients against differences", max(gaps), 0.0, 1e-5)
    mu, logvar = np.array([[0.8, -0.5]]), np.array([[-0.7, 0.4]])
    z = mu + np.exp(logvar / 2) * rng.standard_normal((100_000, 2))
    ratios = 0.5 * (z**2 - (z - mu) ** 2 / np.exp(logvar) - logvar).sum(axis=1)
    error = 4 * float(ratios.std() / np.sqrt(len(ratios)))
    yield Check("KL against 100,000 draws", float(kl(mu, logvar)[0]), float(ratios.mean()), error)
    points = stretched(200, rng)
    best = best_linear(points, 1)
    halves = [np.subtract(*elbo(points, np.full((200, 1), sign), best)).mean() for sign in (1.0, -1.0)]
    exact = exact_log_likelihood(points, best)
    yield Check("ELBO of the best linear VAE against PPCA", float(np.mean(halves)), exact, 1e-8)
