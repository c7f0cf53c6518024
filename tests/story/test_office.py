"""What else happens in the office: deputies, handing over, two people at one task."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from story.people import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.story]
Colleague = Callable[[str, str], Visitor]
CLERK, SECOND_CLERK, DEPUTY = "Frieda Garnmeister", "Onno Webschiffer", "Merle Hechelbrink"


def opens_task(visitor: Visitor, given: str, view: str) -> Visitor:
    """Open somebody's task in a view of the inbox, found by the search above the list."""
    visitor.opens(f"/arbeit/?ansicht={view}&q={given}")
    visitor.goes_to_row(given)
    return visitor


def test_a_deputy_sees_the_task(colleague: Colleague, apply_quickly: Callable[[str], str]) -> None:
    """While the clerk is away, her deputy sees what lies with her, and can take it."""
    number = apply_quickly("Almut")
    clerk = opens_task(colleague("clerk", CLERK), "Almut", "frei").claims_it()
    clerk.sees("liegt bei Ihnen")
    deputy = colleague("deputy", DEPUTY).opens("/arbeit/?ansicht=alle").looks("inbox")
    opens_task(deputy, "Almut", "alle").sees(number, "Sie vertreten").looks("task")
    deputy.claims_it()


def test_a_task_is_handed_over(colleague: Colleague, apply_quickly: Callable[[str], str]) -> None:
    """Given to a colleague with a hint, a task lies with him and no longer with her."""
    apply_quickly("Benno")
    clerk = opens_task(colleague("clerk", CLERK), "Benno", "frei").claims_it()
    clerk.unfolds("An andere weitergeben").looks("hand-over")
    clerk.selects("Wer bekommt die Aufgabe?", SECOND_CLERK)
    clerk.types("Hinweis", "Du kennst den Bezirk besser.").presses("Aufgabe weitergeben")
    clerk.opens("/arbeit/?ansicht=meine").sees_not("Benno")
    second = colleague("second-clerk", SECOND_CLERK)
    opens_task(second, "Benno", "meine").sees("liegt bei Ihnen").looks("task")


def test_two_clerks_at_one_task(colleague: Colleague, apply_quickly: Callable[[str], str]) -> None:
    """Who was slower keeps what was typed and reads who has the task now."""
    apply_quickly("Carla")
    slow = opens_task(colleague("slow-clerk", CLERK), "Carla", "frei")
    quick = opens_task(colleague("quick-clerk", SECOND_CLERK), "Carla", "frei").claims_it()
    quick.sees("liegt bei Ihnen")
    slow.chooses("Wie entscheiden Sie?", "Rückfrage stellen")
    slow.types("Ihre Frage an die Person", "Wann haben Sie Zeit?").presses("Aufgabe erledigen")
    slow.sees("Das hatten Sie eingegeben", "Wann haben Sie Zeit?", SECOND_CLERK).looks("too-late")


def test_the_other_pages_of_the_desk(colleague: Colleague) -> None:
    """Needs, printing, search and the directory are without barriers."""
    clerk = colleague("clerk", CLERK)
    for name, path in {
        "needs": "/arbeit/bedarf/",
        "printing": "/arbeit/druck/",
        "search": "/arbeit/suche/?q=Niederwall",
        "directory": "/arbeit/verzeichnis/",
    }.items():
        clerk.opens(path).looks(name)
