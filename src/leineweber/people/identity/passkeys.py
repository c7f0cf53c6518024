"""Passkeys (W3C Web Authentication, level 2) with python-fido2.

User verification (PIN, finger, face) is required, so a passkey is two factors in one. A ceremony's state lies in
the session, is used once, and counts for five minutes. Passkeys need a host name; browsers refuse bare addresses.
"""

from __future__ import annotations

import ipaddress
import json
import struct
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from leineweber.kernel import clock
from leineweber.people.identity.models import Account, Passkey

_STATE = "passkey"
_LIFETIME = timedelta(minutes=5)
RESPONSE_LIMIT = 20_000
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, struct.error)


class PasskeyError(ValueError):
    """The browser's answer does not prove what it should; the message is German and may be shown."""


def host_of(request: HttpRequest) -> str:
    """Return the host name to which passkeys are bound, or an empty text if they cannot be used here."""
    host = request.get_host().rpartition(":")[0] if ":" in request.get_host() else request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host if request.is_secure() or host == "localhost" else ""
    return ""


def _server(request: HttpRequest) -> Fido2Server:
    host = host_of(request)
    if not host:
        raise PasskeyError("Passkeys brauchen eine Adresse mit https und Namen.")
    origin = f"{'https' if request.is_secure() else 'http'}://{request.get_host()}"
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=host, name="Leineweber"), verify_origin=lambda given: given == origin
    )


def _keep(request: HttpRequest, ceremony: str, state: Any) -> None:
    request.session[_STATE] = {"ceremony": ceremony, "state": state, "at": clock.now().isoformat()}


def _take(request: HttpRequest, ceremony: str) -> Any:
    kept = request.session.pop(_STATE, None)
    if (
        not isinstance(kept, dict)
        or kept.get("ceremony") != ceremony
        or clock.now() - datetime.fromisoformat(kept["at"]) > _LIFETIME
    ):
        raise PasskeyError("Der Vorgang hat zu lange gedauert. Versuchen Sie es noch einmal.")
    return kept["state"]


def _parse(text: str) -> dict[str, Any]:
    if len(text) > RESPONSE_LIMIT:
        raise PasskeyError("Die Antwort des Browsers ist zu lang.")
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise PasskeyError("Die Antwort des Browsers ist unlesbar.") from error
    if not isinstance(answer, dict):
        raise PasskeyError("Die Antwort des Browsers ist unlesbar.")
    return answer


def begin_registration(request: HttpRequest, account: Account) -> dict[str, Any]:
    """Return the options for `navigator.credentials.create`.

    Raises:
        PasskeyError: the host cannot have passkeys.
    """
    options, state = _server(request).register_begin(
        user=PublicKeyCredentialUserEntity(
            id=account.id.bytes, name=account.email, display_name=account.label
        ),
        credentials=[AttestedCredentialData(bytes(passkey.credential)) for passkey in account.passkeys.all()],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _keep(request, "register", state)
    return dict(options)


def complete_registration(request: HttpRequest, account: Account, answer: str, name: str) -> Passkey:
    """Return the new passkey, not yet saved.

    Raises:
        PasskeyError: the answer does not fit the ceremony.
    """
    state = _take(request, "register")
    try:
        data = _server(request).register_complete(state, _parse(answer))
    except PasskeyError:
        raise
    except _BROKEN as error:
        raise PasskeyError("Der Passkey konnte nicht angelegt werden.") from error
    if data.credential_data is None or not data.is_user_verified():
        raise PasskeyError("Der Passkey braucht PIN, Finger oder Gesicht.")
    return Passkey(
        account=account,
        name=name.strip()[:80] or "Passkey",
        credential_id=websafe_encode(data.credential_data.credential_id),
        credential=bytes(data.credential_data),
        host=host_of(request),
        sign_count=data.counter,
        created_at=clock.now(),
    )


def begin_authentication(request: HttpRequest) -> dict[str, Any]:
    """Return the options for `navigator.credentials.get`; no account is named, so none can be found out.

    Raises:
        PasskeyError: the host cannot have passkeys.
    """
    options, state = _server(request).authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED
    )
    _keep(request, "authenticate", state)
    return dict(options)


def complete_authentication(request: HttpRequest, answer: str) -> tuple[Passkey, int]:
    """Return the passkey that signed, with its account, and its new counter.

    Raises:
        PasskeyError: unknown, wrongly signed, without user verification, or a counter that went back (a copy).
    """
    state = _take(request, "authenticate")
    unknown = PasskeyError("Dieser Passkey ist hier nicht bekannt.")
    try:
        response = AuthenticationResponse.from_dict(_parse(answer))
    except PasskeyError:
        raise
    except _BROKEN as error:
        raise unknown from error
    passkey = (
        Passkey.objects.select_related("account__person")
        .filter(credential_id=websafe_encode(response.raw_id))
        .first()
    )
    if passkey is None:
        raise unknown
    try:
        _server(request).authenticate_complete(
            state, [AttestedCredentialData(bytes(passkey.credential))], response
        )
    except _BROKEN as error:
        raise unknown from error
    handle = response.response.user_handle
    if handle is not None and handle != passkey.account.id.bytes:
        raise unknown
    counter = response.response.authenticator_data.counter
    if passkey.sign_count and counter <= passkey.sign_count:
        raise PasskeyError("Von diesem Passkey gibt es eine Kopie. Er wird nicht angenommen.")
    return passkey, counter
