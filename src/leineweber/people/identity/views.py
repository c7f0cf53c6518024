"""Pages of log-in and of the account's security: thin, each calls one service."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leineweber.kernel import clock, crypto
from leineweber.kernel.access import Actor, actor_of, requires
from leineweber.people.identity import passkeys, queries, rules, services, throttle
from leineweber.people.identity.client import Client, from_this_machine
from leineweber.people.identity.models import Account, LoginRecord, Ticket
from leineweber.people.identity.passkeys import PasskeyError
from leineweber.people.identity.services import IdentityError, NoPost
from leineweber.people.identity.throttle import TooManyAttempts

PENDING = "pending"
PENDING_SECRET = "pending_secret"  # noqa: S105  # a key of the session, not a secret
TICKET = "ticket"
STAFF_FACES = ("/arbeit/", "/steuerung/")
Errors = list[dict[str, str]]


def _error(message: str, field: str) -> dict[str, str]:
    return {"message": message, "href": f"#{field}"}


def _text(request: HttpRequest, name: str, limit: int = 400) -> str:
    return request.POST.get(name, "").replace("\0", "")[:limit]


def _wanted(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that lies in this house; else an empty text."""
    wanted = request.POST.get("weiter", request.GET.get("weiter", "")).replace("\0", "")[:500]
    allowed = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else ""


def _onward(account: Account, wanted: str) -> HttpResponseRedirect:
    home = "/arbeit/" if account.kind == Account.Kind.STAFF else "/konto/"
    return HttpResponseRedirect(wanted or home)


def _too_many(error: TooManyAttempts) -> str:
    return _("Das waren zu viele Versuche. Versuchen Sie es in %(minutes)s Minuten noch einmal.") % {
        "minutes": error.minutes
    }


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"identity/{template}.html", context, status=status)


def _refusal_status(error: Exception) -> int:
    return 429 if isinstance(error, TooManyAttempts) else 422


# When a session is missing or over


def post_ended(request: HttpRequest, account: Account) -> HttpResponse:
    """Log out somebody who holds no post any more, and say so."""
    services.end_with_post(request, account, Client.of(request))
    return _page(request, "post_ended", 403)


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """Lead somebody unknown to the right log-in; what she was just sending is kept on the page."""
    name = "identity:staff_login" if request.path.startswith(STAFF_FACES) else "identity:citizen_login"
    if request.headers.get("HX-Request") == "true":
        current = urlsplit(request.headers.get("HX-Current-URL", ""))
        wanted = current.path + (f"?{current.query}" if current.query else "")
        return HttpResponse(
            status=401, headers={"HX-Redirect": f"{reverse(name)}?{urlencode({'weiter': wanted or '/'})}"}
        )
    if request.method in {"GET", "HEAD"}:
        return redirect(f"{reverse(name)}?{urlencode({'weiter': request.get_full_path()})}")
    typed = [
        (key, value)
        for key, values in request.POST.lists()
        if key != "csrfmiddlewaretoken" and "passwort" not in key
        for value in values
    ]
    return _page(request, "expired", 401, typed=typed, target=request.get_full_path(), log_in=reverse(name))


# Staff


@requires("public")
@require_http_methods(["GET", "POST"])
def staff_login(request: HttpRequest) -> HttpResponse:
    """First step: address and password, or a passkey, which is all it takes."""
    errors: Errors = []
    email = ""
    status = 200
    if request.method == "POST":
        email = _text(request, "email", 254)
        client = Client.of(request)
        try:
            account = services.check_staff_password(email, _text(request, "passwort"), client)
        except TooManyAttempts as error:
            errors, status = [_error(_too_many(error), "email")], 429
        else:
            if account is not None:
                request.session.flush()
                request.session[PENDING] = {
                    "account": str(account.id),
                    "at": clock.now().isoformat(),
                    "wanted": _wanted(request),
                }
                return redirect("identity:second_factor")
            errors = [_error(_("E-Mail-Adresse und Passwort passen nicht zusammen."), "email")]
            status = 422
    return _page(
        request,
        "staff_login",
        status,
        errors=errors,
        email=email,
        wanted=_wanted(request),
        passkeys=bool(passkeys.host_of(request)),
        demo_start=_demo_here(request),
    )


def _pending(request: HttpRequest) -> tuple[Account, str] | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    pending = request.session.get(PENDING)
    if not isinstance(pending, dict):
        return None
    if clock.now() - datetime.fromisoformat(pending["at"]) > rules.PENDING_LIFETIME:
        return None
    account = queries.account_of(UUID(pending["account"]))
    return None if account is None or not account.is_active else (account, pending["wanted"])


