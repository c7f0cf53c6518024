"""Jobs: the one-time link by e-mail, and tidying up.

Identity lies below messages, so the mail goes out through Django's own mail (`EMAIL_BACKEND`) in a job. The
job row holds only the ticket's id: link and code are derived from it, so nobody who reads the table can log in.
"""

from __future__ import annotations

from datetime import time
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from leineweber.kernel import clock
from leineweber.kernel.jobs import schedule, task
from leineweber.people.identity import rules, throttle, tickets
from leineweber.people.identity.models import LoginRecord, Ticket
from leineweber.people.identity.sessions import SessionStore


@task()
def send_ticket(ticket_id: str) -> None:
    """Send the link of a ticket; does nothing if it was sent, used or has expired."""
    ticket = Ticket.objects.filter(
        id=UUID(ticket_id), sent_at__isnull=True, used_at__isnull=True, expires_at__gt=clock.now()
    ).first()
    if ticket is None:
        return
    with translation.override("en" if ticket.language == "en" else "de"):
        subject, body = _login_mail(ticket) if ticket.purpose == Ticket.Purpose.LOGIN else _invitation(ticket)
    # Sent means written to the outbox: both in one transaction, so that dying in between sends nothing twice.
    with transaction.atomic():
        if Ticket.objects.filter(id=ticket.id, sent_at__isnull=True).update(sent_at=clock.now()):
            EmailMessage(subject=subject, body=body, to=[ticket.email]).send()


def _login_mail(ticket: Ticket) -> tuple[str, str]:
    code = tickets.code_of(ticket)
    minutes = int(rules.LINK_LIFETIME.total_seconds()) // 60
    body = _(
        "Guten Tag,\n\n"
        "mit diesem Link melden Sie sich in Ihrem Bürgerkonto an:\n%(link)s\n\n"
        "Oder geben Sie auf der Seite, die Sie gerade offen haben, diesen Code ein: %(code)s\n\n"
        "Link und Code gelten %(minutes)s Minuten und nur einmal. Geben Sie beide nicht weiter; die Stadt fragt "
        "nie danach.\n\n"
        "Haben Sie sich nicht angemeldet? Dann brauchen Sie nichts zu tun.\n"
    ) % {
        "link": settings.PUBLIC_URL + tickets.path_of(ticket),
        "code": f"{code[:4]} {code[4:]}",
        "minutes": minutes,
    }
    return _("Ihre Anmeldung im Bürgerkonto"), body


def _invitation(ticket: Ticket) -> tuple[str, str]:
    body = _(
        "Guten Tag,\n\n"
        "für Sie ist ein Konto angelegt. Richten Sie es mit diesem Link ein:\n%(link)s\n\n"
        "Sie wählen ein Passwort und verbinden eine Authenticator-App. Der Link gilt sieben Tage und nur einmal.\n"
    ) % {"link": settings.PUBLIC_URL + tickets.path_of(ticket)}
    return _("Ihr Konto bei der Stadt"), body


@schedule("identity.tidy", daily_at=time(3, 20))
def tidy() -> None:
    """Remove sessions, limits and tickets that are over, and log-in records after 90 days."""
    SessionStore.clear_expired()
    throttle.clear_expired()
    moment = clock.now()
    Ticket.objects.filter(expires_at__lt=moment - rules.INVITATION_LIFETIME).delete()
    LoginRecord.objects.filter(at__lt=moment - rules.RECORDS_KEPT).delete()
