"""What can be done with drafts; the only place that writes them.

Starting and discarding are acts with an audit entry. Saving a page is not: it is one UPDATE, done many
times, and nobody but the person herself sees the draft (decision 0043).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from leineweber.capabilities.forms.models import Draft
from leineweber.capabilities.forms.queries import TOKEN_LIMIT, load
from leineweber.capabilities.forms.schema import LANGUAGES
from leineweber.kernel import clock, crypto, ids
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

__all__ = [
    "DraftGone",
    "DraftSubmitted",
    "Saved",
    "assign",
    "discard",
    "load",
    "mark_submitted",
    "new_link",
    "purge_expired",
    "resume",
    "save_page",
    "start",
]

DEFAULT_DAYS = 30
RECEIPT_DAYS = 7
_ATTEMPTS = 8
_BATCH = 500


class DraftGone(LookupError):
    """The draft was discarded or its time has passed."""


class DraftSubmitted(ValueError):
    """The draft has been submitted meanwhile. `reference` is what became of it."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a page did.

    `conflict` tells that the page was saved from another window after this one had shown it; `replaced` is
    what stood there. The answers just saved count.
    """

    draft: Draft
    conflict: bool = False
    replaced: Mapping[str, Any] = field(default_factory=dict)


def _expiry(moment: datetime) -> datetime:
    return moment + timedelta(days=int(getattr(settings, "LEINEWEBER_DRAFT_DAYS", DEFAULT_DAYS)))


def start(
    procedure_key: str,
    procedure_version: str,
    *,
    actor: Actor,
    language: str = "de",
    account_id: UUID | None = None,
    answers: Mapping[str, Any] | None = None,
    page: str = "",
) -> tuple[Draft, str]:
    """Begin a draft; return it with the token that opens it.

    `answers` are what is known beforehand (from an account); `account_id` puts it among that account's drafts.
    """
    token = ids.new_token()
    moment = clock.now()
    draft = Draft(
        procedure_key=procedure_key,
        procedure_version=procedure_version,
        token_digest=crypto.token_digest(token),
        answers=dict(answers or {}),
        page=page,
        language=language if language in LANGUAGES else "de",
        account_id=account_id,
        created_at=moment,
        updated_at=moment,
        expires_at=_expiry(moment),
    )
    with act(actor, "draft.started", Ref("draft", draft.id), {"procedure": procedure_key}):
        draft.save(force_insert=True)
    return draft, token


def save_page(
    draft: Draft,
    page_key: str,
    values: Mapping[str, Any],
    *,
    seen: int | None = None,
    page: str | None = None,
    language: str | None = None,
) -> Saved:
    """Keep the answers of one page; the other pages stay as they are now, whoever saved them. One UPDATE.

    Args:
        draft: as loaded; brought up to date in place.
        page_key: the page that was posted.
        values: its answers in normal form (`PageResult.values`).
        seen: the draft's revision when the page was shown (a hidden field), to find out about two windows.
        page: where the person goes on, if that is to be remembered.
        language: the language she goes on in.

    Raises:
        DraftGone: there is no such draft any more.
        DraftSubmitted: it has been submitted meanwhile.
    """
    wanted = dict(values)
    for _attempt in range(_ATTEMPTS):
        if draft.submitted_ref:
            raise DraftSubmitted(draft.submitted_ref)
        before = draft.answers.get(page_key)
        conflict = (
            seen is not None
            and int(draft.page_revisions.get(page_key, 0)) > seen
            and before is not None
            and before != wanted
        )
        moment = clock.now()
        changes: dict[str, Any] = {
            "answers": {**draft.answers, page_key: wanted},
            "page_revisions": {**draft.page_revisions, page_key: draft.revision + 1},
            "revision": draft.revision + 1,
            "updated_at": moment,
            "expires_at": _expiry(moment),
        }
        if page is not None:
            changes["page"] = page
        if language in LANGUAGES:
            changes["language"] = language
        rows = Draft.objects.filter(id=draft.id, revision=draft.revision, submitted_ref="")
        if rows.update(**changes):
            for name, value in changes.items():
                setattr(draft, name, value)
            return Saved(draft, conflict, dict(before or {}) if conflict else {})
        _refresh(draft)
    raise DraftGone(str(draft.id))


def _refresh(draft: Draft) -> None:
    try:
        draft.refresh_from_db()
    except Draft.DoesNotExist as error:
        raise DraftGone(str(draft.id)) from error


def new_link(draft: Draft, email: str) -> str:
    """Note where the person can be written to; return the token for the link that goes there.

    An earlier link stops working. The link lives as long as the draft.

    Raises:
        DraftGone, DraftSubmitted: as for `save_page`.
    """
    token = ids.new_token()
    moment = clock.now()
    changes = {
        "email": email,
        "link_digest": crypto.token_digest(token),
        "updated_at": moment,
        "expires_at": _expiry(moment),
    }
    if not Draft.objects.filter(id=draft.id, submitted_ref="").update(**changes):
        _refresh(draft)
        raise DraftSubmitted(draft.submitted_ref)
    for name, value in changes.items():
        setattr(draft, name, value)
    return token


def resume(link_token: str) -> tuple[Draft, str]:
    """Open a draft by its link on another device; return it with a new token.

    The token of the device before stops working: a draft is open in one place, and a link that fell into
    other hands shows at once.

    Raises:
        DraftGone: the link is unknown, was replaced by a later one, or its time has passed.
    """
    if not link_token or len(link_token) > TOKEN_LIMIT:
        raise DraftGone("")
    token = ids.new_token()
    with transaction.atomic():
        draft = (
            Draft.objects.select_for_update()
            .filter(link_digest=crypto.token_digest(link_token), expires_at__gt=clock.now())
            .first()
        )
        if draft is None:
            raise DraftGone("")
        draft.token_digest = crypto.token_digest(token)
        draft.save(update_fields=["token_digest"])
    return draft, token


def reopen(draft_id: UUID, account_id: UUID) -> tuple[Draft, str]:
    """Open a draft of an account again; return it with a new token, as `resume` does by a link.

    Raises:
        DraftGone: the account has no such draft, or its time has passed.
    """
    token = ids.new_token()
    with transaction.atomic():
        draft = (
            Draft.objects.select_for_update()
            .filter(id=draft_id, account_id=account_id, expires_at__gt=clock.now())
            .first()
        )
        if draft is None:
            raise DraftGone(str(draft_id))
        draft.token_digest = crypto.token_digest(token)
        draft.save(update_fields=["token_digest"])
    return draft, token


def assign(draft: Draft, account_id: UUID) -> None:
    """Put a draft among those of an account: its holder has logged in while filling it in.

    A draft that belongs to another account stays there.
    """
    if Draft.objects.filter(id=draft.id, account_id=None).update(account_id=account_id):
        draft.account_id = account_id


def discard(draft_id: UUID, *, actor: Actor) -> bool:
    """Delete a draft that was not submitted, on the wish of its holder; tell whether there was one."""
    with transaction.atomic():
        deleted, _ = Draft.objects.filter(id=draft_id, submitted_ref="").delete()
        if deleted:
            with act(actor, "draft.discarded", Ref("draft", draft_id)):
                pass
    return bool(deleted)


def mark_submitted(draft_id: UUID, subject: Ref) -> bool:
    """End a draft in the transaction that accepts it: its answers go, what became of it stays for a week.

    Tell whether it was open. Submitting twice gives False the second time.
    """
    moment = clock.now()
    updated = Draft.objects.filter(id=draft_id, submitted_ref="").update(
        submitted_ref=str(subject),
        answers={},
        page_revisions={},
        email="",
        link_digest=None,
        revision=F("revision") + 1,
        updated_at=moment,
        expires_at=moment + timedelta(days=RECEIPT_DAYS),
    )
    return bool(updated)


def purge_expired() -> int:
    """Delete the drafts whose time has passed; return how many. One audit entry with the number, if any."""
    moment = clock.now()
    count = 0
    while True:
        with transaction.atomic():
            batch = list(Draft.objects.filter(expires_at__lte=moment).values_list("id", flat=True)[:_BATCH])
            if not batch:
                return count
            # Asked again with the time: a draft saved in this moment lives on.
            deleted, _ = Draft.objects.filter(id__in=batch, expires_at__lte=moment).delete()
            if deleted:
                detail = {"count": deleted}
                with act(Actor.system(), "draft.expired", Ref("draft_purge", ids.new_id()), detail):
                    pass
            count += deleted
