"""Who is acting: sets `request.actor` and `request.user` for every request.

Without a session cookie nothing is asked of the database; a citizen costs one query (session and account
together), staff two (and the grants). Staff who hold no post any more are logged out on the spot.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase

from leineweber.kernel import clock
from leineweber.kernel.access import Actor, Denied
from leineweber.people.identity import rules
from leineweber.people.identity.models import Account, Session
from leineweber.people.identity.sessions import SessionStore
from leineweber.people.organisation.queries import Standing, standing

Handler = Callable[[HttpRequest], HttpResponseBase]


def actor_for(account: Account, place: Standing | None = None) -> Actor:
    """Return the actor of an account; for staff with the grants of today (`place` if already known)."""
    if account.person is None:
        return Actor(
            kind="citizen",
            id=account.id,
            label=account.label,
            trust_level=account.trust_level,
            account_id=account.id,
        )
    grants = (place or standing(account.person.id)).grants
    return Actor(
        kind="staff", id=account.person.id, label=account.label, grants=grants, account_id=account.id
    )


class ActorMiddleware:
    """Sets the actor; ends sessions that are over; leads whoever must log in first to the right page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request as whoever is acting."""
        request.user = AnonymousUser()
        request.actor = Actor.anonymous()  # type: ignore[attr-defined]  # the house's own attribute
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            refusal = self._recognise(request)
            if refusal is not None:
                return refusal
        return self.get_response(request)

    def _recognise(self, request: HttpRequest) -> HttpResponseBase | None:
        session: SessionStore = request.session  # type: ignore[assignment]  # settings.SESSION_ENGINE
        session.get("account")
        row: Session | None = session.row
        if row is None or row.account is None:
            return None
        account: Account = row.account
        moment = clock.now()
        if not account.is_active or not rules.session_alive(
            account.kind, row.created_at, row.seen_at, moment
        ):
            session.flush()
            return None
        place = None
        if account.person is not None:
            place = standing(account.person.id)
            if not place.holds_post:
                from leineweber.people.identity.views import post_ended

                return post_ended(request, account)
        request.user = account
        request.actor = actor_for(account, place)  # type: ignore[attr-defined]
        if moment - row.seen_at >= rules.SEEN_GRAIN:
            Session.objects.filter(digest=row.digest).update(seen_at=moment)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Ask somebody unknown to log in where a page is refused to her; others get the refusal."""
        if not isinstance(exception, Denied) or request.actor.kind != "anonymous":  # type: ignore[attr-defined]
            return None
        if request.path.startswith("/api/"):
            return None
        from leineweber.people.identity.views import ask_to_log_in

        return ask_to_log_in(request)
