"""Data augmentation: turn, shift and fade a letter so that it stays that letter, and learn from the copies.

Sheet 3.16. Shorten & Khoshgoftaar, A survey on Image Data Augmentation (2019). Pictures hold values from
0 to 1, (16, 16) alone or in a stack (..., 16, 16); places (2, 16, 16) are rows and columns.
"""

from collections.abc import Callable, Iterator, Sequence
from math import dist
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Line, Say, Table

Array = NDArray[np.float64]
Labels = NDArray[np.intp]

SIZE = 16
CENTRE = np.full((2, 1, 1), (SIZE - 1) / 2)
FONT = {
    "A": ".###. #...# #...# ##### #...# #...# #...#",
    "E": "##### #.... #.... ####. #.... #.... #####",
    "F": "##### #.... #.... ####. #.... #.... #....",
    "H": "#...# #...# #...# ##### #...# #...# #...#",
    "K": "#...# #..#. #.#.. ##... #.#.. #..#. #...#",
    "P": "####. #...# #...# ####. #.... #.... #....",
    "R": "####. #...# #...# ####. #.#.. #..#. #...#",
    "T": "##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..",
}
SYNONYMS = {
    "little": ("small", "tiny"),
    "run": ("race", "dash"),
    "fast": ("swiftly", "quickly"),
    "woods": ("forest",),
}
SENTENCE = "little dogs run fast to the woods"
SHIFT = 2  # pixels to each side that letters are moved by
TESTS = 40  # pictures of each letter to be tested on


def draw(letter: str) -> Array:
    """Picture (16, 16) of a letter: 5 by 7 squares of 2 by 2 pixels in a frame."""
    rows = [[float(square == "#") for square in row] for row in FONT[letter].split()]
    return np.pad(np.kron(np.array(rows), np.ones((2, 2))), ((1, 1), (3, 3)))


def pad(image: Array, width: int) -> Array:
    """The picture in a frame of zeros."""
    return np.pad(image, [(0, 0)] * (image.ndim - 2) + [(width, width)] * 2)


def bilinear(image: Array, places: Array) -> Array:
    """Values between pixels: the mean of the four around each place, the nearer the heavier; outside is 0."""
    places = np.round(places, 12)  # so that right angles stay exact
    low = np.floor(places).astype(int)
    weight = places - low
    padded = pad(image, 1)
    total = np.zeros(image.shape)
    for down, right in np.ndindex(2, 2):
        row, column = np.clip(low + np.array([down, right])[:, None, None], -1, SIZE) + 1
        w_row, w_column = (weight[k] if step else 1 - weight[k] for k, step in enumerate((down, right)))
        total += w_row * w_column * padded[..., row, column]
    return total


def affine(image: Array, M: Array) -> Array:
    """The picture whose pixel at u from the centre is the old one's at Mu; M (2, 2) for rows and columns."""
    u = np.indices((SIZE, SIZE)) - CENTRE
    return bilinear(image, np.einsum("ij,jrc->irc", M, u) + CENTRE)


