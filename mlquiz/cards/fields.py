"""Every field of a deck, once: the loader, the JSON Schema and the messages all read these tables."""

from __future__ import annotations

from mlquiz.cards.answer_types import ClozeText, DemoCalls, DrawnNumber, Options, Pairs
from mlquiz.cards.numbers import SHARE
from mlquiz.cards.types import Field, ListOf, MapOf, OneOf, Record, Text, Whole

DECK_PATTERN = r"\w[\w.-]{0,79}"
ID_PATTERN = r"\w[\w.:+-]{0,119}"

DECK_NAME = Text(pattern=DECK_PATTERN, what="a name of letters, digits, `-` and `.`")
SECTION_ID = Text(pattern=DECK_PATTERN, what="an id such as '3.23.1'")
CARD_ID = Text(
    pattern=ID_PATTERN, what="an id of letters, digits, `-`, `.`, `:`, `+` and `_`, without spaces"
)
REFERENCE = Text(pattern=rf"(?:{DECK_PATTERN}/)?{ID_PATTERN}", what="`card-id` or `deck/card-id`")
TEXT = Text()
FORMULA = Text(formula=True, what="a formula")
REFERENCES = ListOf(REFERENCE, distinct=True)
COVERS = ListOf(CARD_ID, distinct=True)
WEIGHT = Whole(1, 5)

SYMBOLS = Field(
    "symbols",
    MapOf(Text(formula=True, what="the kind of a symbol, such as 'vector(d)'"), FORMULA),
    "The symbols of the formula and what each may be.",
)
WHERE = Field("where", ListOf(FORMULA), "Conditions on the symbols, such as 'n > d' or 'k in {0, 1}'.")
FORBID = Field("forbid", ListOf(FORMULA), "Expressions or names that only restate the question.")

ID = Field("id", CARD_ID, "The card's id in its deck: the history of its reviews hangs on it.")
ASK = Field("ask", TEXT, "The question.", required=True)
COVERED = Field("covers", COVERS, "Which notes and errata of the section the card asks about.")
DEMO = Field(
    "demo", DemoCalls(), "What the demo key launches: a name, a name with parameters, or a list of such."
)
KIND_HELP = "How the card is answered; `recall` when left out."

COMMON = (
    ID,
    ASK,
    Field("explain", TEXT, "Shown after the answer."),
    Field("hints", ListOf(TEXT), "Shown one at a time; the first is a nudge, the later ones reveal."),
    COVERED,
    Field("tags", ListOf(Text(what="a tag"), distinct=True), "Words by which the card can be studied."),
    DEMO,
    Field("weight", WEIGHT, "1 to 5: how often interviewers ask about it; the section's when left out."),
    Field("was", REFERENCES, "Earlier ids of the card: their history is carried over."),
    Field("contrasts", REFERENCES, "Cards that are easily confused with this one."),
    Field("follow_up", REFERENCES, "Cards that an interviewer would ask next."),
)

ALIAS = Record(
    "a card with `same_as`",
    (
        Field(
            "id", CARD_ID, "The id of the target and the section, `<target>-in-<section>`, dots as hyphens."
        ),
        Field("same_as", REFERENCE, "The card that is shown here too; both have one memory.", required=True),
        COVERED,
        DEMO,
    ),
)

OWN_FIELDS: dict[str, tuple[Field, ...]] = {
    "recall": (Field("answer", TEXT, "The answer, revealed after thinking.", required=True),),
    "cloze": (
        Field(
            "text",
            ClozeText(),
            "The text with {{hidden}}, {{one|another}} or {{$formula$}} blanks.",
            required=True,
        ),
        SYMBOLS,
        WHERE,
        FORBID,
    ),
    "choice": (
        Field("options", Options(), "Entries `right: …` or `wrong: …`, each may carry `why`.", required=True),
    ),
    "formula": (
        Field("answer", FORMULA, "The reference, in the answer language.", required=True),
        SYMBOLS,
        WHERE,
        FORBID,
        Field("boundary", OneOf(("exact", "any")), "`any` takes `>` and `>=` for the same."),
        Field("show", FORMULA, "The left side, shown before the prompt."),
        Field("source", TEXT, "Where the formula can be looked up."),
        Field("right", ListOf(FORMULA), "Samples that must be judged right."),
        Field("wrong", ListOf(FORMULA), "Samples that must be judged wrong."),
        Field("unread", ListOf(FORMULA), "Samples that can't be read, or only restate the question."),
    ),
    "number": (
        Field("given", MapOf(DrawnNumber(), FORMULA), "The numbers that are drawn anew at each showing."),
        Field("answer", FORMULA, "An expression in the given numbers.", required=True),
        Field(
            "tolerance", Text(pattern=SHARE, what="a share such as `0.02` or `2 %`"), "A share of the value."
        ),
        Field("unit", TEXT, "Shown after the number."),
    ),
    "order": (
        Field("steps", ListOf(TEXT, least=3, distinct=True), "The steps in the right order.", required=True),
    ),
    "match": (Field("pairs", Pairs(), "What belongs together.", required=True),),
}
KINDS = tuple(OWN_FIELDS)
KIND = Field("kind", OneOf(KINDS), KIND_HELP)


def card_record(kind: str) -> Record:
    """Return the record of one kind of card."""
    article = "an" if kind[0] in "aeiou" else "a"
    return Record(f"{article} {kind} card", (ID, KIND, *COMMON[1:2], *OWN_FIELDS[kind], *COMMON[2:]))


CARD_RECORDS = {kind: card_record(kind) for kind in KINDS}

ERRATUM = Record(
    "an erratum",
    (
        Field("id", CARD_ID, "The erratum's id in its section.", required=True),
        Field(
            "class",
            OneOf(("error", "gap", "unclear", "misplaced")),
            "What kind of slip it is.",
            required=True,
        ),
        Field("sheet", TEXT, "What the sheet says.", required=True),
        Field("correct", TEXT, "What is right.", required=True),
        Field("why", TEXT, "Why."),
        Field("source", TEXT, "Where it can be looked up."),
    ),
)

SECTION_HEAD = Record(
    "a section",
    (
        Field("id", SECTION_ID, "The section's number, in single quotes.", required=True),
        Field("title", TEXT, "The section's title."),
        Field("weight", WEIGHT, "1 to 5: how often interviewers ask about it."),
        DEMO,
        Field(
            "notes", MapOf(TEXT, CARD_ID), "The section as a page to read: a name and a sentence or two each."
        ),
        Field("errata", ListOf(ERRATUM), "Slips of the sheet, corrected."),
    ),
)

DECK_HEAD = Record(
    "a deck",
    (
        Field("deck", DECK_NAME, "The deck's name.", required=True),
        Field("title", TEXT, "The deck's title."),
    ),
)
