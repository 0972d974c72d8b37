"""Naive Bayes: take features for independent within a class, multiply their chances, apply Bayes' rule.

Sheet 3.15. Manning, Raghavan & Schuetze, Introduction to Information Retrieval (2008), chapter 13. Word
counts N (K, V) by class, messages X (n, V), classes y (n,) of 0..K-1.
"""

from collections.abc import Iterator
from fractions import Fraction
from statistics import NormalDist
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Line, Regions, Say, Scatter, Table

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

CLASSES = ("ham", "spam")
CENTRES = np.array([[-1.2, 0.8], [1.5, -0.5]])
CORPUS = (
    ("ham", "lunch now or meeting first"),
    ("ham", "send the report now please"),
    ("ham", "the meeting starts now"),
    ("ham", "are you free for lunch"),
    ("ham", "money for lunch please"),
    ("spam", "win free money"),
    ("spam", "free money free prize"),
    ("spam", "claim the prize money today"),
    ("spam", "win a free prize today"),
)


def encode(texts: list[str], vocabulary: list[str]) -> Array:
    """How often each message has each word, (n, V); words outside the vocabulary are left out."""
    return np.array([[text.split().count(word) for word in vocabulary] for text in texts], dtype=float)


def count_by_class(X: Array, y: Labels, K: int) -> Array:
    """Sums (K, V) of the rows of X (n, V) in each class."""
    N: Array = (y == np.arange(K)[:, None]) @ X
    return N


def log_prior(y: Labels, K: int) -> Array:
    """Logarithms (K,) of the shares of the classes."""
    shares: Array = np.log(np.bincount(y, minlength=K) / len(y))
    return shares


def smoothed(N: Array, alpha: float) -> Array:
    r"""$P(w|c)=\frac{N_{cw}+\alpha}{N_c+\alpha V}$ (K, V): V words share the pseudo-counts of a class."""
    chances: Array = (N + alpha) / (N.sum(axis=1, keepdims=True) + alpha * N.shape[1])
    return chances


def log_of(p: Array) -> Array:
    """Logarithms, with minus infinity for 0."""
    logs: Array = np.log(p, out=np.full_like(p, -np.inf), where=p > 0)
    return logs


def multinomial(X: Array, prior: Array, P: Array) -> Array:
    r"""$\log P(c)+\sum_wx_w\log P(w|c)$ (n, K) for word counts X (n, V); prior (K,) is a logarithm."""
    x = X[:, None]
    terms = np.multiply(x, log_of(P), out=np.zeros((len(X), *P.shape)), where=x > 0)
    joint: Array = prior + terms.sum(axis=-1)
    return joint


def bernoulli(X: Array, prior: Array, P: Array) -> Array:
    r"""$\log P(c)+\sum_i(x_i\log p_i+(1-x_i)\log(1-p_i))$ (n, K): words that are missing count too."""
    seen = (X > 0).astype(float)
    joint: Array = prior + seen @ np.log(P).T + (1 - seen) @ np.log(1 - P).T
    return joint


def gaussian(X: Array, prior: Array, mean: Array, var: Array) -> Array:
    r"""$\log P(c)+\sum_j\log\mathcal{N}(x_j|\mu_{cj},\sigma^2_{cj})$ (n, K), means and variances (K, d)."""
    z2 = (X[:, None] - mean) ** 2 / var
    joint: Array = prior - 0.5 * (np.log(2 * np.pi * var) + z2).sum(axis=-1)
    return joint


def posterior(joint: Array) -> Array:
    """Probabilities (n, K) from log joints: shift by the largest, exponentiate, divide by the sum."""
    p = np.exp(joint - joint.max(axis=1, keepdims=True))
    result: Array = p / p.sum(axis=1, keepdims=True)
    return result


def presence(X: Array, y: Labels, K: int, alpha: float) -> Array:
    r"""$\frac{m+\alpha}{n+2\alpha}$ (K, V): the smoothed share of messages of a class that have a word."""
    share: Array = (count_by_class((X > 0).astype(float), y, K) + alpha) / (
        np.bincount(y, minlength=K)[:, None] + 2 * alpha
    )
    return share


def moments(X: Array, y: Labels, K: int) -> tuple[Array, Array]:
    """Means and variances (K, d) of each feature in each class."""
    parts = [X[y == c] for c in range(K)]
    return np.stack([part.mean(axis=0) for part in parts]), np.stack([part.var(axis=0) for part in parts])


class Mail(NamedTuple):
    """The corpus: its vocabulary, messages X (n, V) and classes y (n,)."""

    vocabulary: list[str]
    X: Array
    y: Labels


def read_corpus() -> Mail:
    """The messages of CORPUS as counts."""
    texts = [text for _, text in CORPUS]
    vocabulary = sorted({word for text in texts for word in text.split()})
    return Mail(vocabulary, encode(texts, vocabulary), np.array([CLASSES.index(kind) for kind, _ in CORPUS]))


