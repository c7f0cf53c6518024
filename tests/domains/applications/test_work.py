"""Task forms: only what is asked is read, everything is bounded, nothing wrong goes through."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.domains.applications import work
from leineweber.domains.applications.models import Need
from leineweber.domains.applications.procedures import Package, TaskForm, publishing


@pytest.fixture(scope="session")
def package(sound: dict[str, str]) -> Package:
    """The project's package."""
    return publishing.check(sound)


@pytest.fixture(scope="session")
def check_form(package: Package) -> TaskForm:
    """The form of the first task."""
    return package.task_forms["wahlhelfer.pruefen"]


def _errors(form: TaskForm, **posted: str) -> dict[str, str]:
    read = work.read_inputs(form, {name: [text] for name, text in posted.items()}, {})
    return {error.name: error.message for error in read.errors}


def test_a_decision_is_needed_and_must_be_one_of_those_offered(check_form: TaskForm) -> None:
    choose = {"entscheidung": "Wählen Sie eine Möglichkeit aus."}
    assert _errors(check_form) == choose
    assert _errors(check_form, entscheidung="  ") == choose
    assert _errors(check_form, entscheidung="vielleicht") == choose
    assert _errors(check_form, entscheidung="annehmen") == {}


def test_what_is_not_asked_is_not_read(check_form: TaskForm) -> None:
    posted = {"entscheidung": ["annehmen"], "frage": ["Wer?"], "begruendung": ["Weil."], "fremd": ["x"]}
    assert work.read_inputs(check_form, posted, {}) == work.TaskInput({"entscheidung": "annehmen"}, ())


def test_a_question_needs_its_text(check_form: TaskForm) -> None:
    fill = {"frage": "Füllen Sie dieses Feld aus."}
    assert _errors(check_form, entscheidung="rueckfragen") == fill
    assert _errors(check_form, entscheidung="rueckfragen", frage=" \n\t\0 ") == fill
    assert _errors(check_form, entscheidung="rueckfragen", frage="x" * work.TEXT_LIMIT) == {}
    too_long = _errors(check_form, entscheidung="rueckfragen", frage="x" * (work.TEXT_LIMIT + 1))
    assert too_long == {"frage": "Schreiben Sie höchstens 4000 Zeichen."}


def test_yes_and_no_are_truth_values(package: Package) -> None:
    form = package.task_forms["wahlhelfer.schlusszeichnung"]
    assert work.read_inputs(form, {"freigabe": ["true"]}, {}).values == {"freigabe": True}
    returned = work.read_inputs(form, {"freigabe": ["false"], "bemerkung": ["Straße\0 fehlt"]}, {})
    assert returned == work.TaskInput({"freigabe": False, "bemerkung": "Straße fehlt"}, ())
    assert _errors(form, freigabe="TRUE") == {"freigabe": "Wählen Sie eine Möglichkeit aus."}
    assert _errors(form, freigabe="false") == {"bemerkung": "Füllen Sie dieses Feld aus."}


def test_a_place_is_one_of_those_still_free(package: Package) -> None:
    form = package.task_forms["wahlhelfer.einsetzen"]
    need = Need(id=uuid4(), area="mitte", place="011 Schule", function="beisitz", required=1)
    read = work.read_inputs(form, {"need": [str(need.id)]}, {str(need.id): need})
    assert read == work.TaskInput({"need": str(need.id)}, ())
    assert _errors(form, need=str(uuid4())) == {
        "need": "Dieser Platz ist inzwischen besetzt. Wählen Sie einen anderen."
    }
    assert work.outputs_of(read.values, {str(need.id): need}) == {
        "need": str(need.id),
        "district": "mitte: 011 Schule",
        "function": "beisitz",
    }
    assert work.outputs_of({"entscheidung": "annehmen"}, {}) == {"entscheidung": "annehmen"}
    assert work.need_id({"need": str(need.id)}) == need.id
    assert work.need_id({}) is None


@given(
    st.dictionaries(
        st.sampled_from(["entscheidung", "frage", "begruendung", "need", "x"]),
        st.lists(st.sampled_from(["annehmen", "rueckfragen", "ablehnen"]) | st.text(max_size=20), max_size=3),
    )
)
def test_whatever_is_posted_only_declared_values_come_out(
    check_form: TaskForm, posted: dict[str, list[str]]
) -> None:
    read = work.read_inputs(check_form, posted, {})
    assert set(read.values) <= {field.name for field in check_form.fields}
    assert all(isinstance(value, str) and 0 < len(value) <= work.TEXT_LIMIT for value in read.values.values())
    if not read.errors:
        decision = read.values["entscheidung"]
        assert decision in {"annehmen", "rueckfragen", "ablehnen"}
        assert ("frage" in read.values) is (decision == "rueckfragen")
        assert ("begruendung" in read.values) is (decision == "ablehnen")
