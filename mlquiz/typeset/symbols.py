"""Every symbol command: its class, how it looks in each repertoire, and how it is said."""

from typing import NamedTuple

from mlquiz.typeset.nodes import Class


class Symbol(NamedTuple):
    """One symbol; `full` is empty when the plain glyph serves the full repertoire too."""

    cls: Class
    plain: str
    ascii: str
    words: str
    full: str = ""
    limits: bool = False


def names(text: str) -> list[str]:
    """Cut a text into words."""
    return text.split()


_LETTERS = """
    alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ
    omicron ο pi π rho ρ sigma σ tau τ upsilon υ phi φ chi χ psi ψ omega ω
    varepsilon ε vartheta ϑ varpi ϖ varrho ϱ varsigma ς varphi φ
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
"""

# In each table: command (without backslash) -> plain, ascii, words[, full].
_ORDINARY: dict[str, tuple[str, ...]] = {
    "infty": ("∞", "inf", "infinity"),
    "partial": ("∂", "d", "partial"),
    "nabla": ("∇", "grad", "gradient"),
    "ell": ("l", "l", "l", "ℓ"),
    "hbar": ("ℏ", "hbar", "h bar"),
    "imath": ("ı", "i", "i"),
    "jmath": ("ȷ", "j", "j"),
    "Re": ("Re", "Re", "real part", "ℜ"),
    "Im": ("Im", "Im", "imaginary part", "ℑ"),
    "aleph": ("aleph", "aleph", "aleph", "ℵ"),
    "wp": ("wp", "wp", "Weierstrass p", "℘"),
    "forall": ("∀", "for all", "for all"),
    "exists": ("∃", "exists", "there exists"),
    "nexists": ("∄", "not exists", "there does not exist"),
    "neg": ("¬", "not ", "not"),
    "lnot": ("¬", "not ", "not"),
    "emptyset": ("∅", "{}", "the empty set"),
    "varnothing": ("∅", "{}", "the empty set"),
    "top": ("⊤", "T", "top"),
    "bot": ("⊥", "_|_", "bottom"),
    "angle": ("∠", "angle", "angle"),
    "prime": ("′", "'", "prime"),
    "dprime": ("″", "''", "double prime"),
    "trprime": ("‴", "'''", "triple prime"),
    "degree": ("°", "deg", "degrees"),
    "star": ("⋆", "*", "star"),
    "dagger": ("†", "+", "dagger"),
    "ddagger": ("‡", "++", "double dagger"),
    "square": ("□", "[]", "square"),
    "Box": ("□", "[]", "square"),
    "blacksquare": ("■", "[#]", "end of proof"),
    "triangle": ("△", "/\\", "triangle"),
    "checkmark": ("✓", "yes", "check mark"),
    "dots": ("…", "...", "and so on"),
    "ldots": ("…", "...", "and so on"),
    "cdots": ("…", "...", "and so on", "⋯"),
    "dotsc": ("…", "...", "and so on"),
    "dotsb": ("…", "...", "and so on", "⋯"),
    "dotsm": ("…", "...", "and so on", "⋯"),
    "dotsi": ("…", "...", "and so on", "⋯"),
    "vdots": (":", ":", "and so on down", "⋮"),
    "ddots": ("…", "...", "and so on diagonally", "⋱"),
    "%": ("%", "%", "percent"),
    "#": ("#", "#", "number"),
    "$": ("$", "$", "dollar"),
    "&": ("&", "&", "and"),
    "_": ("_", "_", "underscore"),
    "backslash": ("\\", "\\", "backslash"),
    "vert": ("|", "|", "vertical bar"),
    "Vert": ("‖", "||", "double bar"),
    "|": ("‖", "||", "double bar"),
    "surd": ("√", "sqrt", "root"),
    "QED": ("■", "[#]", "end of proof"),
}

