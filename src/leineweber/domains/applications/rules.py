"""Pure: how answers become what lists and letters need, and what may happen in which state."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

OPEN_STATES = frozenset({"received", "in_review", "question_open"})
DECIDED_STATES = frozenset({"accepted", "refused"})
NAME_WORDS = 5
_TRANSLITERATION = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue"})


_TOLD: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "received": {
        "de": (
            "Wir haben Ihren Antrag erhalten ({reference})",
            "Ihr Antrag ist bei uns eingegangen. Im Anhang finden Sie die Eingangsbestätigung.\n\n"
            "Ihre Vorgangsnummer: {reference}",
        ),
        "en": (
            "We have received your application ({reference})",
            "Your application has reached us. The confirmation is attached; it is in German.\n\n"
            "Your reference number: {reference}",
        ),
        "leicht": (
            "Wir haben Ihren Antrag bekommen ({reference})",
            "Ihr Antrag ist da.\n\nIm Anhang ist ein Brief.\n\nIm Brief stehen Ihre Antworten.\n\n"
            "Der Brief ist nicht in Leichter Sprache.\n\nDas ist Ihre Nummer: {reference}",
        ),
    },
    "question": {
        "de": ("Wir haben eine Frage zu Ihrem Antrag ({reference})", "{text}"),
        "en": ("We have a question about your application ({reference})", "{text}"),
        "leicht": ("Wir haben eine Frage an Sie ({reference})", "{text}"),
    },
    "notice": {
        "de": ("Ihr Bescheid ist da ({reference})", "{text}: Den Bescheid finden Sie im Anhang."),
        "en": (
            "Our decision is here ({reference})",
            "The decision is attached. It is in German, the official language "
            "(section 23 (1) of the Administrative Procedure Act of North Rhine-Westphalia).",
        ),
        "leicht": (
            "Wir antworten Ihnen ({reference})",
            "Im Anhang ist ein Brief.\n\nDer Brief heißt: Bescheid.\n\nIm Bescheid steht unsere Entscheidung."
            "\n\nDer Brief ist nicht in Leichter Sprache.\n\nHaben Sie Fragen? Dann rufen Sie uns an.",
        ),
    },
    "withdrawn": {
        "de": (
            "Ihr Antrag ist zurückgezogen ({reference})",
            "Sie haben Ihren Antrag zurückgezogen. Wir bearbeiten ihn nicht weiter.",
        ),
        "en": (
            "Your application is withdrawn ({reference})",
            "You have withdrawn your application. We have stopped working on it.",
        ),
        "leicht": (
            "Sie möchten den Antrag nicht mehr ({reference})",
            "Sie haben uns gesagt: Sie möchten den Antrag nicht mehr.\n\nWir arbeiten nicht mehr daran.",
        ),
    },
}


def told(event: str, language: str, reference: str, text: str = "") -> tuple[str, str]:
    """Return subject and body of what the applicant is told of an event, in German where there is no other.

    Args:
        event: received, question, notice or withdrawn.
        language: de, en or leicht.
        reference: the reference number.
        text: the question, or the title of the notice.
    """
    subject, body = _TOLD[event].get(language) or _TOLD[event]["de"]
    return subject.format(reference=reference), body.format(reference=reference, text=text)


def at_path(answers: Mapping[str, Any], path: str) -> Any:
    """Return the answer at a path such as `person.vorname`, None if there is none."""
    value: Any = answers
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def text_at(answers: Mapping[str, Any], path: str | None) -> str:
    """Return the answer at a path as text, "" if there is none."""
    value = at_path(answers, path) if path else None
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applied, as the package says where the answers stand."""

    given_name: str
    family_name: str
    birth_date: str
    email: str
    address: tuple[str, ...]
    by_post: bool

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def listed(self) -> str:
        """The name as lists sort it: family name first."""
        return ", ".join(part for part in (self.family_name, self.given_name) if part)


def spoken(listed: str) -> str:
    """Return a listed name as people say it: "Zwirnstein, Greta" is "Greta Zwirnstein"."""
    family_name, _, given_name = listed.partition(", ")
    return f"{given_name} {family_name}".strip()


