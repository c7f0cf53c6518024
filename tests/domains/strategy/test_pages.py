"""The pages of the strategy: forms and their faults, two at once, the check on the way to adoption, lists with many."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domains.strategy.conftest import SYSTEM, Small, day, write
from faces.helpers import main_text
from leineweber.domains.strategy import drawing, forms, queries, services
from leineweber.domains.strategy.models import Edition, EvaluationNote, Measure, SmartGoal
from leineweber.domains.strategy.rules import number_key
from leineweber.kernel import clock, links
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Post, Unit

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[str], Browser]
NEW = "/steuerung/strategie/smarte-ziele/neu/"


def typed(small: Small, **changes: object) -> dict[str, object]:
    """Return a goal's form as somebody fills it in."""
    today = clock.today()
    return {
        "titel": "Urkunden online",
        "zweck": "Niemand muss für eine Urkunde ins Amt.",
        "ergebnis": "Acht von zehn Urkunden werden online bestellt.",
        "kennzahl": "Online bestellte Urkunden",
        "masseinheit": "Prozent",
        "richtung": "up",
        "ausgangswert": "20",
        "zielwert": "82,5",
        "quelle": "Bestellungen",
        "sollpfad": "table",
        "punkte": f"{today + timedelta(days=90):%d.%m.%Y}: 50\n",
        "erreichbar": "Das Nachbaramt hat es geschafft.",
        "handlungsfeld": str(small.field.id),
        "einheit": "150.2",
        "stelle": str(Post.objects.get(key="150.2-1").id),
        "aufwand": "120",
        "kosten": "2027: 45.000\n2028: 12.500,50 Euro",
        "massnahmen": [str(small.measure.id)],
        "prinzipien": [str(small.principle.id)],
        "kennzahlen": ["applications.online_share"],
        **day("beginn", today - timedelta(days=10)),
        **day("ende", today + timedelta(days=300)),
        **day("ausgangstag", today - timedelta(days=20)),
        **changes,
    }


