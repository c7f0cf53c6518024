"""A task with everything a clerk needs to do it: the case, the form, who else could take it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from leineweber.capabilities import forms
from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes.queries import TaskItem
from leineweber.domains.applications import queries
from leineweber.domains.applications.models import Need, Notice, NoticeStatus
from leineweber.domains.applications.procedures.package import TaskForm
from leineweber.domains.applications.queries import CaseView
from leineweber.domains.applications.work import InputError
from leineweber.faces.desk import taskform
from leineweber.kernel import links
from leineweber.kernel.access import Actor
from leineweber.kernel.audit.services import record_reading
from leineweber.kernel.links import Card
from leineweber.people.organisation import queries as organisation

LIVE = frozenset({"open", "claimed"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person or post a task can be handed over to; `key` is `person:<id>` or `post:<id>`."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Workplace:
    """A task as its page and the inbox show it. `view` and `form` are None for a task that is about no case.

    Such a task is done on the page of the thing it is about: `page` is what its room tells of it, None if its room
    has no page for it or the actor may not see the thing.
    """

    item: TaskItem
    view: CaseView | None
    form: TaskForm | None
    needs: Mapping[str, Need]
    widgets: tuple[taskform.Widget, ...]
    errors: tuple[InputError, ...]
    sections: Sequence[forms.Section]
    people: tuple[Receiver, ...]
    posts: tuple[Receiver, ...]
    page: Card | None = None

    @property
    def live(self) -> bool:
        """Whether the task is still to be done."""
        return self.item.status in LIVE

    @property
    def workable(self) -> bool:
        """Whether the actor can do it now."""
        return self.live and self.item.may_work and not self.item.four_eyes_barred

    @property
    def held(self) -> bool:
        """Whether it is in the actor's hands, or in those of whom she deputises for."""
        return self.item.status == "claimed" and (self.item.mine or self.item.deputising)

    @property
    def draft(self) -> Notice | None:
        """The draft to be read before the task is decided, if its form shows one."""
        if self.view is None or self.form is None or self.form.shows != "notice":
            return None
        drafts = [one for one in self.view.notices if one.status == NoticeStatus.DRAFT]
        return drafts[-1] if drafts else None

    @property
    def draft_title(self) -> str:
        """The title of the letter of the draft."""
        if self.view is None or self.draft is None:
            return ""
        letter = self.view.package.letters.get(self.draft.kind)
        return letter.title if letter else self.draft.kind


def _receivers(item: TaskItem) -> tuple[tuple[Receiver, ...], tuple[Receiver, ...]]:
    """Return who could take a task over: persons (the away ones say so), and posts that somebody holds."""
    holders = processes.candidates(item.id)
    away = organisation.absent_persons(holder.person.id for holder in holders)
    people: dict[UUID, str] = {}
    posts: dict[UUID, str] = {}
    for holder in holders:
        name = "" if holder.deputising else f": {holder.person.name}"
        posts.setdefault(holder.post.id, f"{holder.post.title} ({holder.post.unit}){name}")
        if holder.person.id == item.assignee or holder.person.id in people:
            continue
        label = f"{holder.person.name}, {holder.post.title}"
        if holder.deputising:
            label += " in Vertretung"
        if holder.person.id in away:
            label += " – abwesend"
        people[holder.person.id] = label
    return (
        tuple(Receiver(f"person:{key}", label) for key, label in people.items()),
        tuple(Receiver(f"post:{key}", label) for key, label in posts.items()),
    )


def load(
    actor: Actor,
    task_id: UUID,
    posted: Mapping[str, Sequence[str]] | None = None,
    errors: Iterable[InputError] = (),
) -> Workplace | None:
    """Return a task the actor may see, None otherwise; that she looked at the case is recorded.

    Args:
        actor: who looks.
        task_id: which task.
        posted: what was typed into the form before.
        errors: what is wrong with it.
    """
    item = processes.task(actor, task_id)
    if item is None:
        return None
    view = queries.case_for(actor, item.subject.id) if item.subject.kind == "case" else None
    form = view.package.task_forms.get(item.form) if view else None
    may_do = item.status in LIVE and item.may_work and not item.four_eyes_barred
    needs: list[Need] = []
    widgets: tuple[taskform.Widget, ...] = ()
    if view is not None:
        record_reading(actor, item.subject, "task.view")
        if form is not None and (may_do or posted is not None):
            if any(field.kind == "need" for field in form.fields):
                needs = queries.open_needs(view.case.procedure_key, view.case.wished_area, view.case.id)
            widgets = taskform.widgets(form, view.package, needs, view.case.wished_area, posted or {}, errors)
    page = links.resolve([item.subject], actor).get(item.subject) if view is None else None
    sections = forms.summary(view.package.schema, view.application.answers, "de", output=True) if view else ()
    people, posts = _receivers(item) if may_do else ((), ())
    return Workplace(
        item=item,
        view=view,
        form=form,
        needs={str(need.id): need for need in needs},
        widgets=widgets,
        errors=tuple(errors),
        sections=sections,
        people=people,
        posts=posts,
        page=page if page is not None and page.url else None,
    )