_BINARY: dict[str, tuple[str, ...]] = {
    "cdot": ("·", "*", "dot"),
    "times": ("×", "x", "times"),
    "div": ("÷", "/", "divided by"),
    "pm": ("±", "+-", "plus or minus"),
    "mp": ("∓", "-+", "minus or plus"),
    "ast": ("∗", "*", "star"),
    "circ": ("∘", "o", "composed with"),
    "bullet": ("•", "*", "bullet"),
    "odot": ("⊙", "(*)", "elementwise times"),
    "otimes": ("⊗", "(x)", "tensor"),
    "oplus": ("⊕", "(+)", "direct sum"),
    "ominus": ("⊖", "(-)", "circled minus"),
    "oslash": ("⊘", "(/)", "elementwise divided by"),
    "cap": ("∩", "cap", "intersection"),
    "cup": ("∪", "cup", "union"),
    "uplus": ("⊎", "(+)", "multiset union"),
    "sqcap": ("⊓", "meet", "meet"),
    "sqcup": ("⊔", "join", "join"),
    "setminus": ("\\", "\\", "without", "∖"),
    "smallsetminus": ("\\", "\\", "without", "∖"),
    "land": ("∧", "and", "and"),
    "wedge": ("∧", "and", "and"),
    "lor": ("∨", "or", "or"),
    "vee": ("∨", "or", "or"),
    "oast": ("⊛", "(*)", "convolved with"),
    "circledast": ("⊛", "(*)", "convolved with"),
    "dotplus": ("+", "+", "plus", "∔"),
    "diamond": ("◇", "<>", "diamond"),
    "bmod": ("mod", "mod", "modulo"),
}

_RELATIONS: dict[str, tuple[str, ...]] = {
    "le": ("≤", "<=", "is at most"),
    "leq": ("≤", "<=", "is at most"),
    "leqslant": ("≤", "<=", "is at most", "⩽"),
    "ge": ("≥", ">=", "is at least"),
    "geq": ("≥", ">=", "is at least"),
    "geqslant": ("≥", ">=", "is at least", "⩾"),
    "lt": ("<", "<", "is less than"),
    "gt": (">", ">", "is greater than"),
    "ll": ("<<", "<<", "is much less than", "≪"),
    "gg": (">>", ">>", "is much greater than", "≫"),
    "ne": ("≠", "!=", "is not equal to"),
    "neq": ("≠", "!=", "is not equal to"),
    "approx": ("≈", "~=", "is approximately"),
    "sim": ("∼", "~", "is distributed as"),
    "simeq": ("≃", "~=", "is asymptotically equal to"),
    "cong": ("≅", "=~", "is congruent to"),
    "equiv": ("≡", "==", "is equivalent to"),
    "propto": ("∝", "propto", "is proportional to"),
    "doteq": ("≐", "=", "approaches"),
    "triangleq": (":=", ":=", "is defined as", "≜"),
    "coloneqq": (":=", ":=", "is defined as", "≔"),
    "coloneq": (":=", ":=", "is defined as", "≔"),
    "in": ("∈", "in", "in"),
    "ni": ("∋", "contains", "contains"),
    "notin": ("∉", "not in", "not in"),
    "subset": ("⊂", "subset of", "is a subset of"),
    "subseteq": ("⊆", "subset of or =", "is a subset of or equal to"),
    "subsetneq": ("⊊", "proper subset of", "is a proper subset of"),
    "supset": ("⊃", "superset of", "is a superset of"),
    "supseteq": ("⊇", "superset of or =", "is a superset of or equal to"),
    "prec": ("≺", "precedes", "precedes"),
    "preceq": ("≼", "precedes or =", "precedes or equals", "⪯"),
    "succ": ("≻", "succeeds", "succeeds"),
    "succeq": ("≽", "succeeds or =", "succeeds or equals", "⪰"),
    "mid": ("|", "|", "given"),
    "nmid": ("!|", "!|", "does not divide", "∤"),
    "parallel": ("‖", "||", "relative to", "∥"),
    "perp": ("⊥", "_|_", "is orthogonal to"),
    "models": ("|=", "|=", "models", "⊨"),
    "vdash": ("⊢", "|-", "proves"),
    "therefore": ("∴", "so", "therefore"),
    "because": ("∵", "as", "because"),
    "asymp": ("≍", "~", "is of the order of"),
    "lesssim": ("≲", "<~", "is at most about"),
    "gtrsim": ("≳", ">~", "is at least about"),
    "leftarrow": ("←", "<-", "becomes"),
    "gets": ("←", "<-", "becomes"),
    "rightarrow": ("→", "->", "leads to"),
    "to": ("→", "->", "to"),
    "leftrightarrow": ("↔", "<->", "corresponds to"),
    "Leftarrow": ("⇐", "<=", "follows from"),
    "Rightarrow": ("⇒", "=>", "implies"),
    "Leftrightarrow": ("⇔", "<=>", "if and only if"),
    "implies": ("⇒", "=>", "implies"),
    "impliedby": ("⇐", "<=", "follows from"),
    "iff": ("⇔", "<=>", "if and only if"),
    "longrightarrow": ("→", "-->", "to", "⟶"),
    "longleftarrow": ("←", "<--", "from", "⟵"),
    "Longrightarrow": ("⇒", "==>", "implies", "⟹"),
    "Longleftarrow": ("⇐", "<==", "follows from", "⟸"),
    "Longleftrightarrow": ("⇔", "<=>", "if and only if", "⟺"),
    "mapsto": ("↦", "|->", "maps to"),
    "longmapsto": ("↦", "|->", "maps to", "⟼"),
    "hookrightarrow": ("↪", "->", "embeds into"),
    "uparrow": ("↑", "^", "up"),
    "downarrow": ("↓", "v", "down"),
    "updownarrow": ("↕", "^v", "up and down"),
    "Uparrow": ("⇑", "^", "up"),
    "Downarrow": ("⇓", "v", "down"),
    "nearrow": ("↗", "/", "increases to"),
    "searrow": ("↘", "\\", "decreases to"),
    "rightharpoonup": ("⇀", "->", "converges weakly to"),
    "rightsquigarrow": ("⇝", "~>", "leads to"),
    "leadsto": ("⇝", "~>", "leads to"),
    "Vdash": ("||-", "||-", "forces", "⊩"),
}