@requires("public")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Second step: the code of the authenticator, or a recovery code."""
    pending = _pending(request)
    if pending is None:
        return redirect("identity:staff_login")
    account, wanted = pending
    errors: Errors = []
    status = 200
    if request.method == "POST":
        client = Client.of(request)
        try:
            method = services.check_second_factor(account, _text(request, "code", 40), client)
            if method is not None:
                services.log_in(request, account, method, client)
                return _onward(account, wanted)
            errors, status = [_error(_("Der Code passt nicht oder wurde schon benutzt."), "code")], 422
        except TooManyAttempts as error:
            errors, status = [_error(_too_many(error), "code")], 429
        except NoPost:
            request.session.flush()
            return _page(request, "post_ended", 403)
    return _page(request, "second_factor", status, errors=errors)


def _qr_path(text: str) -> tuple[str, int]:
    """Return a QR code as path data of one unit a module, and its size with the quiet zone."""
    from qrcode.main import QRCode  # it brings an imaging library, and is wanted when somebody joins

    code: Any = QRCode(border=4, box_size=1)
    code.add_data(text)
    matrix: list[list[bool]] = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return path, len(matrix)


@requires("public")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take up an invitation: choose a password and connect an authenticator."""
    try:
        throttle.hit("invitation.address", Client.of(request).address)
    except TooManyAttempts as error:
        return _page(request, "link_spent", 429, message=_too_many(error))
    ticket = services.open_invitation(token)
    if ticket is None or ticket.account is None:
        return _page(request, "link_spent", 410, message="")
    secret = request.session.get(PENDING_SECRET)
    if not isinstance(secret, str):
        secret = rules.totp_secret(secrets.token_bytes(20))
        request.session[PENDING_SECRET] = secret
    errors: Errors = []
    status = 200
    if request.method == "POST":
        password = _text(request, "passwort", services.PASSWORD_LIMIT + 1)
        if password != _text(request, "passwort_wiederholt", services.PASSWORD_LIMIT + 1):
            errors = [_error(_("Die beiden Passwörter sind verschieden."), "passwort_wiederholt")]
        else:
            try:
                codes = services.take_up_invitation(
                    ticket, password=password, secret=secret, code=_text(request, "code", 20)
                )
            except IdentityError as error:
                errors = [_error(str(error), "passwort")]
            else:
                request.session.flush()
                return _page(request, "recovery_codes", codes=codes, layout="ui/portal.html", first=True)
        status = 422
    label = f"Leineweber:{ticket.account.email}"
    address = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': 'Leineweber'})}"
    qr_path, qr_size = _qr_path(address)
    return _page(
        request,
        "invitation",
        status,
        errors=errors,
        account=ticket.account,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        qr_path=qr_path,
        qr_size=qr_size,
    )


# Citizens


@requires("public")
@require_http_methods(["GET", "POST"])
def citizen_login(request: HttpRequest) -> HttpResponse:
    """Ask for an address; a link and a code go there. The answer is the same for every address."""
    errors: Errors = []
    email = ""
    status = 200
    if request.method == "POST":
        email = _text(request, "email", 300)
        try:
            ticket = services.request_link(
                email,
                Client.of(request),
                language=getattr(request, "language", "de"),
                next_url=_wanted(request),
            )
        except (IdentityError, TooManyAttempts) as error:
            message = _too_many(error) if isinstance(error, TooManyAttempts) else _(str(error))
            errors, status = [_error(message, "email")], _refusal_status(error)
        else:
            request.session[TICKET] = str(ticket.id)
            return redirect("identity:citizen_code")
    return _page(
        request,
        "citizen_login",
        status,
        errors=errors,
        email=email,
        wanted=_wanted(request),
        passkeys=bool(passkeys.host_of(request)),
        demo_start=_demo_here(request),
    )


@requires("public")
@require_http_methods(["GET", "POST"])
def citizen_code(request: HttpRequest) -> HttpResponse:
    """Wait for the mail; whoever has it here types the code."""
    asked = request.session.get(TICKET) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if not isinstance(asked, str):
        return redirect("identity:citizen_login")
    ticket = Ticket.objects.filter(id=UUID(asked)).first()
    if ticket is None:
        return redirect("identity:citizen_login")
    errors: Errors = []
    status = 200
    if request.method == "POST":
        client = Client.of(request)
        code = _text(request, "code", 40)
        status = 422
        try:
            account = services.redeem_code(ticket.id, code, client) if code.strip() else None
        except TooManyAttempts as error:
            errors, status = [_error(_too_many(error), "code")], 429
        else:
            if account is not None:
                services.log_in(request, account, "code", client)
                return _onward(account, ticket.next_url)
            wrong = _("Der Code passt nicht oder gilt nicht mehr. Vergleichen Sie ihn mit der E-Mail.")
            empty = _("Geben Sie den Code aus der E-Mail ein. Er hat acht Ziffern.")
            errors = [_error(wrong if code.strip() else empty, "code")]
    return _page(request, "citizen_code", status, errors=errors, email=ticket.email)