def name_beginnings(text: str) -> tuple[str, ...]:
    """Return how the listed name may begin ("zwirnstein, greta") when a folded text names a person, family name first.

    Who types no comma means her too. Where one name ends and the other begins, nobody knows; so every place between
    two words is tried.
    """
    words = text.replace(",", " ").split()[:NAME_WORDS]
    cuts = range(1, len(words))
    found = (f"{' '.join(words[:cut])}, {' '.join(words[cut:])}" for cut in cuts)
    return tuple(dict.fromkeys([text, *found]))


def applicant_of(answers: Mapping[str, Any], paths: Mapping[str, str]) -> Applicant:
    """Return the applicant from the answers by the package's paths."""
    street = " ".join(
        filter(None, (text_at(answers, paths.get("street")), text_at(answers, paths.get("house_number"))))
    )
    city = " ".join(
        filter(None, (text_at(answers, paths.get("postcode")), text_at(answers, paths.get("city"))))
    )
    return Applicant(
        given_name=text_at(answers, paths.get("given_name")),
        family_name=text_at(answers, paths.get("family_name")),
        birth_date=text_at(answers, paths.get("birth_date")),
        email=text_at(answers, paths.get("email")),
        address=tuple(filter(None, (street, city))),
        by_post=bool(paths.get("by_post")) and text_at(answers, paths.get("contact")) == paths.get("by_post"),
    )


def identity_text(procedure: str, applicant: Applicant) -> str:
    """Return the text by which the same person is found again: folded name and date of birth.

    Case, accents, umlauts written either way and hyphens make no difference. The text is sealed before it is
    kept, so the column tells nobody a name.
    """
    folded = f"{applicant.family_name} {applicant.given_name}".casefold().translate(_TRANSLITERATION)
    bare = "".join(character for character in unicodedata.normalize("NFKD", folded) if character.isalnum())
    return f"{procedure}|{bare}|{applicant.birth_date}"


def changed_paths(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Return the sorted paths at which two sets of answers differ."""
    paths: list[str] = []
    for key in sorted(set(before) | set(after)):
        old, new = before.get(key), after.get(key)
        path = f"{prefix}{key}"
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            paths += changed_paths(
                old if isinstance(old, Mapping) else {}, new if isinstance(new, Mapping) else {}, path + "."
            )
        elif old != new:
            paths.append(path)
    return paths


def median_of_counts(counts: Iterable[tuple[int, int]]) -> float | None:
    """Return the median of values given as `(value, how often)`, None without any.

    Lets the database count per value, so that the median of 100,000 cases needs a few hundred rows.
    """
    ordered = sorted(counts)
    passed = list(accumulate(number for _, number in ordered))
    if not passed or passed[-1] == 0:
        return None

    def at(position: int) -> int:
        return ordered[bisect_right(passed, position)][0]

    return (at((passed[-1] - 1) // 2) + at(passed[-1] // 2)) / 2


def share_an_address(some: Iterable[str], others: Iterable[str]) -> bool:
    """Tell whether an e-mail address is among both, however it is written."""
    return not {one.strip().casefold() for one in some if one}.isdisjoint(
        one.strip().casefold() for one in others if one
    )


def may_correct(state: str) -> bool:
    """Tell whether the applicant may still change answers: until it is decided."""
    return state in OPEN_STATES


def may_withdraw(state: str) -> bool:
    """Tell whether the applicant may withdraw: until it is decided.

    After the appointment is notified an honorary post may be refused only for important reasons (§ 9, § 11 BWahlG),
    so the office is asked then, in a message.
    """
    return state in OPEN_STATES


def days_between(start: date, end: date) -> int:
    """Return the calendar days from one day to another, never negative."""
    return max(0, (end - start).days)


@dataclass(frozen=True, slots=True)
class Step:
    """A step in the course of a case as a citizen reads it."""

    title: str
    done: bool
    current: bool


def steps_of(state: str) -> Sequence[Step]:
    """Return the course of a case in four steps, in the applicant's words."""
    decided = state in {"accepted", "refused", "withdrawn"}
    end = {
        "accepted": "Zusage erhalten",
        "refused": "Ablehnung erhalten",
        "withdrawn": "Zurückgezogen",
    }.get(state, "Entscheidung")
    question = state == "question_open"
    return (
        Step("Eingegangen", True, state == "received"),
        Step(
            "Wir brauchen eine Antwort von Ihnen" if question else "In Prüfung",
            decided,
            state == "in_review" or question,
        ),
        Step(end, decided, decided),
    )