_BIG: dict[str, tuple[str, ...]] = {
    "sum": ("∑", "sum", "the sum"),
    "prod": ("∏", "prod", "the product"),
    "coprod": ("∐", "coprod", "the coproduct"),
    "bigcap": ("⋂", "cap", "the intersection"),
    "bigcup": ("⋃", "cup", "the union"),
    "bigsqcup": ("⊔", "join", "the join"),
    "bigvee": ("∨", "or", "the disjunction", "⋁"),
    "bigwedge": ("∧", "and", "the conjunction", "⋀"),
    "bigoplus": ("⊕", "(+)", "the direct sum", "⨁"),
    "bigotimes": ("⊗", "(x)", "the tensor product", "⨂"),
    "bigodot": ("⊙", "(*)", "the elementwise product", "⨀"),
}

_INTEGRALS: dict[str, tuple[str, ...]] = {
    "int": ("∫", "int", "the integral"),
    "iint": ("∬", "iint", "the double integral"),
    "iiint": ("∭", "iiint", "the triple integral"),
    "oint": ("o∫", "oint", "the contour integral", "∮"),
}

_DELIMITERS: dict[str, tuple[str, str, str]] = {
    "{": ("{", "{", "open brace"),
    "lbrace": ("{", "{", "open brace"),
    "lbrack": ("[", "[", "open bracket"),
    "langle": ("⟨", "<", "open angle"),
    "lfloor": ("⌊", "|_", "the floor of"),
    "lceil": ("⌈", "|^", "the ceiling of"),
    "lvert": ("|", "|", "the absolute value of"),
    "lVert": ("‖", "||", "the norm of"),
    "}": ("}", "}", "close brace"),
    "rbrace": ("}", "}", "close brace"),
    "rbrack": ("]", "]", "close bracket"),
    "rangle": ("⟩", ">", "close angle"),
    "rfloor": ("⌋", "_|", "end floor"),
    "rceil": ("⌉", "^|", "end ceiling"),
    "rvert": ("|", "|", "end absolute value"),
    "rVert": ("‖", "||", "end norm"),
}