def clouds(n: int, rng: np.random.Generator) -> tuple[Array, Labels]:
    """Points (n, 2) of two classes, one round and one stretched along the diagonal."""
    y = np.arange(n) % 2
    e = rng.standard_normal((n, 2))
    slanted = np.stack([e[:, 0], 0.8 * e[:, 0] + 0.5 * e[:, 1]], axis=1)
    return CENTRES[y] + np.where(y[:, None] == 1, slanted, 0.7 * e), y


def demo(
    alpha: Annotated[float, "pseudo-count of every word in every class", Between(0.01, 10)] = 1.0,
    message: Annotated[str, "message to judge, words and spaces"] = "free money now",
    n: Annotated[int, "points of the Gaussian part", Between(20, 1000)] = 120,
    seed: int = 0,
) -> Iterator[Frame]:
    """A message is judged word by word; one word that a class never had shows what smoothing is for."""
    mail = read_corpus()
    known = [word for word in message.lower().split() if word in mail.vocabulary]
    if not known:
        raise ValueError(f"message = {message!r} has none of the words {', '.join(mail.vocabulary)}")
    yield Say(
        r"Naive Bayes takes the class with the largest $P(c)\prod_iP(x_i|c)$, as if the words of a message "
        r"were independent in each class. Smoothing counts every word $\alpha$ times more: "
        r"$P(w|c)=\frac{N_{cw}+\alpha}{N_c+\alpha V}$."
    )
    yield from learn(mail, known, alpha)
    yield from judge(mail, known, alpha)
    points, y = clouds(n, np.random.default_rng(seed))
    yield from ellipses(points, y)
    yield from checks(mail, known, alpha, points, y)


def learn(mail: Mail, known: list[str], alpha: float) -> Iterator[Frame]:
    """Play how message after message adds to the counts of the words, and what becomes of the counts."""
    common = sorted(mail.vocabulary, key=lambda w: -mail.X[:, mail.vocabulary.index(w)].sum())
    words = list(dict.fromkeys([*known, *common]))[:9]
    columns = [mail.vocabulary.index(word) for word in words]
    for read in range(1, len(CORPUS) + 1):
        N = count_by_class(mail.X[:read], mail.y[:read], 2)
        kind, text = CORPUS[read - 1]
        yield Say(f"Message {read} is {kind}: {text}.", name="step")
        yield Table(
            "counts",
            ("word", *CLASSES),
            [(w, *N[:, j].astype(int)) for w, j in zip(words, columns, strict=True)],
        )
    raw, P = smoothed(N, 0.0), smoothed(N, alpha)
    rows: list[tuple[object, ...]] = []
    for word, j in zip(words, columns, strict=True):
        flagged = [round(p, 3) if p else "zero" for p in raw[:, j].tolist()]
        rows.append((word, *flagged, *P[:, j].round(3)))
        yield Table("chances of a word", ("word", *CLASSES, "ham+a", "spam+a"), rows.copy())


def judge(mail: Mail, known: list[str], alpha: float) -> Iterator[Frame]:
    """Play the running posterior of the message, without and with smoothing."""
    N, prior = count_by_class(mail.X, mail.y, 2), log_prior(mail.y, 2)
    prefixes = encode([" ".join(known[:read]) for read in range(len(known) + 1)], mail.vocabulary)
    raw, soft = (multinomial(prefixes, prior, smoothed(N, a)) for a in (0.0, alpha))
    verdicts = [verdict(joint[-1]) for joint in (raw, soft)]
    yield Ask(
        "zero",
        f"The message is: {' '.join(known)}. Without smoothing, a word that a class never had counts zero. "
        "What comes out without it?",
        (*CLASSES, "neither: both are zero"),
        answer=verdicts[0],
        why=f"One zero and the product is zero, whatever the other words say. Smoothed, it is "
        f"{CLASSES[verdicts[1]]}, with P(spam) = {posterior(soft)[-1, 1]:.2f}.",
    )
    rows: list[tuple[object, ...]] = []
    for read, word in enumerate(["(prior)", *known]):
        rows.append((word, *soft[read].round(2), *raw[read].round(2)))
        yield Say(f"So far: {' '.join(known[:read]) or 'nothing'}.", name="step")
        yield Table("log P(c) and words", ("word", "ham+a", "spam+a", *CLASSES), rows[-7:])
        yield Bars("smoothed posterior", dict(zip(CLASSES, posterior(soft)[read].tolist(), strict=True)))
        if np.isfinite(raw[read]).any():
            shares = posterior(raw[[read]])[0].tolist()
            yield Bars("unsmoothed posterior", dict(zip(CLASSES, shares, strict=True)))
        else:
            yield Bars("unsmoothed posterior", dict.fromkeys(CLASSES, float("nan")))
    alphas = np.geomspace(0.01, 10, 25)
    spam = [posterior(multinomial(prefixes[-1:], prior, smoothed(N, a)))[0, 1] for a in alphas.tolist()]
    presences = [
        posterior(bernoulli(prefixes[-1:], prior, presence(mail.X, mail.y, 2, a)))[0, 1]
        for a in alphas.tolist()
    ]
    for shown in range(5, 26, 5):
        curves = {"word counts": spam[:shown], "presence (Bernoulli)": presences[:shown]}
        yield Line("P(spam) by alpha", curves, x=alphas[:shown], x_label="alpha", log_x=True)


