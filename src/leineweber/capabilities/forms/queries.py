"""What can be asked about drafts."""

from __future__ import annotations

from uuid import UUID

from leineweber.capabilities.forms.models import Draft
from leineweber.kernel import clock, crypto
from leineweber.kernel.prepared import Prepared

TOKEN_LIMIT = 200

# Asked at every page of a form.
_by_digest = Prepared(lambda digest: Draft.objects.filter(token_digest=digest), digest="?")


def load(token: str) -> Draft | None:
    """Return the draft of a token; None if there is none, or its time has passed. One query.

    A submitted draft is returned too, so that the back button leads to the receipt (`submitted_ref`).
    """
    if not token or len(token) > TOKEN_LIMIT:
        return None
    moment = clock.now()
    return next(
        (one for one in _by_digest(digest=crypto.token_digest(token)) if one.expires_at > moment), None
    )


def drafts_of(account_id: UUID) -> list[Draft]:
    """Return the open drafts of an account, the one last worked on first."""
    return list(
        Draft.objects.filter(account_id=account_id, submitted_ref="", expires_at__gt=clock.now())
        .defer("answers", "page_revisions")
        .order_by("-updated_at")[:50]
    )
