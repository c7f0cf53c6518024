"""The graph: outline and ways around a thing, the same as a list, procedures with counted cases, loose ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

import pytest

from faces.cockpit.conftest import adopt
from faces.conftest import City
from faces.helpers import main_text
from leineweber.domains.strategy.models import SmartGoal
from leineweber.faces.cockpit import drawing, network
from leineweber.kernel import ids, links
from leineweber.kernel.access import Actor
from leineweber.kernel.links import Card
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db
PAGE = "/steuerung/zusammenhang/"
Make = Callable[..., Ref]


@pytest.fixture
def make(fresh_links: None) -> Make:
    """Make a thing of a kind; staff see all of them, but those called „geheim“ are for nobody."""
    titles: dict[str, dict[UUID, str]] = {kind: {} for kind in ("vision", "measure", "project", "paper")}

    def cards(kind: str) -> Callable[[list[UUID], Actor], Mapping[UUID, Card]]:
        def resolve(found: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
            return {
                key: Card(titles[kind][key], f"/x/{kind}/")
                for key in found
                if key in titles[kind] and titles[kind][key] != "geheim" and actor.kind == "staff"
            }

        return resolve

    for kind in titles:
        links.register(
            kind,
            label=kind.title(),
            resolve=cards(kind),
            every=lambda actor, kind=kind: [key for key, title in titles[kind].items() if title != "geheim"],
        )

    def goals(found: list[UUID], actor: Actor) -> Mapping[UUID, Card]:
        rows = SmartGoal.objects.filter(id__in=found)
        return {row.id: Card(f"{row.number} {row.title}", f"/steuerung/ziele/{row.slug}/") for row in rows}

    links.register(
        "goal",
        label="Smartes Ziel",
        resolve=goals,
        every=lambda actor: list(SmartGoal.objects.values_list("id", flat=True)),
    )

    def made(kind: str, title: str) -> Ref:
        ref = Ref(kind, ids.new_id())
        titles[kind][ref.id] = title
        return ref

    return made


@pytest.fixture
def story(city: City, make: Make) -> dict[str, Ref]:
    """Vision ← measure ← goal ← project, with two cases of the procedure the goal is measured by."""
    city.apply()
    city.apply(person__vorname="Ida")
    found = {
        "vision": make("vision", "Stadt für alle"),
        "measure": make("measure", "M 7 Dienste online"),
        "goal": Ref("goal", adopt().id),
        "project": make("project", "Portal erneuern"),
        "secret": make("project", "geheim"),
    }
    links.connect(found["measure"], "serves", found["vision"])
    links.connect(found["goal"], "serves", found["measure"])
    links.connect(found["project"], "serves", found["goal"])
    links.connect(found["secret"], "serves", found["goal"])
    return found


def test_from_the_vision_to_the_counted_cases(city: City, story: dict[str, Ref]) -> None:
    page = city.browser("frieda.").get(PAGE)
    text, content = main_text(page), page.content.decode()
    order = ["Vision", "Maßnahmen", "Smarte Ziele", "Vorhaben", "Verfahren", "Vorgänge"]
    places = [content.index(f'class="lw-g-head">{label}') for label in order]
    assert places == sorted(places)
    assert "B.3 Wahlhelfer online" in text and "trägt bei zu M 7 Dienste online" in text
    assert "wird gemessen an Meldung als Wahlhelferin oder Wahlhelfer" in text and "2 Vorgänge" in text
    # Cases are counted, never named; what nobody may see is not there.
    assert "geheim" not in content and "Zwirnstein" not in content
    assert 'href="/arbeit/vorgaenge/"' in content
    assert (
        'href="/arbeit/vorgaenge/"'
        not in city.browser("jasper.").get(PAGE).content.decode().split("<main", 1)[1]
    )


def test_something_in_the_middle(city: City, story: dict[str, Ref]) -> None:
    head = city.browser("henrike.")
    shown = main_text(head.get(network.address(story["goal"], 1)))
    assert "B.3 Wahlhelfer online: 1 Verbindung nach oben, 2 nach unten." in shown
    assert "Stadt für alle" in shown and "Portal erneuern" in shown
    below = main_text(head.get(network.address(story["vision"], 1)))
    assert "M 7 Dienste online" in below and "B.3 Wahlhelfer online" not in below
    deep = main_text(head.get(network.address(story["vision"], 3)))
    assert "Portal erneuern" in deep and "2 Vorgänge" in deep


def test_siblings_are_not_on_the_way(city: City, story: dict[str, Ref]) -> None:
    sibling = adopt("anderes", number="B.4", title="Anderes Ziel")
    links.connect(Ref("goal", sibling.id), "serves", story["measure"])
    head = city.browser("henrike.")
    assert "Anderes Ziel" not in main_text(head.get(network.address(story["goal"])))
    assert "Anderes Ziel" in main_text(head.get(network.address(story["measure"])))


@pytest.mark.parametrize(
    "query",
    ["?mitte=x", "?mitte=goal:1", "?mitte=person:01900000-0000-7000-8000-000000000000", "?mitte=%00:"],
)
def test_what_cannot_stand_in_the_middle(city: City, story: dict[str, Ref], query: str) -> None:
    assert city.browser("henrike.").get(PAGE + query).status_code == 404


def test_what_one_may_not_see_is_not_found(city: City, story: dict[str, Ref]) -> None:
    assert city.browser("henrike.").get(network.address(story["secret"])).status_code == 404
    assert city.browser("henrike.").get(PAGE + "?tiefe=99&q=%00").status_code == 200


def test_search_puts_into_the_middle(city: City, story: dict[str, Ref]) -> None:
    page = city.browser("henrike.").get(PAGE + "?q=portal+ern")
    assert network.address(story["project"]).replace("&", "&amp;") in page.content.decode()
    assert "Nichts trägt diesen Titel" in main_text(city.browser("henrike.").get(PAGE + "?q=nirgends"))


def test_without_anything_it_says_what_will_stand_here(city: City, fresh_links: None) -> None:
    text = main_text(city.browser("henrike.").get(PAGE))
    assert "Noch kein Zusammenhang" in text and "Alles, was verbunden sein soll, ist verbunden." in text


def test_of_many_the_first_and_how_many_more(
    city: City, story: dict[str, Ref], make: Make, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    head = city.browser("henrike.")
    counts = []
    for address in (PAGE, network.address(story["goal"])):
        head.get(address)
        with django_assert_max_num_queries(25) as few:
            head.get(address)
        counts.append((address, len(few)))
    for number in range(30):
        links.connect(make("project", f"Vorhaben {number}"), "serves", story["goal"])
    for address, cost in counts:
        with django_assert_num_queries(cost):
            page = head.get(address)
        assert page.content.decode().count("lw-g-box--project") == network.PER_COLUMN
    text = main_text(head.get(PAGE))
    assert "und 7 weitere" in text and "Hier stehen die ersten 24 von 31." in text


def test_loose_ends_are_listed_and_paged(city: City, story: dict[str, Ref], make: Make) -> None:
    links.expect("goal", "serves", "project", outgoing=False, label="Ziele ohne Vorhaben")
    links.expect("project", "serves", "goal", outgoing=True, label="Vorhaben ohne Ziel")
    head = city.browser("henrike.")
    assert "Alles, was verbunden sein soll, ist verbunden." in main_text(head.get(PAGE))
    for number in range(53):
        make("project", f"Ohne Ziel {number:02}")
    page = head.get(PAGE)
    assert "Vorhaben ohne Ziel 53" in main_text(page) and "Ziele ohne Vorhaben" not in main_text(page)
    first = main_text(head.get(f"{PAGE}luecken/?liste=1"))
    assert "53 Dinge sind mit nichts verbunden, womit sie verbunden sein sollen." in first
    assert "Ohne Ziel 00" in first and "Ohne Ziel 51" not in first
    assert "Ohne Ziel 51" in main_text(head.get(f"{PAGE}luecken/?liste=1&seite=2"))
    assert "Hier fehlt nichts." in main_text(head.get(f"{PAGE}luecken/"))
    assert head.get(f"{PAGE}luecken/?liste=1&seite=9").status_code == 404
    assert head.get(f"{PAGE}luecken/?liste=99&seite=x").status_code == 200


def test_without_expectations(city: City, fresh_links: None) -> None:
    assert "Noch keine Erwartung" in main_text(city.browser("henrike.").get(f"{PAGE}luecken/"))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("kurz", ["kurz"]),
        ("Meldung als Wahlhelferin oder Wahlhelfer", ["Meldung als", "Wahlhelferin oder", "Wahlhelfer"]),
        ("Donaudampfschifffahrtsgesellschaftskapitän", ["Donaudampfschifffah…"]),
        ("eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn", None),
    ],
)
def test_titles_are_wrapped(text: str, rows: list[str] | None) -> None:
    found = drawing.wrapped(text)
    assert len(found) <= drawing.LINES and all(len(row) <= drawing.LETTERS for row in found)
    assert found == rows if rows is not None else found[-1].endswith("…")
