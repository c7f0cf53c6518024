"""The session engine (settings.SESSION_ENGINE): one row a session, with its account in the same query.

No row is written unless something was put into the session, so anonymous pages cost nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction

from leineweber.kernel import clock, crypto
from leineweber.people.identity import rules

ACCOUNT = "account"
METHOD = "method"
DEVICE = "device"
NETWORK = "network"
AUTHENTICATED_AT = "authenticated_at"


class SessionStore(SessionBase):
    """Keeps sessions in `identity.Session`. `row` is the row that was loaded, with account and person."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: Any = None

    def load(self) -> dict[str, Any]:
        """Return the data of the session and keep its row; {} if it is over."""
        from leineweber.people.identity.models import Session

        self.row = (
            Session.objects.select_related("account__person")
            .filter(digest=crypto.token_digest(self.session_key or ""), expires_at__gt=clock.now())
            .first()
        )
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.data)

    def exists(self, session_key: str) -> bool:
        """Tell whether a key is in use."""
        from leineweber.people.identity.models import Session

        return Session.objects.filter(digest=crypto.token_digest(session_key)).exists()

    def create(self) -> None:
        """Write the session under a new key."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # missing in the stubs
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write the session.

        Raises:
            CreateError: it must be new and the key is taken.
            UpdateError: it was ended meanwhile.
        """
        from leineweber.people.identity.models import Session

        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # missing in the stubs
        digest = crypto.token_digest(self.session_key)
        moment = clock.now()
        values: dict[str, Any] = {
            "data": self.encode(data),
            "account_id": data.get(ACCOUNT),
            "method": data.get(METHOD, ""),
            "device": data.get(DEVICE, ""),
            "network": data.get(NETWORK, ""),
        }
        if must_create:
            lifetime = rules.SESSION_LIFETIME if data.get(ACCOUNT) else rules.NAMELESS_LIFETIME
            try:
                with transaction.atomic():
                    Session.objects.create(
                        digest=digest,
                        created_at=moment,
                        seen_at=moment,
                        expires_at=moment + lifetime,
                        **values,
                    )
            except IntegrityError as error:
                raise CreateError from error
        elif not Session.objects.filter(digest=digest).update(**values):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        """End a session, by default this one."""
        from leineweber.people.identity.models import Session

        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(digest=crypto.token_digest(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Remove the rows of sessions that are over."""
        from leineweber.people.identity.models import Session

        Session.objects.filter(expires_at__lte=clock.now()).delete()

    @property
    def authenticated_at(self) -> datetime | None:
        """When the person proved who she is in this session."""
        text = self.get(AUTHENTICATED_AT)
        return datetime.fromisoformat(text) if isinstance(text, str) else None