@requires("public")
@require_http_methods(["GET", "POST"])
def citizen_link(request: HttpRequest, token: str) -> HttpResponse:
    """Log in by the link. Opening it shows a button, so that programs which fetch links do not use it up."""
    ticket = services.open_link(token)
    if ticket is None:
        return _page(request, "link_spent", 410, message="")
    if request.method == "POST":
        client = Client.of(request)
        account = services.redeem_link(token)
        if account is None:
            return _page(request, "link_spent", 410, message="")
        services.log_in(request, account, "link", client)
        return _onward(account, ticket.next_url)
    return _page(request, "citizen_link", email=ticket.email)


# Passkeys for all


@requires("public")
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Begin a log-in by passkey."""
    try:
        throttle.hit("passkey.address", Client.of(request).address)
        return JsonResponse(passkeys.begin_authentication(request))
    except TooManyAttempts as error:
        return JsonResponse({"message": _too_many(error)}, status=429)
    except PasskeyError as error:
        return JsonResponse({"message": _(str(error))}, status=422)


@requires("public")
@require_POST
def passkey_login(request: HttpRequest) -> HttpResponse:
    """Complete a log-in by passkey."""
    client = Client.of(request)
    try:
        account = services.check_passkey(
            request, _text(request, "antwort", passkeys.RESPONSE_LIMIT + 1), client
        )
        services.log_in(request, account, "passkey", client)
    except NoPost:
        return _page(request, "post_ended", 403)
    except (PasskeyError, TooManyAttempts) as error:
        message = _too_many(error) if isinstance(error, TooManyAttempts) else _(str(error))
        staff = _text(request, "seite") == "staff"
        return _page(
            request,
            "staff_login" if staff else "citizen_login",
            _refusal_status(error),
            errors=[_error(message, "passkey")],
            email="",
            wanted=_wanted(request),
            passkeys=bool(passkeys.host_of(request)),
            demo_start=_demo_here(request),
        )
    return _onward(account, _wanted(request))


@requires("public")
@require_http_methods(["GET", "POST"])
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session; a mere link to here asks first."""
    account = request.user if isinstance(request.user, Account) else None
    if account is None:
        return _page(request, "logged_out")
    if request.method == "POST":
        services.log_out(request, account, Client.of(request))
        request.actor = Actor.anonymous()  # type: ignore[attr-defined]  # the house's own attribute
        return _page(request, "logged_out")
    return _page(request, "log_out")


# The account's own security


def _account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)
    return account


def _stale(request: HttpRequest) -> HttpResponse | None:
    """Ask to log in again before something sensitive, if the last time is a while ago."""
    at = request.session.authenticated_at  # type: ignore[attr-defined]  # settings.SESSION_ENGINE
    if at is not None and clock.now() - at < rules.FRESH_FOR:
        return None
    staff = _account(request).kind == Account.Kind.STAFF
    name = "identity:staff_login" if staff else "identity:citizen_login"
    return redirect(f"{reverse(name)}?{urlencode({'weiter': reverse('identity:security'), 'erneut': '1'})}")


def _layout(account: Account) -> str:
    return "ui/desk.html" if account.kind == Account.Kind.STAFF else "ui/portal.html"


def _security(
    request: HttpRequest, status: int = 200, errors: Errors | None = None, done: str = ""
) -> HttpResponse:
    account = _account(request)
    current = crypto.token_digest(request.session.session_key or "")
    return _page(
        request,
        "security",
        status,
        layout=_layout(account),
        account=account,
        errors=errors or [],
        done=done,
        passkeys=queries.passkeys_of(account),
        can_add_passkey=bool(passkeys.host_of(request)),
        sessions=[(row, row.digest == current) for row in queries.sessions_of(account)],
        records=queries.recent_log_ins(account),
        codes_left=queries.recovery_codes_left(account) if account.kind == Account.Kind.STAFF else 0,
        outcomes=dict(LoginRecord.Outcome.choices),
        methods=METHODS,
    )


METHODS = {
    "password": "Passwort",
    "totp": "Passwort und Einmalcode",
    "recovery": "Passwort und Wiederherstellungscode",
    "passkey": "Passkey",
    "link": "Link per E-Mail",
    "code": "Code per E-Mail",
    "demo": "Vorführung",
    "": "–",
}


