"""What can be done: describe a service, bring it online."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from leineweber.domains.services import rules
from leineweber.domains.services.models import LifeSituation, Service
from leineweber.kernel import ids, search
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act


def describe(
    actor: Actor,
    *,
    slug: str,
    key: str,
    texts: Mapping[str, Mapping[str, Any]],
    situations: Iterable[str] | None = None,
    position: int | None = None,
    procedure_key: str | None = None,
) -> Service:
    """Put a service into the catalogue or renew its description; None leaves a part as it is.

    With a procedure the service is online from now on.
    """
    service = Service.objects.filter(slug=slug).first() or Service(id=ids.new_id(), slug=slug)
    with act(actor, "service.described", Ref("service", service.id), {"slug": slug}) as current:
        service.key = key
        service.texts = {language: dict(text) for language, text in texts.items() if text}
        if position is not None:
            service.position = position
        if procedure_key is not None:
            service.procedure_key = procedure_key
            service.online = True
        service.save()
        if situations is not None:
            service.situations.set(LifeSituation.objects.filter(slug__in=list(situations)))
        _index(service)
        current.emit("service.described", {"slug": slug, "online": service.online})
    return service


def arrange(actor: Actor, *, slug: str, situations: Iterable[str], position: int) -> None:
    """Give a service its place in the lists and its life situations.

    Raises:
        Service.DoesNotExist: there is no service of that address.
    """
    service = Service.objects.get(slug=slug)
    with act(actor, "service.arranged", Ref("service", service.id), {"slug": slug}):
        service.position = position
        service.save(update_fields=["position"])
        service.situations.set(LifeSituation.objects.filter(slug__in=list(situations)))


def describe_situation(
    actor: Actor, *, slug: str, titles: Mapping[str, str], topic_area: str, position: int
) -> None:
    """Put a life situation into the catalogue or renew it."""
    situation = LifeSituation.objects.filter(slug=slug).first() or LifeSituation(id=ids.new_id(), slug=slug)
    with act(actor, "life_situation.described", Ref("life_situation", situation.id), {"slug": slug}):
        situation.titles = dict(titles)
        situation.topic_area = topic_area
        situation.position = position
        situation.save()


def _index(service: Service) -> None:
    for language in rules.LANGUAGES:
        text, german = rules.in_language(service.texts, language)
        if "title" in german:
            search.remove("service", service.id, language=language)
            continue
        search.put(
            kind="service",
            id=service.id,
            language=language,
            audience="public",
            title=rules.plain_text(text.get("title")),
            keywords=rules.plain_text(text.get("keywords")),
            body=" ".join(rules.plain_text(text.get(part)) for part in rules.PARTS),
            url=f"/leistungen/{service.slug}/",
        )