# Characters as typed that are more than letters and digits.
_CHARACTERS: dict[str, tuple[Class, str, str, str]] = {
    "+": ("bin", "+", "+", "plus"),
    "-": ("bin", "−", "-", "minus"),
    "*": ("bin", "*", "*", "star"),
    "=": ("rel", "=", "=", "equals"),
    "<": ("rel", "<", "<", "is less than"),
    ">": ("rel", ">", ">", "is greater than"),
    ":": ("rel", ":", ":", "colon"),
    "(": ("open", "(", "(", "open paren"),
    "[": ("open", "[", "[", "open bracket"),
    ")": ("close", ")", ")", "close paren"),
    "]": ("close", "]", "]", "close bracket"),
    "!": ("close", "!", "!", "factorial"),
    "?": ("close", "?", "?", "question mark"),
    ",": ("punct", ",", ",", "comma"),
    ";": ("punct", ";", ";", "semicolon"),
    "|": ("ord", "|", "|", "given"),
    "||": ("ord", "‖", "||", "double bar"),
    "/": ("ord", "/", "/", "over"),
    ".": ("ord", ".", ".", "point"),
    "@": ("ord", "@", "@", "at"),
    '"': ("ord", "″", '"', "quote"),
    "`": ("ord", "`", "`", "quote"),
}

FUNCTIONS = names(
    "arccos arcsin arctan arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec sin sinh tan tanh"
)
LIMIT_FUNCTIONS = names("det gcd inf lim max min Pr sup argmax argmin")


def _greek() -> dict[str, Symbol]:
    full = {"epsilon": "ϵ", "phi": "ϕ"}
    words = names(_LETTERS)
    letters = zip(words[::2], words[1::2], strict=True)
    return {
        "\\" + name: Symbol("ord", letter, name.removeprefix("var"), _say_greek(name), full.get(name, ""))
        for name, letter in letters
    }


def _say_greek(name: str) -> str:
    name = name.removeprefix("var")
    return "capital " + name.lower() if name[0].isupper() else name


def _commands(table: dict[str, tuple[str, ...]], cls: Class, *, limits: bool = False) -> dict[str, Symbol]:
    return {
        "\\" + name: Symbol(cls, look[0], look[1], look[2], look[3] if len(look) > 3 else "", limits)
        for name, look in table.items()
    }


def _delimiter(name: str, plain: str, ascii_: str, words: str) -> Symbol:
    return Symbol(_delimiter_class(name), plain, ascii_, words)


def _delimiter_class(name: str) -> Class:
    return "open" if name.startswith(("{", "l")) else "close"


SYMBOLS: dict[str, Symbol] = {
    **_greek(),
    **_commands(_ORDINARY, "ord"),
    **_commands(_BINARY, "bin"),
    **_commands(_RELATIONS, "rel"),
    **_commands(_BIG, "op", limits=True),
    **_commands(_INTEGRALS, "op"),
    **{"\\" + name: _delimiter(name, *look) for name, look in _DELIMITERS.items()},
    **{name: Symbol(*look) for name, look in _CHARACTERS.items()},
    "\\colon": Symbol("punct", ":", ":", "colon"),
}
"""Symbols by their name in LaTeX: a command with its backslash, or a character."""

NEGATIONS = {
    "=": "\\neq",
    "\\in": "\\notin",
    "\\exists": "\\nexists",
    "\\mid": "\\nmid",
}
r"""What ``\not`` makes of a symbol, where the result has a name of its own."""
