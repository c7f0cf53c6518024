"""What can be done with accounts and sessions; the only place that writes the room's tables.

Every attempt is counted before it is looked at, and takes as long for an unknown address as for a known one.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from leineweber.kernel import clock, crypto
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.identity import passkeys, rules, tasks, throttle, tickets
from leineweber.people.identity import sessions as session_engine
from leineweber.people.identity.client import Client
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import (
    Account,
    LoginRecord,
    Passkey,
    RecoveryCode,
    Session,
    Ticket,
    TotpDevice,
)
from leineweber.people.identity.throttle import TooManyAttempts
from leineweber.people.organisation.models import Person
from leineweber.people.organisation.queries import standing

RECOVERY_CODES = 8
PASSKEYS_PER_ACCOUNT = 20
PASSWORD_LIMIT = 200


class IdentityError(ValueError):
    """Something that cannot be done; the message is German and may be shown."""


def _ref(account: Account) -> Ref:
    return Ref("account", account.id)


def _record(account: Account | None, method: str, outcome: LoginRecord.Outcome, client: Client) -> None:
    LoginRecord.objects.create(
        at=clock.now(),
        account=account,
        method=method,
        outcome=outcome,
        device=client.device,
        network=client.network,
    )


# Accounts


def create_staff_account(actor: Actor, *, person: Person, demo: bool = False, persona: str = "") -> Account:
    """Create the account of a person of the staff; it cannot be used before she took up an invitation.

    Raises:
        IdentityError: the person has one.
    """
    check(actor, "identity.manage")
    if Account.objects.filter(person=person).exists():
        raise IdentityError(f"{person.name} hat schon ein Konto.")
    account = Account(
        username=f"staff:{person.email}",
        kind=Account.Kind.STAFF,
        email=person.email,
        person=person,
        demo=demo,
        persona=persona,
        created_at=clock.now(),
    )
    account.set_unusable_password()
    with act(actor, "identity.account_created", _ref(account), {"person": str(person.id)}):
        account.save(force_insert=True)
    return account


def invite(actor: Actor, *, account_id: UUID) -> Ticket:
    """Send a colleague the one-time link by which she sets password and second factor (also to set them anew).

    What she had before stays valid until the link is used; earlier links are spent.

    Raises:
        IdentityError: it is not an account of the staff.
    """
    check(actor, "identity.manage")
    account = Account.objects.get(id=account_id)
    if account.kind != Account.Kind.STAFF:
        raise IdentityError("Einladungen gibt es nur für Beschäftigte.")
    moment = clock.now()
    ticket = Ticket(
        purpose=Ticket.Purpose.INVITATION,
        email=account.email,
        account=account,
        created_at=moment,
        expires_at=moment + rules.INVITATION_LIFETIME,
    )
    with act(actor, "identity.invited", _ref(account)) as a:
        Ticket.objects.filter(
            account=account, purpose=Ticket.Purpose.INVITATION, used_at__isnull=True
        ).update(used_at=moment)
        ticket.save(force_insert=True)
        a.enqueue(tasks.send_ticket, ticket_id=str(ticket.id))
    return ticket


def open_invitation(token: str) -> Ticket | None:
    """Return the invitation of a link while it can be taken up, else None."""
    ticket_id = tickets.ticket_id(Ticket.Purpose.INVITATION, token)
    if ticket_id is None:
        return None
    return (
        Ticket.objects.select_related("account__person")
        .filter(
            id=ticket_id,
            purpose=Ticket.Purpose.INVITATION,
            used_at__isnull=True,
            expires_at__gt=clock.now(),
            account__is_active=True,
        )
        .first()
    )


def password_problems(password: str, account: Account) -> list[str]:
    """Return in words what is wrong with a new password; nothing if it will do."""
    if len(password) > PASSWORD_LIMIT:
        return [f"Das Passwort ist zu lang: höchstens {PASSWORD_LIMIT} Zeichen."]
    try:
        validate_password(password, account)
    except ValidationError as error:
        return list(error.messages)
    return []


def take_up_invitation(ticket: Ticket, *, password: str, secret: str, code: str) -> list[str]:
    """Set password and authenticator, spend the link, end all sessions; return the recovery codes, once.

    Nothing of before opens the account any more, passkeys neither: it may be set up anew because one was lost.

    Raises:
        IdentityError: the link is spent, the password will not do, or the code does not match the secret.
    """
    account = ticket.account
    if account is None:
        raise IdentityError("Der Link gilt nicht mehr.")
    problems = password_problems(password, account)
    if problems:
        raise IdentityError(" ".join(problems))
    step = rules.matching_step(rules.totp_key(secret), code, clock.now())
    if step is None:
        raise IdentityError("Der Code passt nicht. Geben Sie den Code ein, den die App jetzt zeigt.")
    encoded = make_password(password)
    with act(actor_for(account), "identity.set_up", _ref(account)):
        if not Ticket.objects.filter(id=ticket.id, used_at__isnull=True).update(used_at=clock.now()):
            raise IdentityError("Der Link gilt nicht mehr.")
        Account.objects.filter(id=account.id).update(password=encoded)
        set_totp(account, secret, step)
        Passkey.objects.filter(account=account).delete()
        Session.objects.filter(account=account).delete()
        return _new_recovery_codes(account)


def set_totp(account: Account, secret: str, last_step: int = 0) -> None:
    """Keep the secret shared with an authenticator, encrypted; `last_step` is the last one that was used."""
    sealed = _fernet().encrypt(secret.encode()).decode()
    TotpDevice.objects.update_or_create(
        account=account, defaults={"secret": sealed, "last_step": last_step, "created_at": clock.now()}
    )


def _fernet() -> Fernet:
    import base64

    return Fernet(base64.urlsafe_b64encode(crypto.derive_key("identity.totp")))


def _new_recovery_codes(account: Account) -> list[str]:
    codes = [rules.recovery_code(secrets.token_bytes(8)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, seal=_recovery_seal(account, code)) for code in codes
    )
    return codes


def _recovery_seal(account: Account, code: str) -> str:
    return crypto.mac("identity.recovery", account.id.bytes + code.encode())


def renew_recovery_codes(actor: Actor, account: Account) -> list[str]:
    """Replace the recovery codes of one's own account; return the new ones, once."""
    with act(actor, "identity.recovery_codes_renewed", _ref(account)):
        return _new_recovery_codes(account)