@requires("account")
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Show passkeys, sessions and the latest log-ins of one's own account."""
    done = {
        "passkey": "Der Passkey ist angelegt.",
        "entfernt": "Der Passkey ist entfernt.",
        "sitzung": "Die Sitzung ist beendet.",
        "sitzungen": "Alle anderen Sitzungen sind beendet.",
        "passwort": "Das Passwort ist geändert. Alle anderen Sitzungen sind beendet.",
    }
    what = done.get(request.GET.get("erledigt", ""), "")
    return _security(request, done=_(what) if what else "")


def _done(what: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('identity:security')}?erledigt={what}")


@requires("account")
@require_POST
def passkey_add_options(request: HttpRequest) -> HttpResponse:
    """Begin to add a passkey."""
    if _stale(request) is not None:
        return JsonResponse({"message": _("Melden Sie sich dafür bitte noch einmal an.")}, status=401)
    try:
        return JsonResponse(passkeys.begin_registration(request, _account(request)))
    except PasskeyError as error:
        return JsonResponse({"message": _(str(error))}, status=422)


@requires("account")
@require_POST
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Complete adding a passkey."""
    stale = _stale(request)
    if stale is not None:
        return stale
    try:
        services.add_passkey(
            request,
            actor_of(request),
            _account(request),
            answer=_text(request, "antwort", passkeys.RESPONSE_LIMIT + 1),
            name=_text(request, "name", 80),
        )
    except PasskeyError as error:
        return _security(request, 422, [_error(_(str(error)), "name")])
    return _done("passkey")


@requires("account")
@require_POST
def passkey_remove(request: HttpRequest, passkey_id: UUID) -> HttpResponse:
    """Remove a passkey."""
    stale = _stale(request)
    if stale is not None:
        return stale
    if not services.remove_passkey(actor_of(request), _account(request), passkey_id):
        raise Http404
    return _done("entfernt")


@requires("account")
@require_POST
def session_end(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one other session."""
    current = crypto.token_digest(request.session.session_key or "")
    if not services.end_sessions(actor_of(request), _account(request), only=[session_id], keep=current):
        raise Http404
    return _done("sitzung")


@requires("account")
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End all other sessions."""
    current = crypto.token_digest(request.session.session_key or "")
    services.end_sessions(actor_of(request), _account(request), keep=current)
    return _done("sitzungen")


@requires("staff")
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them this once."""
    stale = _stale(request)
    if stale is not None:
        return stale
    account = _account(request)
    codes = services.renew_recovery_codes(actor_of(request), account)
    return _page(request, "recovery_codes", codes=codes, layout=_layout(account), first=False)


@requires("staff")
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change the password."""
    new = _text(request, "passwort_neu", services.PASSWORD_LIMIT + 1)
    if new != _text(request, "passwort_wiederholt", services.PASSWORD_LIMIT + 1):
        return _security(
            request, 422, [_error("Die beiden Passwörter sind verschieden.", "passwort_wiederholt")]
        )
    try:
        services.change_password(
            actor_of(request),
            _account(request),
            current=_text(request, "passwort"),
            new=new,
            client=Client.of(request),
            keep_session=crypto.token_digest(request.session.session_key or ""),
        )
    except (IdentityError, TooManyAttempts) as error:
        message = _too_many(error) if isinstance(error, TooManyAttempts) else _(str(error))
        return _security(request, _refusal_status(error), [_error(message, "passwort")])
    return _done("passwort")


# The demo


def _demo_here(request: HttpRequest) -> bool:
    return bool(settings.LEINEWEBER_DEMO) and from_this_machine(request)


@requires("public")
@require_GET
def demo(request: HttpRequest) -> HttpResponse:
    """Offer the personas of the demo. Anywhere but in the demo on this very machine there is no such page."""
    if not _demo_here(request):
        raise Http404
    from leineweber.people.identity.demo import PASSWORD, PERSONAS

    step = rules.totp_step(clock.now())
    codes = {p.username: rules.hotp(rules.totp_key(p.totp_secret), step) for p in PERSONAS if p.totp_secret}
    return _page(request, "demo", personas=queries.personas(), password=PASSWORD, codes=codes)


@requires("public")
@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Log in as a persona of the demo, without password. Exists where `demo` does."""
    if not _demo_here(request):
        raise Http404
    wanted = _text(request, "konto", 40)
    account = next((persona for persona in queries.personas() if str(persona.id) == wanted), None)
    if account is None:
        raise Http404
    try:
        services.log_in(request, account, "demo", Client.of(request))
    except NoPost:
        return _page(request, "post_ended", 403)
    return _onward(account, _wanted(request))
