"""A sample file plan (Muster): the shape of a municipal plan, with invented numbers.

Periods are samples too, after the orders of magnitude of KGSt-Bericht 4/2006, except where `legal_base` names
a law that fixes them. A city puts its own plan in by `services.put_plan`.
"""

from __future__ import annotations

from leineweber.capabilities.records.models import Disposal
from leineweber.capabilities.records.services import PlanEntry


def _sample(
    code: str, title: str, years: int | None, disposal: Disposal = Disposal.OFFER, base: str = "Muster"
) -> PlanEntry:
    return PlanEntry(code, title, years, disposal, base, is_sample=True)


SAMPLE_PLAN: tuple[PlanEntry, ...] = (
    _sample("10", "Allgemeine Verwaltung", 10),
    _sample("10.10", "Organisation und Geschäftsverteilung", 10),
    _sample("10.20", "Personalangelegenheiten", 10),
    _sample("10.30", "Informationstechnik und Digitalisierung", 10),
    _sample("10.30.10", "Digitalisierungsstrategie", None, Disposal.KEEP),
    _sample("12", "Statistik und Wahlen", 10),
    _sample("12.10", "Statistik", 10),
    _sample("12.20", "Wahlen – Wahlhelfende", 5),
    _sample("12.30", "Wahlen – Durchführung", 10),
    _sample("20", "Finanzen", 10, base="Muster; Buchungsbelege nach der KomHVO NRW"),
    _sample("20.10", "Haushalt und Jahresabschluss", None, Disposal.KEEP),
    _sample("20.20", "Steuern und Abgaben", 10),
    _sample("32", "Sicherheit und Ordnung", 10),
    _sample("32.10", "Gewerbe", 10),
    _sample("32.20", "Straßenverkehr", 5),
    _sample("33", "Bürgerdienste", 10),
    _sample("33.10", "Meldewesen", 5),
    _sample("33.20", "Ausweise und Pässe", 5),
    _sample("40", "Schule", 10),
    _sample("50", "Soziales", 10),
    _sample("51", "Kinder, Jugend und Familie", 10),
    _sample("60", "Bauen und Wohnen", 30),
    _sample("67", "Umwelt und Grünflächen", 10),
)
