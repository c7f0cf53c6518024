"""What can be asked: the cases an actor may see, one case whole, needs, figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from leineweber.domains.applications import rules
from leineweber.domains.applications.models import (
    Allocation,
    AnswersVersion,
    Application,
    Case,
    CaseState,
    Channel,
    Need,
    Notice,
    Procedure,
    Question,
)
from leineweber.domains.applications.procedures import registry
from leineweber.domains.applications.procedures.package import Package
from leineweber.kernel import ids
from leineweber.kernel.access import Actor
from leineweber.kernel.prepared import Prepared
from leineweber.people.organisation.roles import OPERATOR
from leineweber.people.organisation.rules import fold

PAGE_SIZE = 50


def beginning(field: str, text: str) -> Q:
    """Return the condition that a text begins so, upper and lower case told apart.

    In the form for which each engine uses its index; SQLite's own comparison of beginnings ignores case.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + "\U0010ffff"})
    return Q(**{f"{field}__startswith": text})


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases an actor may see: those of procedures in which they hold a role, within its scope.

    The filter is part of the query; nothing is decided per row.
    """
    if actor.kind == "system":
        return Case.objects.all()
    if actor.kind != "staff":
        return Case.objects.none()
    condition = Q(pk__in=[])
    looking = [grant.unit_path for grant in actor.grants if grant.role in registry.LOOKING_ROLES]
    for path in set(looking):
        condition |= beginning("scope", path)
    for procedure in registry.in_force().values():
        roles = set(registry.package_of(procedure).roles)
        for path in {grant.unit_path for grant in actor.grants if grant.role in roles}:
            condition |= Q(procedure_key=procedure.key) & beginning("scope", path)
    return Case.objects.filter(condition)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """How a list of cases is narrowed; every part comes from the address of the page."""

    text: str = ""
    state: str = ""
    area: str = ""
    channel: str = ""
    sort: str = "-opened_at"


SORTS = {
    "-opened_at": "-opened_at",
    "opened_at": "opened_at",
    "applicant": "sort_name",
    "-applicant": "-sort_name",
    "reference": "reference",
}


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a list of cases. `total` counts all that match, at most `COUNT_LIMIT`."""

    rows: tuple[Case, ...]
    total: int
    page: int
    pages: int
    more_than_counted: bool


COUNT_LIMIT = 10_000


_REFERENCE_BEGINNING = re.compile(r"[A-Z]{1,6}-[0-9A-Z-]{1,12}\Z", re.IGNORECASE)


def _matching(text: str) -> Q:
    """Return what a text typed into the search means.

    A number whole or begun, a file reference, or a name begun: family name first as it is listed, or given name first
    as people say it. Each has an index.
    """
    reference = ids.normalise_reference(text)
    if reference:
        return Q(reference=reference)
    if any(character.isdigit() for character in text) and not _REFERENCE_BEGINNING.match(text):
        return Q(file_reference=text)
    name = fold(text) or text
    named = beginning("spoken_name", " ".join(name.replace(",", " ").split()) or name)
    for listed in rules.name_beginnings(name):
        named |= beginning("sort_name", listed)
    if _REFERENCE_BEGINNING.match(text):
        return named | beginning("reference", text.upper())
    return named


