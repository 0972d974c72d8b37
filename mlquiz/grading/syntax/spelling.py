"""Letters, marks and commands: what the three spellings write for the same thing."""

from __future__ import annotations

import re
import unicodedata

SHOWN = {"sum": "sum", "prod": "prod", "maxof": "max", "minof": "min", "argmax": "argmax", "argmin": "argmin"}
"""Operators that bind a name, as they are written."""
_GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "omicron",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Xi",
    "Pi",
    "Sigma",
    "Upsilon",
    "Phi",
    "Psi",
    "Omega",
]
GREEK_NAMES = frozenset(_GREEK)
GREEK_LETTERS = dict(zip("αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", _GREEK, strict=True)) | {
    "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ς": "sigma", "ϱ": "rho", "ℓ": "l", "µ": "mu", "Ω": "Omega",
}  # fmt: skip
GREEK_COMMANDS = {name: name for name in _GREEK} | {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma",
    "ell": "l",
}  # fmt: skip

MARKS = ("hat", "bar", "tilde", "star", "dot")
COMBINING = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot"}
MARK_COMMANDS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "dot": "dot",
}  # fmt: skip

SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-aehijklmnoprstuvx", strict=True)) | {
    "ᵦ": "beta", "ᵧ": "gamma", "ᵩ": "phi", "₌": "=", "₍": "(", "₎": ")",
}  # fmt: skip
SUPERSCRIPTS = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁱⁿᵀᵏᵗᵈᵐʲᵃᵇᶜᵖˣᵉᶠᵍʰˡᵒʳˢᵘᵛʷʸᶻᴷᴹᴺᴰᴸ",
        "0123456789+-()inTktdmjabcpxefghlorsuvwyzKMNDL",
        strict=True,
    )
) | {"ᵝ": "beta", "ᵞ": "gamma", "ᵅ": "alpha", "ᶿ": "theta", "⁼": "="}
FRACTIONS = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8"}
SIGNS = {
    "−": "-", "–": "-", "—": "-", "×": "×", "·": "·", "⋅": "·", "∙": "·", "•": "·", "÷": "/", "∕": "/",
    "⁄": "/", "∗": "*", "≤": "<=", "≥": ">=", "≠": "!=", "⩽": "<=", "⩾": ">=", "←": "<-", "≔": ":=",
    "∝": "∝", "∈": "in", "∉": "notin", "∧": "and", "∨": "or", "¬": "not", "′": "'", "’": "'", "″": "''",
    "‖": "‖", "∥": "‖", "∣": "|", "∘": "⊙", "⊙": "⊙", "∩": "∩", "∪": "∪", "∖": "∖", "⊆": "⊆", "⊂": "⊆",
    "⊤": "T", "∼": "~", "⌊": "⌊", "⌋": "⌋", "⌈": "⌈", "⌉": "⌉", "∂": "∂", "⟨": "⟨", "⟩": "⟩",
    "≈": ":=", "≃": ":=", "≅": ":=", "≡": ":=", "≜": ":=", "…": "..", "⋯": "..", "∁": "complement", "⊺": "T",
    "⊗": "⊗", "†": "†", "⋆": "*", "★": "*", "〈": "⟨", "〉": "⟩",
}  # fmt: skip
SIGN_NAMES = {
    "∑": "sum",
    "∏": "prod",
    "∫": "int",
    "∇": "grad",
    "√": "sqrt",
    "∞": "infty",
    "𝔼": "E",
    "ℙ": "P",
    "ℒ": "L",
    "𝒩": "N",
    "𝕍": "V",
    "∅": "emptyset",
}