def change_password(
    actor: Actor, account: Account, *, current: str, new: str, client: Client, keep_session: str
) -> None:
    """Change one's own password and end all other sessions (`keep_session`: the digest of this one).

    Raises:
        IdentityError: the current password is wrong or the new one will not do.
        TooManyAttempts: the current password was wrong too often.
    """
    throttle.hit("password.account_address", f"{account.email}\0{client.address}")
    if not check_password(current[:PASSWORD_LIMIT], account.password):
        raise IdentityError("Das jetzige Passwort stimmt nicht.")
    problems = password_problems(new, account)
    if problems:
        raise IdentityError(" ".join(problems))
    encoded = make_password(new)
    throttle.clear("password.account_address", f"{account.email}\0{client.address}")
    with act(actor, "identity.password_changed", _ref(account)):
        Account.objects.filter(id=account.id).update(password=encoded)
        Session.objects.filter(account=account).exclude(digest=keep_session).delete()


def set_active(actor: Actor, *, account_id: UUID, active: bool) -> None:
    """Block an account (its sessions end at once) or let it in again."""
    check(actor, "identity.manage")
    account = Account.objects.get(id=account_id)
    with act(actor, "identity.account_unblocked" if active else "identity.account_blocked", _ref(account)):
        Account.objects.filter(id=account_id).update(is_active=active)
        if not active:
            Session.objects.filter(account_id=account_id).delete()


# Log-in of staff