def list_cases(actor: Actor, narrow: CaseFilter, page: int = 1) -> CasePage:
    """Return a page of the cases an actor may see, in two queries; of many, the first 10,000."""
    cases = visible_cases(actor)
    if narrow.state in CaseState.values:
        cases = cases.filter(state=narrow.state)
    if narrow.channel in Channel.values:
        cases = cases.filter(channel=narrow.channel)
    if narrow.area:
        cases = cases.filter(wished_area=narrow.area)
    text = narrow.text.replace("\0", "").strip()[:100]
    if text:
        cases = cases.filter(_matching(text))
    total = cases.order_by()[: COUNT_LIMIT + 1].count()
    pages = max(1, -(-min(total, COUNT_LIMIT) // PAGE_SIZE))
    page = min(max(1, page), pages)
    order = SORTS.get(narrow.sort, "-opened_at")
    if text:
        # Ordered by an expression, so that no plan walks through all cases in the order of the list: those that match
        # are found first, by the indexes of their names and numbers, and then sorted.
        column = order.removeprefix("-")
        cases = cases.alias(place=Coalesce(column, column))
        order = order.replace(column, "place")
    rows = cases.order_by(order, "-id" if order.startswith("-") else "id")[
        (page - 1) * PAGE_SIZE : page * PAGE_SIZE
    ]
    return CasePage(tuple(rows), min(total, COUNT_LIMIT), page, pages, total > COUNT_LIMIT)


@dataclass(frozen=True)
class CaseView:
    """A case whole, as the desk shows it. Tasks, history, file and messages are asked of their rooms.

    Each part is asked for when it is first looked at: one query each.
    """

    case: Case
    package: Package

    @property
    def application(self) -> Application:
        """The application behind the case."""
        return self.case.application

    @property
    def applicant(self) -> rules.Applicant:
        """Who applied."""
        return rules.applicant_of(self.application.answers, self.package.applicant)

    @cached_property
    def versions(self) -> tuple[AnswersVersion, ...]:
        """Earlier answers, the last first."""
        return tuple(self.application.versions.order_by("-number"))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What the office asked, in order."""
        return tuple(self.case.questions.order_by("asked_at"))

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """The notices, in order."""
        return tuple(self.case.notices.order_by("drafted_at"))

    @cached_property
    def duplicates(self) -> tuple[Case, ...]:
        """Other open or decided cases of what seems to be the same person, the newest first."""
        return tuple(
            Case.objects.filter(identity_seal=self.case.identity_seal)
            .exclude(id=self.case.id)
            .exclude(state=CaseState.WITHDRAWN)
            .order_by("-opened_at")[:20]
        )

    @cached_property
    def allocation(self) -> Allocation | None:
        """The place the person is given, if she is."""
        return Allocation.objects.filter(case=self.case).select_related("need").first()


def _view(case: Case) -> CaseView:
    return CaseView(case, registry.package_of(case.application.procedure))


def _whole(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related("application", "application__procedure").defer(
        "application__procedure__files"
    )


def case_for(actor: Actor, case_id: UUID) -> CaseView | None:
    """Return a case if the actor may see it; None otherwise, whether it exists or not."""
    case = _whole(visible_cases(actor)).filter(id=case_id).first()
    return _view(case) if case else None


# Asked at every page behind a signed link, and by the job that follows a submission.
_NOBODY = UUID(int=0)
_case_of = Prepared(lambda key: Case.objects.filter(application_id=key), key=_NOBODY)
_case_locked = Prepared(lambda key: Case.objects.filter(application_id=key).select_for_update(), key=_NOBODY)
_application = Prepared(lambda key: Application.objects.filter(id=key), key=_NOBODY)


def case_of(application_id: UUID, *, locked: bool = False) -> Case | None:
    """Return the case of an application, with the application and its procedure; None if there is none.

    `locked` locks the case in the open transaction. The application is read after that, in a statement of its own:
    what a locking query joins is read as it was before the lock was granted (PostgreSQL).
    """
    for case in (_case_locked if locked else _case_of)(key=application_id):
        (application,) = _application(key=application_id)
        application.procedure = registry.row(application.procedure_id)
        case.application = application
        return case
    return None


def application_by_id(application_id: UUID) -> CaseView | None:
    """Return the case of an application for whoever has proven access to it (signed link, own account)."""
    case = case_of(application_id)
    return _view(case) if case else None


def submitted_answers(application: Application) -> dict[str, Any]:
    """Return the answers as they were submitted, before any correction."""
    if application.version == 1:
        return dict(application.answers)
    return dict(application.versions.get(number=1).answers)


def application_of_account(account_id: UUID, application_id: UUID) -> CaseView | None:
    """Return the case of an application if it belongs to the account."""
    case = (
        _whole(Case.objects.all())
        .filter(application_id=application_id, application__account_id=account_id)
        .first()
    )
    return _view(case) if case else None


def applications_of_account(account_id: UUID) -> QuerySet[Case]:
    """Return the cases of an account, newest first."""
    return (
        # Ordered by the application's own day: then the account's few are found first and sorted, on both engines.
        Case.objects.filter(application__account_id=account_id)
        .select_related("application", "application__procedure")
        .defer("application__procedure__files")
        .order_by("-application__submitted_at", "-id")
    )


def by_reference_and_email(reference: str, email: str) -> Application | None:
    """Return an application for sending its link anew, if the address is the one given in it."""
    normal = ids.normalise_reference(reference)
    if normal is None:
        return None
    return (
        Application.objects.filter(reference=normal, email__iexact=email.strip()[:254])
        .select_related("procedure")
        .defer("procedure__files")
        .first()
    )


def procedures_for(actor: Actor) -> list[Procedure]:
    """Return the procedures in force whose cases an actor may see, without their files."""
    return [
        procedure
        for procedure in registry.in_force().values()
        if actor.kind == "system"
        or (
            actor.kind == "staff"
            and any(
                grant.covers(procedure.scope)
                and grant.role in {*registry.LOOKING_ROLES, *registry.package_of(procedure).roles}
                for grant in actor.grants
            )
        )
    ]


def procedures_to_read(actor: Actor) -> list[Procedure]:
    """Return the procedures in force whose rules an actor may read: those of her cases; the operator reads all."""
    if actor.kind == "staff" and actor.has_any_role({OPERATOR}):
        return list(registry.in_force().values())
    return procedures_for(actor)


def needs_of(procedure_key: str) -> list[Need]:
    """Return all needs of a procedure, filled or not, by area, place and function."""
    return list(Need.objects.filter(procedure_key=procedure_key).order_by("area", "place", "function", "id"))


def free_needs(procedure_key: str, case_id: UUID | None = None) -> QuerySet[Need]:
    """Return the needs with a free place; the place a case holds already counts as free for that case."""
    free = Q(filled__lt=F("required"))
    if case_id is not None:
        free |= Q(pk__in=Allocation.objects.filter(case_id=case_id).values("need_id"))
    return Need.objects.filter(free, procedure_key=procedure_key)


def open_needs(procedure_key: str, preferred_area: str = "", case_id: UUID | None = None) -> list[Need]:
    """Return the needs not yet filled, those of the preferred area first, then where most is missing.

    Args:
        procedure_key: whose needs.
        preferred_area: the area the applicant wishes.
        case_id: the case for which a place is sought; the one it holds already is among them.
    """
    return sorted(
        free_needs(procedure_key, case_id),
        key=lambda need: (
            need.area != preferred_area,
            need.filled - need.required,
            need.area,
            need.place,
            need.function,
        ),
    )


@dataclass(frozen=True, slots=True)
class AreaBalance:
    """Registrations against need in one area."""

    area: str
    registered: int
    required: int
    filled: int


def opened_between(start: date, end: date, procedure_key: str | None = None) -> QuerySet[Case]:
    """Return the cases opened in a period, for counting in groups.

    The day goes into the condition as an expression: both engines then read the index whose order is that of the
    groups from end to end, which for figures over (nearly) all cases costs a fifth of picking rows by day.
    """
    cases = (
        Case.objects.alias(day=Coalesce("opened_on", "opened_on")).filter(day__range=(start, end)).order_by()
    )
    return cases.filter(procedure_key=procedure_key) if procedure_key else cases


def registered_by_area_and_day(
    start: date, end: date, procedure_key: str | None = None
) -> list[tuple[str, date, int]]:
    """Return how many registered per wished area and day, in one query; withdrawn ones do not count."""
    return list(
        opened_between(start, end, procedure_key)
        .exclude(state=CaseState.WITHDRAWN)
        .values_list("wished_area", "opened_on")
        .annotate(number=Count("*"))
        .values_list("wished_area", "opened_on", "number")
    )


def area_balances(
    procedure_key: str, start: date, end: date, *, registered: Mapping[str, int] | None = None
) -> list[AreaBalance]:
    """Return registrations against need per area.

    Args:
        procedure_key: whose.
        start: the first day on which a case counts.
        end: the last.
        registered: the registrations per area if they are known already; saves a query.
    """
    if registered is None:
        counted: Counter[str] = Counter()
        for area, _, number in registered_by_area_and_day(start, end, procedure_key):
            counted[area] += number
        registered = counted
    needs: dict[str, tuple[int, int]] = {}
    for area, required, filled in Need.objects.filter(procedure_key=procedure_key).values_list(
        "area", "required", "filled"
    ):
        before = needs.get(area, (0, 0))
        needs[area] = (before[0] + required, before[1] + filled)
    areas = sorted(set(needs) | {area for area in registered if area})
    return [AreaBalance(area, registered.get(area, 0), *needs.get(area, (0, 0))) for area in areas]
