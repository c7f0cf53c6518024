"""Log in without the pages, for tests of other rooms: `log_in(client, account)`."""

from __future__ import annotations

from django.conf import settings
from django.test import Client as Browser

from leineweber.kernel import clock
from leineweber.people.identity import demo, sessions
from leineweber.people.identity.models import Account
from leineweber.people.organisation import demo as organisation


def load_city() -> None:
    """Load the demo's organisation and its personas, and nothing of the floors above."""
    organisation.load()
    demo.load()


def log_in(browser: Browser, account: Account, method: str = "totp") -> sessions.SessionStore:
    """Give a test browser a session of an account."""
    session = sessions.SessionStore()
    session[sessions.ACCOUNT] = str(account.id)
    session[sessions.METHOD] = method
    session[sessions.DEVICE] = "Testbrowser"
    session[sessions.AUTHENTICATED_AT] = clock.now().isoformat()
    session.save()
    assert session.session_key is not None
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return session