def test_from_draft_to_adopted_by_the_pages(small: Small, browser_of: BrowserOf) -> None:
    editor, head = browser_of("wiebke."), browser_of("insa.")
    assert editor.get(NEW).status_code == 200
    answer = editor.post(NEW, typed(small, quelle=""), follow=True)
    text = main_text(answer)
    assert "Angelegt." in text and "1 Befund ist offen." in text and "Die Quelle der Zahlen fehlt" in text
    goal = SmartGoal.objects.get()
    papers = any(kind.name == "decision_paper" for kind in links.kinds())
    assert ("Beschlussvorlage schreiben" in text) is papers
    assert goal.target == Decimal("82.5") and goal.costs == [[2027, "45000.00"], [2028, "12500.50"]]
    assert goal.number == "B.II.2.1" and goal.responsible.startswith("150.2 Standesamt")
    turn = reverse("strategy:goal_turn", args=[goal.slug])
    assert "Das Ziel ist vorgeschlagen." in main_text(
        editor.post(turn, {"tun": "vorschlagen", "fassung": 1}, follow=True)
    )
    refused = head.post(turn, {"tun": "beschliessen", "fassung": 2})
    assert refused.status_code == 422
    assert "einen offenen Befund" in main_text(refused) and "Die Quelle der Zahlen fehlt" in main_text(
        refused
    )
    short = head.post(turn, {"tun": "beschliessen", "fassung": 2, "grund": "Darum."})
    assert short.status_code == 422 and "Darum." in short.content.decode()
    late = head.post(turn, {"tun": "beschliessen", "fassung": 1, "grund": "Die Quelle steht ab Januar fest."})
    assert late.status_code == 409
    done = head.post(
        turn, {"tun": "beschliessen", "fassung": 2, "grund": "Die Quelle steht ab Januar fest."}, follow=True
    )
    assert "Trotz offener Befunde, weil Die Quelle steht ab Januar fest." in main_text(done)
    assert head.post(turn, {"tun": "quatsch"}).status_code == 422
    assert browser_of("frieda.").post(turn, {"tun": "aufgeben"}).status_code == 403
    assert head.post(reverse("strategy:goal_turn", args=["keins"])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"titel": " "}, "Geben Sie an: Titel."),
        ({"titel": "x" * 201}, "Titel: höchstens 200 Zeichen."),
        ({"zielwert": "viel"}, "Zielwert: Geben Sie eine Zahl an"),
        ({"zielwert": "9" * 20}, "Zielwert: Geben Sie eine Zahl an"),
        ({"ausgangswert": "NaN"}, "Ausgangswert: Geben Sie eine Zahl an"),
        ({"beginn.monat": "13"}, "Beginn: Tag, Monat und Jahr"),
        ({"ende.jahr": "2001"}, "Das Ende liegt nach dem Beginn."),
        ({"richtung": "seitwärts"}, "Richtung: Wählen Sie aus der Liste."),
        ({"punkte": "bald: 50"}, "Punkte des Sollpfads, Zeile 1"),
        ({"kosten": "2027: 45.000\n2027: 1"}, "jede mit einem anderen Anfang"),
        ({"kosten": "2027: -1"}, "Kosten je Jahr, Zeile 1"),
        ({"aufwand": "1,5"}, "ganze Personentage"),
        ({"handlungsfeld": "fremd"}, "Handlungsfeld: Wählen Sie aus der Liste."),
        ({"massnahmen": ["fremd"]}, "Maßnahmen: Wählen Sie aus der Liste."),
        ({"einheit": "120"}, "Die Stelle gehört nicht zu dieser Einheit."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    small: Small, browser_of: BrowserOf, changes: dict[str, object], message: str
) -> None:
    answer = browser_of("wiebke.").post(NEW, typed(small, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422 and message in page and 'href="#' in page
    assert "Niemand muss für eine Urkunde ins Amt." in page and "Bestellungen" in page
    assert not SmartGoal.objects.exists()


def test_whoever_comes_second_is_told_and_keeps_what_was_typed(small: Small, browser_of: BrowserOf) -> None:
    goal = small.goal()
    editor, address = browser_of("wiebke."), reverse("strategy:goal_edit", args=[goal.slug])
    page = editor.get(address).content.decode()
    assert 'name="fassung" value="1"' in page and "Acht von zehn Urkunden" in page
    first = editor.post(address, typed(small, fassung="1", titel="Zuerst"))
    assert first.status_code == 302
    second = editor.post(address, typed(small, fassung="1", titel="Danach"))
    text = second.content.decode()
    assert second.status_code == 409 and "Jemand war schneller" in text and 'value="Danach"' in text
    assert 'name="fassung" value="2"' in text
    assert editor.post(address, typed(small, fassung="2", titel="Danach")).status_code == 302
    assert SmartGoal.objects.get().title == "Danach"
    assert editor.get(reverse("strategy:goal_edit", args=["keins"])).status_code == 404


def test_parts_are_written_changed_and_taken_out(small: Small, browser_of: BrowserOf) -> None:
    editor = browser_of("wiebke.")
    address = "/steuerung/strategie/massnahmen/neu/"
    wrong = editor.post(address, {"nummer": "", "titel": "Chatbot", "text": "Fragen stellen", "dient": ["x"]})
    page = wrong.content.decode()
    assert (
        wrong.status_code == 422 and "Geben Sie an: Nummer." in page and "Handlungsfeld: Wählen Sie" in page
    )
    assert "Fragen stellen" in page
    good = {
        "nummer": "B.I.2.3",
        "titel": "Chatbot",
        "text": "Fragen stellen.",
        "handlungsfeld": str(small.field.id),
    }
    text = main_text(editor.post(address, good, follow=True))
    assert "Angelegt." in text and "Gehört zu: Handlungsfeld" in text
    taken = editor.post(address, good | {"titel": "Noch einer"})
    assert taken.status_code == 422 and "Die Nummer B.I.2.3 ist vergeben." in taken.content.decode()
    edit = "/steuerung/strategie/massnahmen/chatbot/bearbeiten/"
    assert (
        editor.post(
            edit, good | {"titel": "Bot", "fassung": "1", "dient": [str(small.strategic.id)]}
        ).status_code
        == 302
    )
    late = editor.post(edit, good | {"titel": "Botin", "fassung": "1"})
    assert late.status_code == 409 and "Botin" in late.content.decode()
    assert editor.post(edit, good | {"fassung": "2", "tun": "entfallen"}).status_code == 302
    assert Measure.objects.get(slug="chatbot").withdrawn
    for gone in (
        "/steuerung/strategie/massnahmen/chatbot/",
        edit,
        "/steuerung/strategie/quatsch/x/",
        "/steuerung/strategie/quatsch/neu/",
    ):
        assert editor.get(gone).status_code == 404
    carries = editor.post(
        f"/steuerung/strategie/handlungsfelder/{small.field.slug}/bearbeiten/",
        {"nummer": "A.V.2", "titel": "x", "fassung": "1", "tun": "entfallen"},
    )
    assert carries.status_code == 422 and "hängen noch andere Teile" in carries.content.decode()


def test_an_edition_is_put_forward_and_adopted(small: Small, browser_of: BrowserOf) -> None:
    services.open_edition(SYSTEM)
    editor, head = browser_of("wiebke."), browser_of("insa.")
    page, decide = "/steuerung/strategie/fassungen/1/", "/steuerung/strategie/fassungen/1/beschluss/"
    seal = queries.verified(Edition.objects.get()).sha512
    assert f'value="{seal}"' in editor.get(page).content.decode()
    stale = editor.post(decide, {"tun": "vorlegen", "pruefsumme": "0" * 128})
    assert stale.status_code == 409 and "wurde die Strategie geändert" in stale.content.decode()
    assert "zum Beschluss vorgelegt" in main_text(
        editor.post(decide, {"tun": "vorlegen", "pruefsumme": seal}, follow=True)
    )
    assert editor.post(decide, {"tun": "beschliessen"}).status_code == 403
    assert "Beschlossen." in main_text(
        head.post(decide, {"tun": "beschliessen", "pruefsumme": seal}, follow=True)
    )
    assert head.post(decide, {"tun": "beschliessen"}).status_code == 409
    assert head.post(decide, {}).status_code == 422
    assert "Offen und sicher" in main_text(Browser().get("/strategie/"))
    assert head.get("/steuerung/strategie/fassungen/77/").status_code == 404
    assert head.get(f"{page}?mit=2&x=").status_code == 200 and head.get(f"{page}?mit=²").status_code == 200


def test_before_anything_is_there_pages_say_what_will_be(people: None, browser_of: BrowserOf) -> None:
    editor = browser_of("wiebke.")
    for address, said in (
        ("/steuerung/strategie/", "Noch keine Strategie"),
        ("/steuerung/strategie/baum/", "Noch keine Strategie"),
        ("/steuerung/strategie/schaubild/", "Noch kein Schaubild"),
        ("/steuerung/strategie/fassungen/", "Noch keine Fassung"),
        ("/steuerung/strategie/smarte-ziele/", "Noch kein Ziel"),
        ("/strategie/", "Noch keine Strategie beschlossen"),
    ):
        assert said in main_text(editor.get(address)), address
    assert Browser().get("/strategie/strategie.pdf").status_code == 404


def test_notes_are_for_those_who_evaluate(small: Small, browser_of: BrowserOf) -> None:
    address = f"/steuerung/strategie/notizen/measure/{small.measure.id}/"
    head = browser_of("insa.")
    assert head.post(address, {"notiz": " "}).status_code == 422
    assert "Wirkt. <b>" in main_text(head.post(address, {"notiz": "Wirkt. <b>"}, follow=True))
    assert "Wirkt." in main_text(head.get("/steuerung/strategie/massnahmen/onlinedienste/"))
    other = browser_of("frieda.")
    assert other.get(address).status_code == 200 and "<textarea" not in other.get(address).content.decode()
    assert other.post(address, {"notiz": "x"}).status_code == 403
    for wrong in (
        f"/steuerung/strategie/notizen/case/{small.measure.id}/",
        f"/steuerung/strategie/notizen/goal/{small.measure.id}/",
    ):
        assert head.get(wrong).status_code == 404
    assert EvaluationNote.objects.count() == 1


def many(small: Small, count: int) -> None:
    """Write goals past the services, because only reading them is measured."""
    unit = Unit.objects.get(code="150.2")
    today = clock.today()
    rows = [
        SmartGoal(
            slug=f"ziel-{index}", number=f"B.II.9.{index}", sort_key=number_key(f"B.II.9.{index}"), title=f"Ziel {index}",
            status="adopted", field_id=small.field.id, unit_path=unit.path, responsible=str(unit), start=today,
            end=today + timedelta(days=200), search_text=f"b.ii.9.{index} ziel {index} standesamt",
        )
        for index in range(count)
    ]  # fmt: skip
    SmartGoal.objects.bulk_create(rows, batch_size=500)


def _cost(reader: Browser, address: str) -> int:
    """Return how many queries of the strategy, the links and the organisation a page asks."""
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(address).status_code == 200
    ours = ('"strategy_', '"links_', '"organisation_unit')
    return sum(any(table in one["sql"] for table in ours) for one in queries)


def test_a_list_of_two_thousand_goals_is_as_quick_as_one_of_ten(small: Small, browser_of: BrowserOf) -> None:
    many(small, 10)
    reader = browser_of("frieda.")
    address = "/steuerung/strategie/smarte-ziele/?q=ziel&stand=adopted&einheit=150.2&feld=verwaltungsleistungen&seite=1"
    few = _cost(reader, address)
    SmartGoal.objects.all().delete()
    many(small, 2000)
    assert _cost(reader, address) == few <= 5
    answer = reader.get(address)
    text = main_text(answer)
    assert "2.000 Ziele passen zur Auswahl" in text and "Ziel 24" in text and "Ziel 25" not in text
    best = min(_duration(lambda: reader.get(address)) for _ in range(5))
    assert best < 0.1, best
    assert len(queries.goal_views()) == 2000
    assert min(_duration(queries.goal_views) for _ in range(5)) < 0.5
    assert "Ziel 1999" in main_text(reader.get("/steuerung/strategie/smarte-ziele/?seite=99"))
    assert "Kein Ziel gefunden" in main_text(
        reader.get("/steuerung/strategie/smarte-ziele/?q=%00<b>&befunde=offen&einheit=x")
    )


def _duration(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def test_pages_cost_the_same_however_much_hangs_on_them(small: Small, browser_of: BrowserOf) -> None:
    goal = small.goal()
    services.adopt(SYSTEM, id=goal.id)
    reader = browser_of("frieda.")
    addresses = (
        "/steuerung/strategie/", "/steuerung/strategie/baum/", "/steuerung/strategie/schaubild/?auswahl=goal.urkunden-online",
        "/steuerung/strategie/massnahmen/onlinedienste/", f"/steuerung/ziele/{goal.slug}/",
    )  # fmt: skip
    costs = [_cost(reader, address) for address in addresses]
    assert max(costs) <= 14, costs
    for index in range(30):
        services.adopt(SYSTEM, id=small.goal(title=f"Mehr {index}").id)
    assert [_cost(reader, address) for address in addresses] == costs


def test_the_picture_is_drawn_from_the_data(small: Small) -> None:
    services.adopt(SYSTEM, id=small.goal(title="Zu <lang> " + "Wort " * 30).id)
    write("field", "A.V.3", "Noch ein Feld")
    many(small, 20)
    whole = queries.paper()
    boxes, height = drawing.layout(whole)
    assert all(
        box.x > 0 and box.x + box.width < drawing.WIDTH and box.y > 0 and box.y + box.height < height
        for box in boxes
    )
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart, (one, other)
    chosen = Ref("measure", small.measure.id)
    svg = str(drawing.svg(whole, links={chosen: "/x/"}, chosen=chosen))
    assert "&lt;lang&gt;" in svg and "style=" not in svg and 'aria-current="true"' in svg and "st-edge" in svg
    assert "und 9 weitere smarte Ziele" in svg
    assert drawing.related(whole, chosen) >= {
        chosen,
        Ref("vision", small.vision.id),
        Ref("field", small.field.id),
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.250", "1250"), ("12,5", "12.5"), ("1.250,75", "1250.75"), ("12.5", "12.5"), ("-3", "-3"), ("45 000 €", "45000"),
     ("Infinity", None), ("1e30", None), ("", None), ("1,2,3", None)],
)  # fmt: skip
def test_numbers_are_read_as_germans_write_them(text: str, value: str | None) -> None:
    found = forms.decimal_of(text)
    assert found == (None if value is None else Decimal(value))


def test_days_that_do_not_exist_and_signs_that_nobody_types_are_no_fault_of_the_program(
    small: Small, browser_of: BrowserOf
) -> None:
    editor = browser_of("wiebke.")
    for line in ("1.1.99999999999999999999: 5", "99.99.2027: 5", "x.y.z: 5", "31.12.2027: 1e30"):
        answer = editor.post(NEW, typed(small, punkte=line))
        assert answer.status_code == 422, line
        assert "Zeile 1" in main_text(answer) and line in answer.content.decode()
    assert (
        editor.get("/steuerung/strategie/smarte-ziele/?q=%00&feld=%00&stand=%00&einheit=%00").status_code
        == 200
    )