def rotate(image: Array, degrees: float) -> Array:
    r"""Turn counterclockwise, $x'=x\cos\theta-y\sin\theta$ and $y'=x\sin\theta+y\cos\theta$."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return affine(image, np.array([[cos, sin], [-sin, cos]]))


def scale(image: Array, factor: float) -> Array:
    """Enlarge about the centre."""
    return affine(image, np.eye(2) / factor)


def shear(image: Array, slope: float) -> Array:
    """Push each row to the right in proportion to its height above the centre."""
    return affine(image, np.array([[1.0, 0.0], [slope, 1.0]]))


def shift(image: Array, down: int, right: int) -> Array:
    """Move by whole pixels: crop what leaves the frame, pad with 0."""
    reach = max(abs(down), abs(right))
    top, left = reach - down, reach - right
    return pad(image, reach)[..., top : top + SIZE, left : left + SIZE]


def flip(image: Array) -> Array:
    """Left becomes right."""
    return image[..., ::-1]


def adjust(image: Array, contrast: float, brightness: float) -> Array:
    """$m+a(x-m)+b$, with the mean m, contrast a and brightness b."""
    m = image.mean()
    adjusted: Array = m + contrast * (image - m) + brightness
    return adjusted


def warp(series: Array, knots: Labels, moved: Labels) -> Array:
    """The series (n,) in stretched time: what was at index knots[k] comes at moved[k], linearly between."""
    t = np.arange(len(series))
    return np.interp(np.interp(t, moved, knots), t, series)


def paraphrase(sentence: str, share: float, rng: np.random.Generator) -> str:
    """Each word that has synonyms is replaced by one of them with probability `share`."""
    words = []
    for word in sentence.split():
        others = SYNONYMS.get(word, ())
        words.append(str(rng.choice(others)) if others and rng.random() < share else word)
    return " ".join(words)


class Change(NamedTuple):
    """How copies differ: moved by up to `reach` pixels, turned by up to `angle` degrees, and with noise."""

    reach: int
    angle: float
    noise: float


def augment(images: Array, change: Change, rng: np.random.Generator) -> Array:
    """A changed copy of each picture: all are moved and turned alike, each has its own noise."""
    turned = rotate(images, rng.uniform(-change.angle, change.angle))
    down, right = rng.integers(-change.reach, change.reach + 1, size=2).tolist()
    return shift(turned, down, right) + change.noise * rng.standard_normal(images.shape)


def nearest(X: Array, y: Labels, queries: Array) -> Labels:
    """Classes (m,) of the nearest rows of X (n, d) to each query (m, d): 1-nearest-neighbour."""
    D2 = (queries**2).sum(axis=1)[:, None] - 2 * queries @ X.T + (X**2).sum(axis=1)
    classes: Labels = y[D2.argmin(axis=1)]
    return classes


def copies_of(change: Change, copies: int, rng: np.random.Generator) -> Array:
    """The pictures of each letter, (letters, 1 + copies, 256): the clean one, then changed copies."""
    clean = np.stack([draw(letter) for letter in FONT])
    pictures = [clean, *(augment(clean, change, rng) for _ in range(copies))]
    return np.stack(pictures, axis=1).reshape(len(FONT), copies + 1, SIZE**2)


def labelled(pictures: Array) -> tuple[Array, Labels]:
    """Pictures (letters, k, 256) as rows (n, 256), and the number of the letter of each (n,)."""
    return pictures.reshape(-1, SIZE**2), np.repeat(np.arange(len(pictures)), pictures.shape[1])


def accuracy(pictures: Array, tests: Array) -> float:
    """Share of test pictures whose nearest known picture shows the same letter."""
    (X, y), (queries, truth) = labelled(pictures), labelled(tests)
    return float((nearest(X, y, queries) == truth).mean())


def demo(
    letter: Annotated[Literal["A", "E", "F", "H", "K", "P", "R", "T"], "letter of the film"] = "R",
    angle: Annotated[float, "degrees that letters are turned by, at most", Between(0, 180)] = 20.0,
    noise: Annotated[float, "standard deviation of the noise", Between(0, 1)] = 0.1,
    copies: Annotated[int, "changed copies of each picture", Between(1, 40)] = 8,
    seed: int = 0,
) -> Iterator[Frame]:
    """A letter turned and sheared, a stretched wave, a rephrased sentence; then what copies are worth."""
    rng = np.random.default_rng(seed)
    yield Say(
        "Augmentation makes new examples from old ones by changes that keep the label. A turn moves each "
        r"pixel, $x'=x\cos\theta-y\sin\theta$; contrast a and brightness b change its value, $m+a(x-m)+b$."
    )
    image = draw(letter)
    yield from pictures(image, letter, angle, noise, rng)
    yield from series(rng)
    yield from sentences(rng)
    kinds = {
        "noise": Change(0, 0.0, noise),
        "turns": Change(0, angle, 0.0),
        "moves": Change(SHIFT, 0.0, 0.0),
        "moves and turns": Change(SHIFT, angle, 0.0),
    }
    known = {kind: copies_of(change, copies, rng) for kind, change in kinds.items()}
    tests = copies_of(Change(SHIFT, angle, noise), TESTS, rng)[:, 1:]
    yield from worth(known, tests, copies)
    yield from checks(image, angle, known["moves and turns"], tests)


def beside(image: Array, changed: Array, text: str) -> Iterator[Frame]:
    """Show a picture before and after, and say what happened to it."""
    yield Say(text, name="step")
    yield Heat("before and after", np.hstack([image, np.zeros((SIZE, 1)), changed]))


def pictures(
    image: Array, letter: str, angle: float, noise: float, rng: np.random.Generator
) -> Iterator[Frame]:
    """Play the changes of a picture, each growing from nothing."""
    yield from beside(image, image, f"The letter {letter}, 16 by 16 pixels.")
    films: dict[str, tuple[Callable[[float], Array], Sequence[float] | Array]] = {
        "turned by {:.0f} degrees": (lambda degrees: rotate(image, degrees), np.linspace(0, angle, 6)[1:]),
        "scaled by {:.2f}": (lambda factor: scale(image, factor), (1.1, 1.25, 1.4, 0.85, 0.7)),
        "sheared by {:.2f}": (lambda slope: shear(image, slope), (0.1, 0.2, 0.3, 0.4)),
        "moved by {:.0f} pixels, cropped and padded": (lambda by: shift(image, 0, int(by)), (1, 2, 3, 4, 5)),
        "brighter by {:.1f}": (lambda b: adjust(image, 1, b), (0.1, 0.2, 0.3)),
        "contrast times {:.1f}": (lambda a: adjust(image, a, 0), (0.8, 0.5, 0.3)),
        "noise of {:.2f}": (
            lambda sigma: image + sigma * rng.standard_normal(image.shape),
            np.linspace(0, max(noise, 0.05), 4)[1:],
        ),
    }
    for name, (changed, amounts) in films.items():
        for amount in amounts:
            yield from beside(image, changed(amount), f"{letter}, {name.format(amount)}.")
    same = bool((flip(image) == image).all())
    yield from beside(
        image,
        flip(image),
        f"{letter}, flipped: "
        + ("still the same letter." if same else "no such letter. A flip may change the label."),
    )
    change = Change(SHIFT, angle, noise)
    copies = [np.hstack([augment(image, change, rng) for _ in range(4)]) for _ in range(2)]
    yield Say("Moved, turned and noisy: eight new examples, all with the old label.", name="step")
    yield Heat("copies", np.vstack(copies))


def series(rng: np.random.Generator) -> Iterator[Frame]:
    """Play a wave whose values are scaled and whose time is warped."""
    t = np.arange(101)
    wave = np.sin(2 * np.pi * t / 40)
    knots = np.arange(0, 101, 20)
    target = knots + np.append(0, np.append(rng.integers(-7, 8, size=4), 0))
    yield Say("A series: its values are scaled, its time is stretched here and squeezed there.", name="step")
    for step in range(1, 9):
        moved = knots + (target - knots) * step // 8
        changed = (1 + 0.05 * step) * warp(wave, knots, moved)
        yield Line("series", {"old": wave, "scaled and warped": changed}, x_label="time")


def sentences(rng: np.random.Generator) -> Iterator[Frame]:
    """Play a sentence with some of its words replaced."""
    yield Say("Text: some words give way to synonyms.", name="step")
    rows = [(SENTENCE,)]
    for _ in range(3):
        rows.append((paraphrase(SENTENCE, 0.6, rng),))
        yield Table("sentence", ("meaning the same",), rows.copy())


def worth(known: dict[str, Array], tests: Array, copies: int) -> Iterator[Frame]:
    """Ask which copies help most, and play the accuracy of nearest neighbours for ever more of them."""
    counts = [0, *np.unique(np.geomspace(1, copies, 8).round().astype(int)).tolist()]
    curves = {
        kind: [accuracy(pictures[:, : count + 1], tests) for count in counts]
        for kind, pictures in known.items()
    }
    single = list(known)[:3]
    best = max(single, key=lambda kind: curves[kind][-1])
    yield Ask(
        "which copies",
        f"1-nearest-neighbour knows {len(FONT)} clean letters and {copies} copies of each; test letters are "
        "moved, turned and noisy. Copies of which kind help most?",
        single,
        answer=single.index(best),
        why=f"Right without copies: {curves[best][0]:.0%}; with {best}: {curves[best][-1]:.0%}. Copies help "
        "where they fill in what new data will look like; noise only takes them farther from everything.",
    )
    for upto in range(1, len(counts) + 1):
        yield Line(
            "share read right",
            {kind: curve[:upto] for kind, curve in curves.items()},
            x=counts[:upto],
            x_label="copies",
        )
    rows = [("none", curves[best][0]), *((kind, curve[-1]) for kind, curve in curves.items())]
    yield Table("accuracy", ("copies", "read right"), rows)


def ramp_gap(angle: float) -> float:
    """How far a turned ramp is from the ramp at turned places, where no corner comes into sight."""
    row, column = np.indices((SIZE, SIZE)) - CENTRE
    x, y, theta = column, -row, np.radians(angle)
    inside = np.hypot(x, y) < SIZE / 2 - 1
    # the pixel at (x, y) comes from where a turn by -theta takes it
    old_x, old_y = x * np.cos(-theta) - y * np.sin(-theta), x * np.sin(-theta) + y * np.cos(-theta)
    gaps = rotate(3 * x - 5 * y + 1, angle) - (3 * old_x - 5 * old_y + 1)
    return float(np.abs(gaps[inside]).max())


def checks(image: Array, angle: float, known: Array, tests: Array) -> Iterator[Check]:
    """Compare with turned places, numpy's quarter turn, mean and knots by formula, and distances by hand."""
    yield Check("a ramp turned, against the ramp at turned places", ramp_gap(angle), 0.0, 1e-9)
    gap = np.abs(rotate(image, 90) - np.rot90(image)).max()
    yield Check("a quarter turn against numpy.rot90", gap, 0.0)
    changed, ink = adjust(image, 0.7, 0.2), float((image > 0).mean())
    yield Check("mean after contrast and brightness", changed.mean(), ink + 0.2, 1e-12)
    spread = 0.7 * np.sqrt(ink * (1 - ink))
    yield Check("standard deviation after contrast", changed.std(), spread, 1e-12)
    knots, moved = np.array([0, 20, 50, 80]), np.array([0, 31, 44, 80])
    wave = np.sin(np.arange(81) / 7)
    yield Check(
        "warped wave at the knots",
        np.abs(warp(wave, knots, moved)[moved] - np.sin(knots / 7)).max(),
        0.0,
        1e-12,
    )
    few = tests[:, :4]
    X, y = labelled(known)
    right = [y[np.argmin([dist(x, q) for x in X])] == k for k, queries in enumerate(few) for q in queries]
    yield Check("letters read right, by hand", accuracy(known, few), float(np.mean(right)))
