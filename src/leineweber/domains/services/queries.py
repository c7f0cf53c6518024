"""What can be asked of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from leineweber.domains.services import rules
from leineweber.domains.services.models import LifeSituation, Service
from leineweber.kernel import search
from leineweber.kernel.prepared import Prepared

_by_slug = Prepared(lambda slug: Service.objects.filter(slug=slug).order_by(), slug="?")


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """A service as lists show it."""

    slug: str
    title: str
    summary: str
    online: bool
    german: bool = False
    """True where title or summary are borrowed from the German text."""


@dataclass(frozen=True, slots=True)
class ServicePage:
    """A service whole, in the language asked for; `german` names the parts borrowed from the German text."""

    service: Service
    text: dict[str, Any]
    german: frozenset[str]

    @property
    def translated(self) -> bool:
        """Tell whether all that is not a name is in the language asked for."""
        return self.german <= rules.NAMES


def _card(service: Service, language: str) -> ServiceCard:
    text, german = rules.in_language(service.texts, language)
    return ServiceCard(
        service.slug,
        str(text.get("title", service.slug)),
        str(text.get("summary", "")),
        service.online,
        german=not german.isdisjoint({"title", "summary"}),
    )


def most_used(language: str, limit: int = 6) -> list[ServiceCard]:
    """Return the services the home page shows first; those online before others."""
    return [_card(row, language) for row in Service.objects.order_by("-online", "position", "slug")[:limit]]


def catalogue(language: str) -> list[ServiceCard]:
    """Return all services by title."""
    cards = [_card(row, language) for row in Service.objects.all()]
    return sorted(cards, key=lambda card: card.title.casefold())


def find(text: str, language: str, *, limit: int = 20, offset: int = 0) -> tuple[int, list[ServiceCard]]:
    """Search the catalogue; German texts are found where the language asked for has none."""
    results = search.find(
        text, kinds=["service"], audience="public", language=language, limit=limit, offset=offset
    )
    if results.total == 0 and language != "de":
        results = search.find(
            text, kinds=["service"], audience="public", language="de", limit=limit, offset=offset
        )
    rows = Service.objects.in_bulk([hit.id for hit in results.hits])
    return results.total, [_card(rows[hit.id], language) for hit in results.hits if hit.id in rows]


def service_page(slug: str, language: str) -> ServicePage | None:
    """Return a service whole, None if there is none of that address."""
    for service in _by_slug(slug=slug):
        return ServicePage(service, *rules.in_language(service.texts, language))
    return None


@dataclass(frozen=True, slots=True)
class SituationCard:
    """A life situation as lists show it."""

    slug: str
    title: str
    topic_area: str
    services: int


def situations(language: str) -> list[SituationCard]:
    """Return the life situations that lead to a service."""
    rows = LifeSituation.objects.annotate(number=Count("services")).filter(number__gt=0)
    return [
        SituationCard(row.slug, row.titles.get(language) or row.titles["de"], row.topic_area, row.number)
        for row in rows
    ]


def situation(slug: str, language: str) -> tuple[SituationCard, list[ServiceCard]] | None:
    """Return a life situation with its services, None if there is none of that address."""
    row = LifeSituation.objects.filter(slug=slug).first()
    if row is None:
        return None
    services: QuerySet[Service] = row.services.all()
    cards = [_card(service, language) for service in services]
    card = SituationCard(row.slug, row.titles.get(language) or row.titles["de"], row.topic_area, len(cards))
    return card, cards


def all_services() -> QuerySet[Service]:
    """Return all services for the interface, in the order of the catalogue."""
    return Service.objects.order_by("position", "slug")
