"""Versions in force: one at a time, never changed, and none that does not fit the city."""

from __future__ import annotations

import pytest

from domains.conftest import City
from leineweber.domains.applications import queries
from leineweber.domains.applications.models import Need, Procedure
from leineweber.domains.applications.procedures import PackageError, publishing, registry
from leineweber.domains.services.models import Service
from leineweber.kernel.access import Actor, Denied
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.people.organisation.models import Role, Unit
from leineweber.people.organisation.services import move_unit

pytestmark = pytest.mark.django_db
PROGRAM = Actor.system("Test")


def changed(files: dict[str, str], file: str, old: str, new: str, version: str = "1.1") -> dict[str, str]:
    """Return the files as a further version with one place changed."""
    assert old in files[file]
    raised = files["procedure.yaml"].replace('version: "1.0"', f'version: "{version}"')
    files = {**files, "procedure.yaml": raised}
    return {**files, file: files[file].replace(old, new)}


def test_a_published_package_is_live(city: City) -> None:
    assert registry.in_force()["wahlhelfer"] == city.procedure
    assert registry.by_slug("wahlhelfer") == city.procedure
    assert registry.by_slug("nichts") is None
    assert registry.working_roles() == {"elections.clerk", "elections.head"}
    assert registry.version("wahlhelfer", "1.0") == city.procedure
    assert registry.version("wahlhelfer", "9") is None
    assert Service.objects.get(slug="wahlhelfer").online
    assert Role.objects.get(name="elections.head").label == "Leitung Wahlen"
    assert Unit.objects.get(code="150.4").path == city.procedure.scope


def test_the_same_again_changes_nothing(city: City, sound: dict[str, str]) -> None:
    before = list(Need.objects.order_by("id").values())
    assert publishing.publish(PROGRAM, sound) == city.procedure
    assert list(Need.objects.order_by("id").values()) == before
    assert Procedure.objects.count() == 1


def test_the_same_version_with_other_content_is_refused(city: City, sound: dict[str, str]) -> None:
    other = changed(sound, "procedure.yaml", "60,00 €", "70,00 €", version="1.0")
    with pytest.raises(publishing.SameVersion, match=r"Die Version 1\.0 von wahlhelfer gibt es schon"):
        publishing.publish(PROGRAM, other)
    assert registry.package_of(registry.in_force()["wahlhelfer"]).settings["allowance"] == "60,00 €"


def test_a_broken_version_leaves_the_live_one_alone(city: City, sound: dict[str, str]) -> None:
    for file, old, new in (
        ("process.bpmn", 'lw:role="elections.head"', 'lw:role="elections.boss"'),
        ("procedure.yaml", 'unit: "150.4"', 'unit: "999.9"'),
        ("cases/angenommen.yaml", "errors: []", "errors: [bank.iban]"),
    ):
        with pytest.raises(PackageError):
            publishing.publish(PROGRAM, changed(sound, file, old, new))
    run_until_idle()
    assert [row.version for row in Procedure.objects.filter(in_force=True)] == ["1.0"]
    assert Procedure.objects.count() == 1


def test_a_new_version_takes_over_and_cases_keep_theirs(city: City, sound: dict[str, str]) -> None:
    case = city.apply()
    newer = publishing.publish(PROGRAM, changed(sound, "procedure.yaml", "60,00 €", "70,00 €"))
    assert registry.in_force()["wahlhelfer"] == newer
    case.refresh_from_db()
    assert case.application.procedure == city.procedure
    assert registry.package_of(case.application.procedure).settings["allowance"] == "60,00 €"
    back = publishing.publish(PROGRAM, sound)
    assert back == city.procedure
    assert Procedure.objects.get(in_force=True) == city.procedure


def test_needs_follow_the_package_and_what_is_filled_stays(city: City, sound: dict[str, str]) -> None:
    place = {"procedure_key": "wahlhelfer", "place": "011 Musterschule Mitte (Muster)"}
    Need.objects.filter(**place, function="beisitz").update(filled=4)
    fewer = changed(sound, "needs.yaml", "schriftfuehrung: 1, beisitz: 5", "beisitz: 2")
    fewer["needs.yaml"] = fewer["needs.yaml"].replace("area: senne\n", "area: heepen\n", 1)
    publishing.publish(PROGRAM, fewer)
    assert Need.objects.get(**place, function="beisitz").required == 4
    assert not Need.objects.filter(**place, function="schriftfuehrung").exists()
    package = registry.package_of(registry.in_force()["wahlhelfer"])
    wanted = {(row.occasion, row.area, row.place, row.function) for row in package.needs}
    kept = set(Need.objects.values_list("occasion", "area", "place", "function"))
    assert kept == wanted


def test_what_is_filled_but_no_longer_wanted_is_not_offered_again(city: City, sound: dict[str, str]) -> None:
    need = Need.objects.get(place="011 Musterschule Mitte (Muster)", function="schriftfuehrung")
    Need.objects.filter(id=need.id).update(filled=1)
    publishing.publish(PROGRAM, changed(sound, "needs.yaml", "schriftfuehrung: 1, beisitz: 5", "beisitz: 5"))
    need.refresh_from_db()
    assert (need.required, need.filled) == (1, 1)


def test_two_procedures_do_not_share_an_address(city: City, sound: dict[str, str]) -> None:
    twin = {**sound, "procedure.yaml": sound["procedure.yaml"].replace("key: wahlhelfer", "key: zwilling")}
    with pytest.raises(PackageError, match=r"service\.slug: wahlhelfer hat diese Adresse schon"):
        publishing.publish(PROGRAM, twin)


def test_who_may_publish(city: City, sound: dict[str, str]) -> None:
    newer = changed(sound, "procedure.yaml", "60,00 €", "70,00 €")
    with pytest.raises(Denied):
        publishing.publish(city.actor("frieda."), newer)
    assert Procedure.objects.count() == 1


def test_scopes_follow_a_unit_that_moves(city: City) -> None:
    case = city.apply()
    clerk = city.actor("frieda.")
    office = Unit.objects.get(code="150")
    target = (
        Unit.objects.filter(kind=Unit.Kind.DEPARTMENT).exclude(path=f"/{office.path.split('/')[1]}/").first()
    )
    assert target is not None
    move_unit(PROGRAM, unit_id=office.id, new_parent_id=target.id)
    run_until_idle()
    case.refresh_from_db()
    assert case.scope == f"{target.path}150/150.4/"
    assert Procedure.objects.get().scope == case.scope
    moved = city.actor("frieda.")
    assert moved.grants[0].unit_path != clerk.grants[0].unit_path
    assert list(queries.visible_cases(moved)) == [case]
    assert not queries.visible_cases(clerk).exists()
    city.procedure = registry.in_force()["wahlhelfer"]
    assert city.apply(person__vorname="Ida").scope == case.scope
