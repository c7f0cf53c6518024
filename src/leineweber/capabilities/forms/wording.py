"""The words of the room itself: messages of the checks and the words around answers, in three languages.

A package replaces a message for its whole form (`messages:`) or for one field (`fields: …: messages:`).
Places in braces are filled with parameters of the check and with `{label}`; other braces stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

_PLACE = re.compile(r"\{(\w+)\}")

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "de": {
        "required": "Füllen Sie das Feld „{label}“ aus.",
        "required_choice": "Wählen Sie bei „{label}“ eine Antwort aus.",
        "required_choices": "Wählen Sie bei „{label}“ mindestens eine Antwort aus.",
        "required_date": "Geben Sie bei „{label}“ Tag, Monat und Jahr ein.",
        "required_file": "Laden Sie bei „{label}“ eine Datei hoch.",
        "consent": "Setzen Sie hier das Häkchen, wenn Sie fortfahren möchten.",
        "too_long": "Kürzen Sie Ihre Angabe auf höchstens {max} Zeichen. Es sind jetzt {length}.",
        "too_short": "Geben Sie mindestens {min} Zeichen ein.",
        "pattern": "Prüfen Sie die Schreibweise bei „{label}“.",
        "name_characters": (
            "Schreiben Sie den Namen in lateinischen Buchstaben, wie im Ausweis. "
            "Diese Zeichen können wir nicht übernehmen: {characters}"
        ),
        "name_letter": "Geben Sie den Namen mit mindestens einem Buchstaben ein.",
        "latin_characters": (
            "Schreiben Sie in lateinischen Buchstaben. Diese Zeichen können wir nicht übernehmen: {characters}"
        ),
        "email_at": "Geben Sie eine E-Mail-Adresse mit @-Zeichen ein, zum Beispiel name@example.org.",
        "email_domain": (
            "Ergänzen Sie die E-Mail-Adresse nach dem @-Zeichen, zum Beispiel name@example.org."
        ),
        "email": "Prüfen Sie die E-Mail-Adresse. Sie sieht so aus: name@example.org.",
        "phone_characters": (
            "Geben Sie die Telefonnummer nur mit Ziffern ein, zum Beispiel 0521 51 0 oder +49 521 51 0."
        ),
        "phone_area": "Geben Sie die Telefonnummer mit Vorwahl ein, zum Beispiel 0521 51 0.",
        "phone_length": "Prüfen Sie die Telefonnummer. Mit Vorwahl hat sie 7 bis 14 Ziffern.",
        "iban_characters": "Geben Sie die IBAN nur mit Buchstaben und Ziffern ein.",
        "iban_country": ("Beginnen Sie die IBAN mit dem Länderkürzel, für deutsche Konten mit DE."),
        "iban_length": (
            "Prüfen Sie die Länge der IBAN. Eine deutsche IBAN hat 22 Zeichen, eingegeben sind {length}."
        ),
        "iban_structure": "Prüfen Sie die IBAN. Nach „DE“ folgen bei deutschen Konten nur Ziffern.",
        "iban_checksum": "Prüfen Sie die IBAN. Mindestens eine Ziffer ist vertauscht oder falsch.",
        "date_missing": "Ergänzen Sie bei „{label}“ {missing}.",
        "date_digits": "Geben Sie Tag, Monat und Jahr mit Ziffern ein, zum Beispiel 7 3 1985.",
        "date_year": "Geben Sie das Jahr mit vier Ziffern ein, zum Beispiel 1985.",
        "date_month": "Geben Sie als Monat eine Zahl von 1 bis 12 ein.",
        "date_unreal": "Prüfen Sie den Tag. Dieses Datum gibt es im Kalender nicht.",
        "date_iso": "Geben Sie das Datum in der Form JJJJ-MM-TT an.",
        "date_early": "Geben Sie ein Datum ab dem {min} ein.",
        "date_late": "Geben Sie ein Datum bis zum {max} ein.",
        "time": "Geben Sie eine Uhrzeit ein, zum Beispiel 8:30.",
        "number": "Geben Sie eine Zahl ein, zum Beispiel 12 oder 12,5.",
        "number_places": "Geben Sie höchstens {places} Stellen nach dem Komma ein.",
        "number_min": "Geben Sie eine Zahl ab {min} ein.",
        "number_max": "Geben Sie eine Zahl bis {max} ein.",
        "integer": "Geben Sie eine ganze Zahl ein, zum Beispiel 12.",
        "choice": "Wählen Sie eine der angebotenen Antworten aus.",
        "too_many": "Wählen Sie höchstens {max} Antworten aus.",
        "not_listed": "Diese Angabe steht nicht im Verzeichnis. Prüfen Sie die Schreibweise.",
        "unlisted": (
            "„{value}“ steht nicht im Verzeichnis. Prüfen Sie die Schreibweise. "
            "Ist sie richtig, setzen Sie das Häkchen unter dem Feld."
        ),
        "unlisted_near": (
            "„{value}“ steht nicht im Verzeichnis. Meinten Sie {candidates}? "
            "Ist Ihre Schreibweise richtig, setzen Sie das Häkchen unter dem Feld."
        ),
        "file": "Laden Sie die Datei noch einmal hoch.",
        "type": "Die Angabe hat nicht die erwartete Form.",
        "unknown": "Diese Angabe kennt das Formular nicht.",
        "check": "Prüfen Sie Ihre Angabe bei „{label}“.",
    },
    "en": {
        "required": "Fill in “{label}”.",
        "required_choice": "Choose an answer for “{label}”.",
        "required_choices": "Choose at least one answer for “{label}”.",
        "required_date": "Enter day, month and year for “{label}”.",
        "required_file": "Upload a file for “{label}”.",
        "consent": "Tick this box if you want to continue.",
        "too_long": "Shorten your answer to {max} characters or fewer. It has {length} now.",
        "too_short": "Enter at least {min} characters.",
        "pattern": "Check how you have written “{label}”.",
        "name_characters": (
            "Write the name in Latin letters, as in your identity document. "
            "We cannot take these characters: {characters}"
        ),
        "name_letter": "Enter the name with at least one letter.",
        "latin_characters": "Write in Latin letters. We cannot take these characters: {characters}",
        "email_at": "Enter an e-mail address with an @ sign, for example name@example.org.",
        "email_domain": "Complete the e-mail address after the @ sign, for example name@example.org.",
        "email": "Check the e-mail address. It looks like this: name@example.org.",
        "phone_characters": "Enter the phone number in digits only, for example 0521 51 0 or +49 521 51 0.",
        "phone_area": "Enter the phone number with its area code, for example 0521 51 0.",
        "phone_length": "Check the phone number. With its area code it has 7 to 14 digits.",
        "iban_characters": "Enter the IBAN in letters and digits only.",
        "iban_country": "Begin the IBAN with the country code, DE for German accounts.",
        "iban_length": (
            "Check the length of the IBAN. A German IBAN has 22 characters; you have entered {length}."
        ),
        "iban_structure": "Check the IBAN. After “DE” a German IBAN has only digits.",
        "iban_checksum": "Check the IBAN. At least one digit is wrong or in the wrong place.",
        "date_missing": "Complete “{label}”: enter {missing}.",
        "date_digits": "Enter day, month and year in digits, for example 7 3 1985.",
        "date_year": "Enter the year with four digits, for example 1985.",
        "date_month": "Enter a number from 1 to 12 for the month.",
        "date_unreal": "Check the day. The calendar does not have this date.",
        "date_iso": "Give the date in the form YYYY-MM-DD.",
        "date_early": "Enter a date from {min} on.",
        "date_late": "Enter a date up to {max}.",
        "time": "Enter a time of day, for example 8:30.",
        "number": "Enter a number, for example 12 or 12.5.",
        "number_places": "Enter at most {places} digits after the decimal point.",
        "number_min": "Enter a number from {min} up.",
        "number_max": "Enter a number up to {max}.",
        "integer": "Enter a whole number, for example 12.",
        "choice": "Choose one of the answers on offer.",
        "too_many": "Choose {max} answers or fewer.",
        "not_listed": "This is not in our list. Check how you have written it.",
        "unlisted": (
            "“{value}” is not in our list. Check the spelling. If it is right, tick the box below the field."
        ),
        "unlisted_near": (
            "“{value}” is not in our list. Did you mean {candidates}? "
            "If your spelling is right, tick the box below the field."
        ),
        "file": "Upload the file once more.",
        "type": "The value does not have the expected form.",
        "unknown": "The form does not know this value.",
        "check": "Check your answer for “{label}”.",
    },
    "leicht": {
        "required": "Bitte schreiben Sie hier etwas hinein: {label}",
        "required_choice": "Bitte wählen Sie eine Antwort aus: {label}",
        "required_choices": "Bitte wählen Sie eine Antwort oder mehrere Antworten aus: {label}",
        "required_date": "Bitte schreiben Sie das Datum hinein: Tag, Monat und Jahr.",
        "required_file": "Bitte laden Sie eine Datei hoch.",
        "consent": "Bitte machen Sie hier ein Häkchen. Dann können Sie weitermachen.",
        "too_long": "Ihr Text ist zu lang. Es dürfen höchstens {max} Zeichen sein.",
        "too_short": "Ihr Text ist zu kurz. Es müssen mindestens {min} Zeichen sein.",
        "pattern": "Bitte prüfen Sie: Haben Sie alles richtig geschrieben?",
        "name_characters": (
            "Bitte schreiben Sie den Namen so wie in Ihrem Ausweis. Diese Zeichen gehen nicht: {characters}"
        ),
        "name_letter": "Ein Name hat mindestens einen Buchstaben.",
        "latin_characters": "Diese Zeichen gehen nicht: {characters}",
        "email_at": "In der E-Mail-Adresse fehlt das Zeichen @. Ein Beispiel: name@example.org",
        "email_domain": "Nach dem Zeichen @ fehlt etwas. Ein Beispiel: name@example.org",
        "email": "Bitte prüfen Sie die E-Mail-Adresse. Ein Beispiel: name@example.org",
        "phone_characters": "Bitte schreiben Sie nur Zahlen. Ein Beispiel: 0521 51 0",
        "phone_area": "Bitte schreiben Sie auch die Vorwahl dazu. Ein Beispiel: 0521 51 0",
        "phone_length": "Bitte prüfen Sie die Telefon-Nummer. Fehlt eine Zahl? Oder ist es eine Zahl zu viel?",
        "iban_characters": "In der IBAN stehen nur Buchstaben und Zahlen.",
        "iban_country": "Die IBAN fängt mit 2 Buchstaben an. In Deutschland sind das: DE",
        "iban_length": "Die IBAN ist zu kurz oder zu lang. In Deutschland hat die IBAN 22 Zeichen.",
        "iban_structure": "In Deutschland kommen nach DE nur noch Zahlen.",
        "iban_checksum": "In der IBAN ist eine Zahl falsch. Bitte prüfen Sie alle Zahlen.",
        "date_missing": "Beim Datum fehlt etwas: {missing}",
        "date_digits": "Bitte schreiben Sie das Datum mit Zahlen. Ein Beispiel: 7 3 1985",
        "date_year": "Das Jahr hat 4 Zahlen. Ein Beispiel: 1985",
        "date_month": "Der Monat ist eine Zahl von 1 bis 12.",
        "date_unreal": "Diesen Tag gibt es nicht. Bitte prüfen Sie das Datum.",
        "date_iso": "Bitte prüfen Sie das Datum.",
        "date_early": "Das Datum liegt zu weit zurück. Es geht erst ab dem {min}.",
        "date_late": "Das Datum ist zu spät. Es geht nur bis zum {max}.",
        "time": "Bitte schreiben Sie eine Uhr-Zeit. Ein Beispiel: 8:30",
        "number": "Bitte schreiben Sie eine Zahl. Ein Beispiel: 12",
        "number_places": "Nach dem Komma dürfen höchstens {places} Zahlen stehen.",
        "number_min": "Die Zahl ist zu klein. Sie muss mindestens {min} sein.",
        "number_max": "Die Zahl ist zu groß. Sie darf höchstens {max} sein.",
        "integer": "Bitte schreiben Sie eine Zahl ohne Komma. Ein Beispiel: 12",
        "choice": "Bitte wählen Sie eine Antwort aus der Liste aus.",
        "too_many": "Sie dürfen höchstens {max} Antworten auswählen.",
        "not_listed": "Das steht nicht in unserer Liste. Bitte prüfen Sie: Haben Sie alles richtig geschrieben?",
        "unlisted": (
            "Das steht nicht in unserer Liste: {value}. Haben Sie alles richtig geschrieben? "
            "Dann machen Sie ein Häkchen unter dem Feld."
        ),
        "unlisted_near": (
            "Das steht nicht in unserer Liste: {value}. Meinen Sie: {candidates}? "
            "Oder haben Sie alles richtig geschrieben? Dann machen Sie ein Häkchen unter dem Feld."
        ),
        "file": "Bitte laden Sie die Datei noch einmal hoch.",
        "type": "Bitte prüfen Sie diese Antwort.",
        "unknown": "Diese Frage gibt es nicht.",
        "check": "Bitte prüfen Sie diese Antwort: {label}",
    },
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "yes": "Ja", "no": "Nein", "none": "Keine Angabe", "or": "oder", "and": "und",
        "tag": "Tag", "monat": "Monat", "jahr": "Jahr", "optional": "freiwillig",
        "missing_tag": "den Tag", "missing_monat": "den Monat", "missing_jahr": "das Jahr",
        "confirm": "Die Schreibweise „{value}“ ist richtig.", "choose": "Bitte auswählen",
        "only_if": "Nur ausfüllen, wenn Sie bei „{label}“ „{option}“ gewählt haben.",
        "change": "Ändern", "change_what": "{label} ändern", "unanswered": "Noch nicht beantwortet",
        "new_window": "öffnet ein neues Fenster",
    },
    "en": {
        "yes": "Yes", "no": "No", "none": "Not given", "or": "or", "and": "and",
        "tag": "Day", "monat": "Month", "jahr": "Year", "optional": "optional",
        "missing_tag": "the day", "missing_monat": "the month", "missing_jahr": "the year",
        "confirm": "The spelling “{value}” is right.", "choose": "Please choose",
        "only_if": "Fill in only if you have chosen “{option}” for “{label}”.",
        "change": "Change", "change_what": "Change {label}", "unanswered": "Not answered yet",
        "new_window": "opens a new window",
    },
    "leicht": {
        "yes": "Ja", "no": "Nein", "none": "Nichts angegeben", "or": "oder", "and": "und",
        "tag": "Tag", "monat": "Monat", "jahr": "Jahr", "optional": "Sie müssen das nicht ausfüllen",
        "missing_tag": "der Tag", "missing_monat": "der Monat", "missing_jahr": "das Jahr",
        "confirm": "Ja, ich habe das richtig geschrieben: {value}", "choose": "Bitte auswählen",
        "only_if": "Haben Sie bei „{label}“ „{option}“ gewählt? Dann füllen Sie das bitte aus.",
        "change": "Ändern", "change_what": "{label} ändern", "unanswered": "Noch keine Antwort",
        "new_window": "ein neues Fenster geht auf",
    },
}  # fmt: skip

_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def fill(template: str, params: Mapping[str, object]) -> str:
    """Return a template with its places filled; a place nobody fills stays as it stands."""
    return _PLACE.sub(lambda place: str(params.get(place[1], place[0])), template)


def show_date(value: date, language: str) -> str:
    """Return a date as people of the language write it (`24.11.2026`, `24 November 2026`)."""
    if language == "en":
        return f"{value.day} {_MONTHS_EN[value.month - 1]} {value.year}"
    return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"


def show_number(value: Decimal | int, language: str) -> str:
    """Return a number with the separators of the language (`1.234,5`, `1,234.5`)."""
    plain = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    if language == "en":
        return plain
    return plain.translate(str.maketrans(",.", ".,"))


def enumerate_words(words: list[str], language: str, last: str = "and") -> str:
    """Return words as a list in a sentence (`A, B und C`)."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {WORDS[language][last]} {words[-1]}"


def show_param(value: object, language: str) -> object:
    """Return a message parameter as it is shown: dates, numbers and candidates in the language."""
    if isinstance(value, date):
        return show_date(value, language)
    if isinstance(value, Decimal):
        return show_number(value, language)
    if isinstance(value, tuple):
        quoted = [f"“{word}”" if language == "en" else f"„{word}“" for word in value]
        return enumerate_words(quoted, language, last="or")
    return value