def verdict(joint: Array) -> int:
    """The class with the larger log joint (2,); 2 if both are impossible."""
    return int(joint.argmax()) if np.isfinite(joint).any() else 2


def ellipses(points: Array, y: Labels) -> Iterator[Frame]:
    """Play how the Gaussians of both classes settle as points come in, and what they rule."""
    turn = np.linspace(0, 2 * np.pi, 49)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3
    x1, x2 = np.meshgrid(np.linspace(low[0], high[0], 48), np.linspace(low[1], high[1], 32))
    grid = np.stack([x1.ravel(), x2.ravel()], axis=1)
    names = ("round", "slanted")
    for seen in np.unique(np.geomspace(8, len(points), 12).astype(int)).tolist():
        X, labels = points[:seen], y[:seen]
        mean, var = moments(X, labels, 2)
        axes = {name: m + 2 * np.sqrt(v) * circle for name, m, v in zip(names, mean, var, strict=True)}
        Z = gaussian(grid, log_prior(labels, 2), mean, var).argmax(axis=1).reshape(x1.shape)
        yield Say(f"Numbers instead of words: a Gaussian for each feature, from {seen} points.", name="step")
        yield Scatter("two standard deviations", X, labels=labels, curves=axes, class_names=names)
        yield Regions("who rules where", Z, (low[0], high[0], low[1], high[1]), X, labels, class_names=names)
    yield Say("The ellipses never tilt: within a class the features count as independent.", name="step")


def in_fractions(mail: Mail, known: list[str], alpha: Fraction) -> Fraction:
    """P(spam) of the message by Bayes' rule, from the texts of the corpus and in exact fractions."""
    joint = []
    for kind in CLASSES:
        words = [word for each, text in CORPUS for word in text.split() if each == kind]
        product = Fraction(sum(each == kind for each, _ in CORPUS), len(CORPUS))
        for word in known:
            product *= (words.count(word) + alpha) / (len(words) + alpha * len(mail.vocabulary))
        joint.append(product)
    return joint[1] / sum(joint)


def presence_in_fractions(mail: Mail, known: list[str], alpha: Fraction) -> Fraction:
    """P(spam) of the message from the presence and absence of every word, in exact fractions."""
    joint = []
    for kind in CLASSES:
        texts = [text.split() for each, text in CORPUS if each == kind]
        product = Fraction(len(texts), len(CORPUS))
        for word in mail.vocabulary:
            p = (sum(word in text for text in texts) + alpha) / (len(texts) + 2 * alpha)
            product *= p if word in known else 1 - p
        joint.append(product)
    return joint[1] / sum(joint)


def checks(mail: Mail, known: list[str], alpha: float, points: Array, y: Labels) -> Iterator[Check]:
    """Compare with exact fractions and with the densities of Python's normal distribution."""
    P, prior = smoothed(count_by_class(mail.X, mail.y, 2), alpha), log_prior(mail.y, 2)
    yield Check("smoothed chances of all words, summed", float(np.abs(P.sum(axis=1) - 1).max()), 0.0, 1e-12)
    X, exact = encode([" ".join(known)], mail.vocabulary), Fraction(str(alpha))
    spam = float(posterior(multinomial(X, prior, P))[0, 1])
    yield Check("P(spam), in fractions", spam, float(in_fractions(mail, known, exact)), 1e-9)
    spam = float(posterior(bernoulli(X, prior, presence(mail.X, mail.y, 2, alpha)))[0, 1])
    yield Check(
        "P(spam) by presence, in fractions", spam, float(presence_in_fractions(mail, known, exact)), 1e-9
    )
    mean, var = moments(points, y, 2)
    joint = gaussian(points[:20], log_prior(y, 2), mean, var)
    marginals = [[NormalDist.from_samples(points[y == c, j].tolist()) for j in (0, 1)] for c in (0, 1)]
    worst = 0.0
    for x, mine in zip(points[:20].tolist(), posterior(joint)[:, 1].tolist(), strict=True):
        p = [float((y == c).mean()) for c in (0, 1)]
        for c, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
            size = int((y == c).sum())  # from_samples divides by size - 1
            p[c] *= NormalDist(marginals[c][j].mean, marginals[c][j].stdev * ((size - 1) / size) ** 0.5).pdf(
                x[j]
            )
        worst = max(worst, abs(mine - p[1] / sum(p)))
    yield Check("Gaussian posterior, by densities", worst, 0.0, 1e-9)
