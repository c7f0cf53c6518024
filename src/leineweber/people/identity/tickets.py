"""One-time links: written from the ticket's id and the secret of the installation, so none is ever stored."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from leineweber.kernel import crypto
from leineweber.people.identity import rules
from leineweber.people.identity.models import Ticket


def _purpose(purpose: str) -> str:
    return f"identity.ticket.{purpose}"


def token_of(ticket: Ticket) -> str:
    """Return the secret text of a ticket's link."""
    return crypto.sign(_purpose(ticket.purpose), str(ticket.id))


def code_of(ticket: Ticket) -> str:
    """Return the eight digits that stand for the link in the browser that asked for it."""
    return rules.link_code(crypto.mac("identity.code", ticket.id.bytes))


def path_of(ticket: Ticket) -> str:
    """Return the path of the link."""
    name = "identity:citizen_link" if ticket.purpose == Ticket.Purpose.LOGIN else "identity:invitation"
    return reverse(name, args=[token_of(ticket)])


def ticket_id(purpose: Ticket.Purpose, token: str) -> UUID | None:
    """Return the id of the ticket of a token, or None if it was not written here for this purpose."""
    try:
        return UUID(crypto.unsign(_purpose(purpose), token))
    except ValueError:
        return None