def check_staff_password(email: str, password: str, client: Client) -> Account | None:
    """Return the account if address and password fit and it has a second factor, else None.

    Raises:
        TooManyAttempts: too many for this address, this account, or both together.
    """
    email = rules.normalise_email(email)[:254]
    both = f"{email}\0{client.address}"
    try:
        throttle.hit("password.address", client.address)
        throttle.hit("password.account_address", both)
        throttle.hit("password.account", email)
    except TooManyAttempts:
        _record(_staff(email), "password", LoginRecord.Outcome.LIMITED, client)
        raise
    account = _staff(email)
    encoded = account.password if account is not None else _stand_in()
    right = check_password(password[:PASSWORD_LIMIT], encoded)
    if (
        not right
        or account is None
        or not account.is_active
        or (account.demo and not settings.LEINEWEBER_DEMO)
        or not TotpDevice.objects.filter(account=account).exists()
    ):
        _record(account, "password", LoginRecord.Outcome.REFUSED, client)
        return None
    throttle.clear("password.account_address", both)
    return account


def _staff(email: str) -> Account | None:
    return Account.objects.select_related("person").filter(username=f"staff:{email}").first()


_stand_in_password: list[str] = []


def _stand_in() -> str:
    """Return a password nobody has, hashed as all are, so that an unknown address takes as long as a known one."""
    if not _stand_in_password:
        _stand_in_password.append(make_password(secrets.token_urlsafe()))
    return _stand_in_password[0]


def check_second_factor(account: Account, code: str, client: Client) -> str | None:
    """Return how the second factor was proved (`totp`, `recovery`), None if the code is wrong or used up.

    Raises:
        TooManyAttempts: too many wrong codes for this account.
    """
    try:
        throttle.hit("factor.account", str(account.id))
    except TooManyAttempts:
        _record(account, "totp", LoginRecord.Outcome.LIMITED, client)
        raise
    method = _use_totp(account, code) or _use_recovery_code(account, code)
    if method is None:
        _record(account, "totp", LoginRecord.Outcome.REFUSED, client)
        return None
    throttle.clear("factor.account", str(account.id))
    return method


def _use_totp(account: Account, code: str) -> str | None:
    device = TotpDevice.objects.filter(account=account).first()
    if device is None:
        return None
    try:
        secret = _fernet().decrypt(device.secret.encode()).decode()
    except InvalidToken:
        return None
    step = rules.matching_step(rules.totp_key(secret), code, clock.now())
    if step is None:
        return None
    # One statement decides: of two requests with the same code, one wins.
    used = TotpDevice.objects.filter(account=account, last_step__lt=step).update(last_step=step)
    return "totp" if used else None


def _use_recovery_code(account: Account, code: str) -> str | None:
    normal = rules.normalise_recovery_code(code)
    if normal is None:
        return None
    used = RecoveryCode.objects.filter(
        account=account, seal=_recovery_seal(account, normal), used_at__isnull=True
    ).update(used_at=clock.now())
    return "recovery" if used else None


# Log-in of citizens


