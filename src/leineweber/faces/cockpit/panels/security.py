"""How safe the house is, as far as the program measures it; what nobody measures yet is said so."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache

from leineweber.faces.cockpit.panels.shapes import Panel, Tile, Tiles
from leineweber.faces.cockpit.scope import Scope
from leineweber.kernel import clock, health
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.audit import queries as audit
from leineweber.kernel.ui.jinja import datetime_de, number, plural
from leineweber.people.identity import queries as identity

ORDER = 60
POLICY = "cockpit.security.view"
DAYS = 30
OPERATIONS = "/arbeit/betrieb/"
# What the strategy wants to know and no room measures: said instead of left out.
NOT_MEASURED = ("Sicherheitsvorfälle", "Erfüllte Grundschutz-Bausteine", "Datenschutz-Folgenabschätzungen")


def _protocol(href: str) -> Tile:
    last = audit.last_verification()
    if last is None:
        return Tile("Protokoll", "nie geprüft", href=href, light="yellow", light_label="nachholen")
    sound = not last.findings
    state, word = ("green", "unverändert") if sound else ("red", "verändert")
    return Tile(
        "Protokoll",
        word,
        note=f"zuletzt geprüft am {datetime_de(last.at)}",
        href=href,
        light=state,
        light_label="in Ordnung" if sound else "gestört",
    )


def _operation(href: str) -> Tile:
    # Looking at everything takes a score of queries; leadership is told how it was within the last minute.
    report = cache.get_or_set("cockpit.health", health.report, 60)
    if report is None:
        return Tile("Betrieb", "noch nicht gemessen", light="grey")
    errors = sum(check.state == "error" for check in report.checks)
    hints = sum(check.state == "warning" for check in report.checks)
    lights = {"ok": "green", "warning": "yellow", "error": "red"}
    words = {"ok": "in Ordnung", "warning": "mit Hinweisen", "error": "gestört"}
    return Tile(
        "Betrieb",
        plural(errors, "Störung", "Störungen") if errors else "läuft",
        note=f"{len(report.checks)} Prüfungen, {plural(hints, 'Hinweis', 'Hinweise')}",
        href=href,
        light=lights[report.state],
        light_label=words[report.state],
    )


def panel(actor: Actor, scope: Scope) -> Panel | None:
    """Return what is measured for the whole house; it has no fields and no units."""
    if not scope.whole:
        return None
    href = OPERATIONS if allowed(actor, "operator") else ""
    since = clock.now() - timedelta(days=DAYS)
    outcomes = identity.log_in_outcomes(since)
    limited = outcomes.get("limited", 0)
    refused = outcomes.get("refused", 0) + limited
    tried = refused + outcomes.get("success", 0)
    log_ins = Tile(
        "Abgewiesene Anmeldungen",
        number(refused),
        note=f"von {plural(tried, 'Versuch', 'Versuchen')} in {DAYS} Tagen; {number(limited)} gesperrt",
    )
    tiles = [_operation(href), _protocol(href), log_ins]
    troubled = [tile.label for tile in tiles if tile.light in {"red", "yellow"}]
    sentence = f"Ansehen: {', '.join(troubled)}." if troubled else "Betrieb und Protokoll sind in Ordnung."
    return Panel(
        "sicherheit",
        "Ist das Haus sicher?",
        f"{sentence} Noch nicht gemessen: {', '.join(NOT_MEASURED)}.",
        [Tiles(tiles)],
        source="Betriebsprüfung und Protokollprüfung des Programms, Anmeldevorgänge ohne Namen",
    )