COMMAND_SIGNS = {
    "cdot": "·", "times": "×", "odot": "⊙", "circ": "⊙", "div": "/", "le": "<=", "leq": "<=",
    "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "lt": "<",
    "gt": ">", "in": "in", "notin": "notin", "cap": "∩", "cup": "∪", "setminus": "∖", "backslash": "∖",
    "subseteq": "⊆", "subset": "⊆", "mid": "|", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖",
    "lVert": "‖", "rVert": "‖", "parallel": "‖", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "sim": "~", "leftarrow": "<-", "gets": "<-", "propto": "∝", "land": "and", "wedge": "and", "lor": "or",
    "vee": "or", "neg": "not", "lnot": "not", "partial": "∂", "lbrace": "\\{", "rbrace": "\\}",
    "coloneqq": ":=", "mathbin": "", "ast": "*", "colon": ":", "prime": "'", "otimes": "⊗", "lbrack": "[",
    "rbrack": "]", "langle": "⟨", "rangle": "⟩", "approx": ":=", "doteq": ":=", "equiv": ":=",
    "simeq": ":=", "cong": ":=", "triangleq": ":=", "coloneq": ":=", "dots": "..", "ldots": "..",
    "cdots": "..", "dotsc": "..", "dotsb": "..", "dotsm": "..", "dagger": "†", "bmod": "%", "mod": "%",
    "pmod": "%",
}  # fmt: skip
COMMAND_NAMES = {
    "complement": "complement", "star": "star",
    "sum": "sum", "prod": "prod", "int": "int", "nabla": "grad", "infty": "infty", "top": "T",
    "intercal": "T", "Pr": "P", "emptyset": "emptyset", "varnothing": "emptyset",
}  # fmt: skip
IGNORED_COMMANDS = {
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr",
    "Biggl", "Biggr", "quad", "qquad", "displaystyle", "textstyle", "limits", "nolimits", "middle", "bigm",
    "Bigm", "space", "thinspace", "medspace", "thickspace", "negthinspace", "negmedspace", "negthickspace",
    "enspace", "hfill", "mathrel", "nonumber", "mathstrut", "strut", "notag", "scriptstyle",
    "bf", "it", "cal", "sf",
}  # fmt: skip
FONT_COMMANDS = {
    "mathbf", "boldsymbol", "bm", "mathcal", "mathbb", "mathsf", "mathit", "mathrm", "text", "textbf",
    "textit", "textrm", "operatorname", "mathfrak", "mathscr", "pmb", "mbox", "rm", "operatorname*",
    "textsf", "mathds", "mathop", "vec", "overrightarrow",
    "underline",
}  # fmt: skip


def canonical_name(text: str) -> str:
    r"""Return the one spelling of a name: ``x1`` is ``x_1``, ``\hat{m}_t`` and ``m_hat_t`` are ``mhat_t``.

    Parameters
    ----------
    text
        A name as an author or a person may write it, subscripts in braces or not, primes anywhere before
        them.
    """
    text = unicodedata.normalize("NFC", text.strip())
    text = "".join(GREEK_LETTERS.get(char, char) for char in text)
    text = re.sub(
        r"\\(?:hat|bar|tilde|dot)\{?\\?(\w+)\}?",
        lambda m: m.group(1) + m.group(0)[1:4].replace("til", "tilde"),
        text,
    )
    text = text.replace("\\", "").replace("′", "'").replace(" ", "")
    text = re.sub(r"\^\((\w+)\)|\^(\w+)", lambda m: f"^{m.group(1) or m.group(2)}", text)
    text = text.replace("{", "").replace("}", "").replace("^*", "star")
    return join_name(text)


def join_name(text: str) -> str:
    """Return the canonical form of a plain name: marks joined to the base, primes after it, digits as
    subscript.
    """
    head, *subs = text.split("_")
    primes = head.count("'") + sum(sub.count("'") for sub in subs)
    head, subs = head.replace("'", ""), [sub.replace("'", "") for sub in subs]
    while subs and subs[0] in MARKS:
        head += subs.pop(0)
    match = re.fullmatch(r"([^\W\d]+?)(\d+)", head)
    if match:
        head, subs = match.group(1), [match.group(2), *subs]
    name = head + "'" * primes
    sub = "_".join(subs)
    return f"{name}_{sub}" if sub else name
