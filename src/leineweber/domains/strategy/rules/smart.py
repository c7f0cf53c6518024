"""The SMART check: what a goal lacks before it can be adopted, each finding with its reason.

The criteria are those of the paper's profiles (B.II): specific, measurable, attractive and achievable, relevant, timed
(after G. T. Doran, Management Review 70/11, 1981). The check reads facts and words;
whether a goal is wise, people judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Criterion = Literal["specific", "measurable", "achievable", "relevant", "timed"]
CRITERIA: Mapping[Criterion, str] = {
    "specific": "Spezifisch",
    "measurable": "Messbar",
    "achievable": "Attraktiv und erreichbar",
    "relevant": "Relevant",
    "timed": "Terminiert",
}
STEEPER = 2
"""How many times steeper than so far the way ahead may be before somebody must say why it can be gone."""
MINIMUM_DAYS = 28
LONGEST = timedelta(days=6 * 366)

# What somebody does, as stems of verbs in small letters; a noun made of one ("Einführung") names no deed.
_STEMS = (
    "abschaff|abschließ|anbiet|anleg|antwort|anwend|arbeit|ausbau|ausstatt|ausweit|auszahl|automatisier|bearbeit|"
    "beantrag|beantwort|bedien|begleit|bekomm|beleg|benutz|berat|bereitstell|beschaff|beschleunig|beschließ|besetz|"
    "besteh|bestell|bestätig|besprech|besproch|buch|such|schrieb|beteilig|betreib|bewerb|bezahl|biet|bring|dokumentier|durchführ|einbind|einführ|einhalt|einricht|"
    "einseh|eintrag|entlast|entscheid|entwickel|erarbeit|erfahr|erfass|erfüll|ergänz|erhalt|erhält|erhöh|erled|"
    "erleichter|ermittel|erneuer|erprob|erreich|erschließ|ersetz|erstell|erweiter|festleg|find|führ|geb|gelt|genehmig|"
    "gestalt|gewinn|gilt|halbier|hält|halt|informier|kauf|kenn|klär|kommunizier|kündig|laden|läuf|lauf|leit|lern|"
    "les|lös|meld|mess|migrier|minder|modernisier|nehm|nimmt|nutz|öffn|optimier|ordn|pfleg|prüf|qualifizier|regel|"
    "reduzier|richt|schaff|schließ|schließt|schreib|schul|schütz|seh|send|senk|sicher|sink|spar|speicher|sprech|"
    "stärk|steh|steig|steiger|stell|test|trag|treff|trifft|überarbeit|überführ|übergeb|übernehm|übernimmt|übertrag|"
    "umsetz|umstell|unterricht|unterschreib|unterstütz|untersuch|verabschied|verankert|verbesser|verbind|verdoppel|"
    "vereinbar|vereinheitlich|vereinfach|verfüg|verkauf|verkürz|verläng|vermeid|veröffentlich|verringer|"
    "versend|versorg|verwalt|verwend|vorleg|wachs|weck|weiß|weiterführ|wend|werd|wiss|wohn|zahl|zeig|ziel|zusag|"
    "zugreif|zugänglich"
)
_VERB = re.compile(
    rf"\b(?:(?:ab|an|auf|aus|be|bei|durch|ein|ent|er|fest|fort|her|hin|mit|nach|über|um|unter|ver|vor|weiter|zu|"
    rf"zurück|zusammen)?(?:ge|zu)?(?:{_STEMS})(?:t|te|ten|e|en|n|end|et|ern|ert|eln|elt|est)?|"
    r"ist|sind|hat|haben|kann|können|wird|wurde|wurden|liegt|liegen|steht|kommt|kommen|geht|gehen)\b"
)
_NOUN = re.compile(r"\b[A-ZÄÖÜ][\wäöüß-]{2,}")
# What begins sentences with a capital letter and is no thing.
_NO_THING = frozenset((
    "Der", "Die", "Das", "Den", "Dem", "Des", "Ein", "Eine", "Einen", "Einem", "Einer", "Alle", "Allen",
    "Jede", "Jeder", "Jedes", "Jeden", "Wir", "Sie", "Ihr", "Ihre", "Man", "Wer", "Was", "Wenn", "Wo",
    "Bei", "Bis", "Für", "Mit", "Nach", "Von", "Vor", "Zum", "Zur", "Auf", "Aus", "Als", "Auch", "Mehr",
    "Weniger", "Mindestens", "Höchstens", "Hier", "Dort", "Dann", "Zwei", "Drei", "Vier", "Fünf", "Sechs",
    "Sieben", "Acht", "Neun", "Zehn", "Elf", "Zwölf", "Zwanzig", "Kein", "Keine", "Künftig", "Dadurch",
    "Dabei", "Diese", "Dieser", "Dieses",
))  # fmt: skip
_VAGUE = re.compile(
    r"\b(möglichst|zeitnah|baldmöglichst|bald|gegebenenfalls|ggf\.?|optimal|angemessen\w*|weitgehend|"
    r"nach Möglichkeit|in der Regel|grundsätzlich|verstärkt|laufend|kontinuierlich)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is open: a code for programs, a reason for people, and the field of the form that mends it."""

    code: str
    criterion: Criterion
    reason: str
    field: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the check reads of a goal. `history` are values measured so far; `serves` counts edges upwards."""

    title: str
    result: str
    owner: bool
    indicator: str
    unit: str
    direction: str
    baseline: Decimal | None
    baseline_on: date | None
    target: Decimal | None
    source: str
    attainable: str
    serves: int
    start: date | None
    end: date | None
    trajectory: str = "linear"
    points: tuple[tuple[date, Decimal], ...] = ()
    history: tuple[tuple[date, Decimal], ...] = ()
    finished: bool = False


def check_goal(facts: Facts, on: date) -> list[Finding]:
    """Return what is open on a day, in the order of the letters; an empty list means the goal is SMART."""
    return [
        *_specific(facts),
        *_measurable(facts, on),
        *_achievable(facts, on),
        *_relevant(facts),
        *_timed(facts, on),
    ]


def has_verb(text: str) -> bool:
    """Tell whether a text says that something is done or is so: it holds a verb, not only nouns made of verbs."""
    return _VERB.search(text) is not None


def has_object(text: str) -> bool:
    """Tell whether a text names a thing: a noun, which German writes with a capital letter."""
    return any(word not in _NO_THING for word in _NOUN.findall(text))


def _specific(facts: Facts) -> list[Finding]:
    found = []
    said = facts.result.strip()
    if not said:
        return [
            Finding("specific.result", "specific", "Das Ergebnis fehlt: Was ist am Ende anders?", "ergebnis"),
            *_owner(facts),
        ]
    if not has_verb(said):
        reason = "Das Ergebnis sagt nicht, was geschieht: Es fehlt ein Verb, zum Beispiel „beantragen“ oder „nutzt“."
        found.append(Finding("specific.verb", "specific", reason, "ergebnis"))
    if not has_object(said):
        reason = "Das Ergebnis sagt nicht, womit oder woran etwas geschieht: Nennen Sie die Sache."
        found.append(Finding("specific.object", "specific", reason, "ergebnis"))
    vague = _VAGUE.search(said)
    if vague:
        reason = f"Das Wort „{vague[0]}“ im Ergebnis lässt offen, was genau gilt."
        found.append(Finding("specific.vague", "specific", reason, "ergebnis"))
    return [*found, *_owner(facts)]


def _owner(facts: Facts) -> list[Finding]:
    if facts.owner:
        return []
    return [
        Finding("specific.owner", "specific", "Es ist keine Organisationseinheit verantwortlich.", "einheit")
    ]


def _measurable(facts: Facts, on: date) -> list[Finding]:
    lacking = (
        ("indicator", not facts.indicator.strip(), "Die Kennzahl fehlt: Woran wird gemessen?", "kennzahl"),
        ("unit", not facts.unit.strip(), "Die Einheit der Kennzahl fehlt, zum Beispiel „Prozent“.", "masseinheit"),
        ("baseline", facts.baseline is None, "Der Ausgangswert fehlt: Wo stehen Sie heute?", "ausgangswert"),
        ("date", facts.baseline_on is None, "Es fehlt, von welchem Tag der Ausgangswert ist.", "ausgangstag-tag"),
        ("target", facts.target is None, "Der Zielwert fehlt.", "zielwert"),
        ("source", not facts.source.strip(), "Die Quelle der Zahlen fehlt: Woher kommen sie?", "quelle"),
    )  # fmt: skip
    found = [
        Finding(f"measurable.{code}", "measurable", reason, field)
        for code, is_open, reason, field in lacking
        if is_open
    ]
    if facts.baseline_on is not None and facts.baseline_on > on:
        reason = "Der Ausgangswert ist von einem Tag, der noch kommt: Das ist eine Annahme und keine Messung."
        found.append(Finding("measurable.future", "measurable", reason, "ausgangstag-tag"))
    return found


def slope(points: Sequence[tuple[date, Decimal]]) -> Decimal | None:
    """Return the change a day between the first and the last of several values, None for less than four weeks."""
    if len(points) < 2:
        return None
    (first, start), (last, end) = min(points), max(points)
    days = (last - first).days
    return (end - start) / days if days >= MINIMUM_DAYS else None


def _number(value: Decimal) -> str:
    text = f"{abs(value):.1f}" if abs(value) >= 1 else f"{abs(value):.2f}"
    return text.rstrip("0").rstrip(".").replace(".", ",") or "0"


def _achievable(facts: Facts, on: date) -> list[Finding]:
    if facts.baseline is None or facts.target is None:
        return []
    way = facts.target - facts.baseline
    if way == 0 or (way > 0) != (facts.direction == "up"):
        reason = (
            "Der Zielwert ist nicht besser als der Ausgangswert."
            if way == 0
            else "Der Zielwert liegt auf der falschen Seite des Ausgangswerts."
        )
        return [Finding("achievable.direction", "achievable", reason, "zielwert")]
    if facts.attainable.strip():
        return []
    so_far = slope(facts.history)
    if so_far is None:
        reason = "Es gibt noch keinen Verlauf, der zeigt, dass der Zielwert erreichbar ist. Begründen Sie es."
        return [Finding("achievable.unfounded", "achievable", reason, "erreichbar")]
    if facts.end is None:
        return []
    last_day, last = max(facts.history)
    days = (facts.end - max(last_day, on)).days
    if days <= 0:
        return []
    needed = (facts.target - last) / days
    sign = 1 if way > 0 else -1
    if needed * sign <= 0 or so_far * sign * STEEPER >= needed * sign:
        return []
    reason = (
        f"Nötig sind ab jetzt {_number(needed * 30)} {facts.unit} in 30 Tagen, bisher waren es "
        f"{'0' if so_far * sign <= 0 else _number(so_far * 30)}. Begründen Sie, warum es schneller gehen wird."
    )
    return [Finding("achievable.slope", "achievable", reason, "erreichbar")]


def _relevant(facts: Facts) -> list[Finding]:
    if facts.serves:
        return []
    reason = "Das Ziel dient keiner Maßnahme der Strategie: Verknüpfen Sie es."
    return [Finding("relevant.edge", "relevant", reason, "massnahmen")]


def _timed(facts: Facts, on: date) -> list[Finding]:
    if facts.start is None or facts.end is None:
        field = "beginn-tag" if facts.start is None else "ende-tag"
        return [Finding("timed.period", "timed", "Es fehlt, von wann bis wann das Ziel gilt.", field)]
    found = []
    if facts.end <= facts.start:
        found.append(Finding("timed.order", "timed", "Das Ende liegt nicht nach dem Beginn.", "ende-tag"))
    elif facts.end - facts.start > LONGEST:
        reason = "Der Zeitraum ist länger als sechs Jahre: Teilen Sie das Ziel in Etappen."
        found.append(Finding("timed.long", "timed", reason, "ende-tag"))
    if facts.end < on and not facts.finished:
        found.append(Finding("timed.past", "timed", "Das Ende ist schon vorbei.", "ende-tag"))
    if facts.trajectory != "linear":
        if not facts.points:
            reason = "Der Sollpfad hat keine Punkte: Tragen Sie ein, wann welcher Wert erreicht sein soll."
            found.append(Finding("timed.points", "timed", reason, "punkte"))
        elif any(not facts.start <= day <= facts.end for day, _ in facts.points):
            reason = "Ein Punkt des Sollpfads liegt außerhalb des Zeitraums."
            found.append(Finding("timed.outside", "timed", reason, "punkte"))
    return found
