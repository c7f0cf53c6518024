"""How somebody fills in the form for election helpers: page by page, as the keyboard goes through it."""

from __future__ import annotations

from story.people import Visitor

SERVICE = "/leistungen/wahlhelfer/"
REFERENCE = r"WH-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]"


def begin(visitor: Visitor) -> Visitor:
    """Open the description and start."""
    return visitor.opens(SERVICE).presses("Jetzt online beantragen").reads_heading("Ihre Person")


def person(visitor: Visitor, given: str, family: str) -> Visitor:
    """Say who one is."""
    visitor.types("Vorname", given).types("Familienname", family)
    visitor.types("Tag", "17").types("Monat", "4").types("Jahr", "1988")
    visitor.chooses("Staatsangehörigkeit", "Deutsch")
    visitor.types("Straße", "Niederwall").types("Hausnummer", "23").types("Postleitzahl", "33602")
    return visitor.types("Ort", "Bielefeld").presses("Weiter")


def reachability(visitor: Visitor, address: str, way: str = "In mein Postfach") -> Visitor:
    """Say how one can be reached."""
    visitor.types("E-Mail-Adresse", address)
    return visitor.chooses("Wie sollen wir Ihnen den Bescheid schicken?", way).presses("Weiter")


def availability(visitor: Visitor) -> Visitor:
    """Say when and where one can help."""
    visitor.ticks("Landtagswahl am 25. April 2027")
    visitor.chooses("Wann können Sie am Wahltag helfen?", "Den ganzen Tag")
    return visitor.selects("In welchem Stadtbezirk möchten Sie helfen?", "Heepen").presses("Weiter")


def experience(visitor: Visitor) -> Visitor:
    """Say that one is new to it."""
    visitor.chooses("Haben Sie schon einmal in einem Wahlvorstand mitgearbeitet?", "Nein")
    visitor.chooses("Welche Funktion möchten Sie übernehmen?", "Beisitz")
    return visitor.chooses("Arbeiten Sie im öffentlichen Dienst?", "Nein").presses("Weiter")


def bank(visitor: Visitor) -> Visitor:
    """Want no money."""
    return visitor.chooses(
        "Sollen wir Ihnen das Erfrischungsgeld überweisen?", "Nein, ich verzichte darauf"
    ).presses("Weiter")


def consent(visitor: Visitor) -> Visitor:
    """Agree to what is needed."""
    visitor.ticks("Ich bin bei den Wahlen").ticks("Ich habe die Hinweise zum Datenschutz gelesen.")
    return visitor.presses("Weiter").reads_heading("Angaben prüfen und absenden")


def fill_in(visitor: Visitor, given: str, family: str, address: str) -> Visitor:
    """Fill in everything, up to the page where the answers are checked."""
    person(begin(visitor), given, family)
    reachability(visitor, address)
    availability(visitor)
    experience(visitor)
    return consent(bank(visitor))


def submit(visitor: Visitor) -> str:
    """Send the checked answers; return the number that was handed out."""
    visitor.presses("Antrag absenden").reads_heading("Ihr Antrag ist eingegangen")
    return visitor.text_of(REFERENCE)


def apply(visitor: Visitor, given: str, family: str, address: str) -> str:
    """Apply from beginning to end; return the number."""
    return submit(fill_in(visitor, given, family, address))