def request_link(email: str, client: Client, *, language: str = "de", next_url: str = "") -> Ticket:
    """Send a one-time link to an address, whether or not it has an account; return the ticket.

    Raises:
        IdentityError: the address is not valid.
        TooManyAttempts: too many for this address or from this client.
    """
    email = rules.normalise_email(email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise IdentityError(
            "Geben Sie eine gültige E-Mail-Adresse ein, zum Beispiel name@beispiel.de."
        ) from error
    if len(email) > 254:
        raise IdentityError("Die E-Mail-Adresse ist zu lang.")
    throttle.hit("link.address", client.address)
    throttle.hit("link.email", email)
    moment = clock.now()
    ticket = Ticket(
        purpose=Ticket.Purpose.LOGIN,
        email=email,
        language=language,
        next_url=next_url[:500],
        created_at=moment,
        expires_at=moment + rules.LINK_LIFETIME,
    )
    with act(Actor.anonymous(), "identity.link_requested", Ref("ticket", ticket.id)) as a:
        ticket.save(force_insert=True)
        a.enqueue(tasks.send_ticket, ticket_id=str(ticket.id))
    return ticket


def open_link(token: str) -> Ticket | None:
    """Return the ticket of a log-in link while it can be used, else None; looking does not use it up."""
    ticket_id = tickets.ticket_id(Ticket.Purpose.LOGIN, token)
    return None if ticket_id is None else _open_ticket(ticket_id)


def _open_ticket(ticket_id: UUID) -> Ticket | None:
    return Ticket.objects.filter(
        id=ticket_id, purpose=Ticket.Purpose.LOGIN, used_at__isnull=True, expires_at__gt=clock.now()
    ).first()


def redeem_link(token: str) -> Account | None:
    """Use up a log-in link; return the account, made now if the address had none, or None if it is spent."""
    ticket = open_link(token)
    return None if ticket is None else _redeem(ticket)


def redeem_code(ticket_id: UUID, code: str, client: Client) -> Account | None:
    """Use up the code of a ticket this browser asked for; return the account, or None if it does not fit.

    Raises:
        TooManyAttempts: too many codes for this ticket or from this client.
    """
    throttle.hit("code.address", client.address)
    throttle.hit("code.ticket", str(ticket_id))
    ticket = _open_ticket(ticket_id)
    typed = "".join(character for character in code if character.isdigit())
    if ticket is None or not crypto.same(typed, tickets.code_of(ticket)):
        _record(None, "code", LoginRecord.Outcome.REFUSED, client)
        return None
    return _redeem(ticket)


def _redeem(ticket: Ticket) -> Account | None:
    with transaction.atomic():
        if not Ticket.objects.filter(id=ticket.id, used_at__isnull=True).update(used_at=clock.now()):
            return None
        account = citizen_account(ticket.email)
        return account if account.is_active and (settings.LEINEWEBER_DEMO or not account.demo) else None


def citizen_account(email: str, *, demo: bool = False, persona: str = "") -> Account:
    """Return the citizen account of an address that has been proved; make it if there is none (level basic)."""
    email = rules.normalise_email(email)
    account = Account.objects.filter(username=f"citizen:{email}").first()
    if account is not None:
        return account
    account = Account(
        username=f"citizen:{email}",
        kind=Account.Kind.CITIZEN,
        email=email,
        trust_level=Account.Trust.BASIC,
        demo=demo,
        persona=persona,
        created_at=clock.now(),
    )
    account.set_unusable_password()
    with act(actor_for(account), "identity.account_created", _ref(account)) as a:
        account.save(force_insert=True)
        a.emit("identity.account_created", {"kind": "citizen"})
    return account


# Passkeys


def add_passkey(request: HttpRequest, actor: Actor, account: Account, *, answer: str, name: str) -> Passkey:
    """Keep a new passkey of one's own account.

    Raises:
        PasskeyError: the browser's answer does not fit, or there are too many.
    """
    if account.passkeys.count() >= PASSKEYS_PER_ACCOUNT:
        raise passkeys.PasskeyError("Sie haben schon sehr viele Passkeys. Entfernen Sie zuerst einen.")
    passkey = passkeys.complete_registration(request, account, answer, name)
    if Passkey.objects.filter(credential_id=passkey.credential_id).exists():
        raise passkeys.PasskeyError("Diesen Passkey gibt es schon.")
    with act(actor, "identity.passkey_added", _ref(account), {"passkey": str(passkey.id)}):
        passkey.save(force_insert=True)
    return passkey


def remove_passkey(actor: Actor, account: Account, passkey_id: UUID) -> bool:
    """Remove a passkey of one's own account; return False if it is not there."""
    with act(actor, "identity.passkey_removed", _ref(account), {"passkey": str(passkey_id)}):
        return bool(Passkey.objects.filter(account=account, id=passkey_id).delete()[0])


def check_passkey(request: HttpRequest, answer: str, client: Client) -> Account:
    """Return the account whose passkey signed.

    Raises:
        PasskeyError: none did.
        TooManyAttempts: too many from this client.
    """
    throttle.hit("passkey.address", client.address)
    try:
        passkey, counter = passkeys.complete_authentication(request, answer)
    except passkeys.PasskeyError:
        _record(None, "passkey", LoginRecord.Outcome.REFUSED, client)
        raise
    if not passkey.account.is_active or (passkey.account.demo and not settings.LEINEWEBER_DEMO):
        _record(passkey.account, "passkey", LoginRecord.Outcome.REFUSED, client)
        raise passkeys.PasskeyError("Dieser Passkey ist hier nicht bekannt.")
    Passkey.objects.filter(id=passkey.id).update(sign_count=counter, last_used_at=clock.now())
    return passkey.account


# Sessions


class NoPost(IdentityError):
    """The person holds no post, so there is nothing to log in to."""


class DemoOnly(IdentityError):
    """An account whose password everybody knows, outside the demo."""


def log_in(request: HttpRequest, account: Account, method: str, client: Client) -> None:
    """Begin a session of an account under a new key; what an anonymous session held is kept for citizens only.

    Raises:
        DemoOnly: an account of the demo in a city that is none.
        NoPost: somebody of the staff who holds no post.
    """
    if account.demo and not settings.LEINEWEBER_DEMO:
        _record(account, method, LoginRecord.Outcome.REFUSED, client)
        raise DemoOnly("Dieses Konto gibt es nur in der Demonstration.")
    if account.person_id is not None and not standing(account.person_id).holds_post:
        _record(account, method, LoginRecord.Outcome.POST_ENDED, client)
        raise NoPost("Sie haben zurzeit keine Stelle in der Stadtverwaltung.")
    moment = clock.now()
    nameless = session_engine.ACCOUNT not in request.session
    kept = dict(request.session.items()) if account.kind == Account.Kind.CITIZEN and nameless else {}
    request.session.flush()
    request.session.update(
        {
            **{
                key: value
                for key, value in kept.items()
                if not key.startswith(("ticket", "passkey", "pending"))
            },
            session_engine.ACCOUNT: str(account.id),
            session_engine.METHOD: method,
            session_engine.DEVICE: client.device,
            session_engine.NETWORK: client.network,
            session_engine.AUTHENTICATED_AT: moment.isoformat(),
        }
    )
    with act(actor_for(account), "identity.logged_in", _ref(account), {"method": method}):
        request.session.save()
        Account.objects.filter(id=account.id).update(last_login=moment)
        _record(account, method, LoginRecord.Outcome.SUCCESS, client)
    rotate_token(request)
    request.user = account
    request.actor = actor_for(account)  # type: ignore[attr-defined]  # the house's own attribute


def log_out(request: HttpRequest, account: Account, client: Client) -> None:
    """End the session of this browser."""
    row: Session | None = getattr(request.session, "row", None)
    with act(actor_for(account), "identity.logged_out", _ref(account)):
        _record(account, row.method if row else "", LoginRecord.Outcome.LOGGED_OUT, client)
        request.session.flush()


def end_with_post(request: HttpRequest, account: Account, client: Client) -> None:
    """End all sessions of somebody who holds no post any more."""
    with act(Actor.system(), "identity.post_ended", _ref(account)):
        _record(account, "", LoginRecord.Outcome.POST_ENDED, client)
        request.session.flush()
        Session.objects.filter(account=account).delete()


def end_sessions(
    actor: Actor, account: Account, *, only: Sequence[UUID] | None = None, keep: str = ""
) -> int:
    """End sessions of one's own account: those of `only`, or all but the one of digest `keep`; return how many."""
    with act(actor, "identity.sessions_ended", _ref(account)):
        rows = Session.objects.filter(account=account).exclude(digest=keep)
        if only is not None:
            rows = rows.filter(id__in=list(only))
        return rows.delete()[0]


# The demo


def set_demo_log_in(actor: Actor, account: Account, encoded_password: str, secret: str) -> None:
    """Give an account of the demo the log-in everybody knows.

    Raises:
        IdentityError: it is not an account of the demo.
    """
    check(actor, "identity.manage")
    if not account.demo:
        raise IdentityError("Bekannte Passwörter gibt es nur in der Demonstration.")
    with act(actor, "identity.demo_log_in_set", _ref(account)):
        Account.objects.filter(id=account.id).update(password=encoded_password)
        set_totp(account, secret)
