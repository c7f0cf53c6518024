"""Pure rules of log-in: limits, lifetimes, one-time passwords, trust levels."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

TOTP_STEP_SECONDS = 30
TOTP_DIGITS = 6
TOTP_TOLERANCE = 1
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1"})
RECOVERY_CODE_LENGTH = 12


class TrustLevel(IntEnum):
    """How well an account is tied to a person (OZG § 3 (4), eIDAS Art. 8 for the upper three)."""

    BASIC = 0
    NORMAL = 1
    SUBSTANTIAL = 2
    HIGH = 3

    @classmethod
    def of(cls, name: str) -> TrustLevel:
        """Return the level of its stored name (`basic`, `normal`, `substantial`, `high`).

        Raises:
            KeyError: there is no such level.
        """
        return cls[name.upper()]


def trusts(held: str | None, needed: str) -> bool:
    """Tell whether a level that is held reaches the one that is needed; no level reaches none."""
    return held is not None and TrustLevel.of(held) >= TrustLevel.of(needed)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` attempts within `window`."""

    count: int
    window: timedelta


LIMITS = {
    "password.account_address": Limit(5, timedelta(minutes=15)),
    "password.account": Limit(30, timedelta(hours=1)),
    "password.address": Limit(60, timedelta(minutes=15)),
    "factor.account": Limit(6, timedelta(minutes=15)),
    "link.email": Limit(5, timedelta(hours=1)),
    "link.address": Limit(30, timedelta(hours=1)),
    "code.ticket": Limit(5, timedelta(hours=1)),
    "code.address": Limit(30, timedelta(minutes=15)),
    "passkey.address": Limit(60, timedelta(minutes=15)),
    "invitation.address": Limit(30, timedelta(minutes=15)),
    "draft_link.email": Limit(5, timedelta(hours=1)),
    "draft_link.address": Limit(30, timedelta(hours=1)),
    "status_link.address": Limit(10, timedelta(hours=1)),
    "api.submission.address": Limit(600, timedelta(hours=1)),
}

LINK_LIFETIME = timedelta(minutes=15)
INVITATION_LIFETIME = timedelta(days=7)
PENDING_LIFETIME = timedelta(minutes=10)
FRESH_FOR = timedelta(minutes=15)
SEEN_GRAIN = timedelta(minutes=1)
SESSION_LIFETIME = timedelta(hours=10)
IDLE_LIFETIME = {"staff": timedelta(hours=2), "citizen": timedelta(hours=1)}
NAMELESS_LIFETIME = timedelta(hours=1)
RECORDS_KEPT = timedelta(days=90)


def session_alive(kind: str, created: datetime, seen: datetime, now: datetime) -> bool:
    """Tell whether a session of an account of this kind still counts: not too old, not idle for too long."""
    return now < created + SESSION_LIFETIME and now < seen + IDLE_LIFETIME[kind]


def hotp(key: bytes, counter: int, digits: int = TOTP_DIGITS) -> str:
    """Return the one-time password of a counter (RFC 4226)."""
    return HOTP(key, digits, SHA1(), enforce_key_length=False).generate(counter).decode()  # noqa: S303


def totp_step(moment: datetime) -> int:
    """Return the time step of a moment (RFC 6238, 30 seconds)."""
    return int(moment.timestamp()) // TOTP_STEP_SECONDS


def matching_step(key: bytes, code: str, moment: datetime) -> int | None:
    """Return the time step whose one-time password was typed, one step early or late allowed, else None."""
    typed = "".join(code.split())
    now = totp_step(moment)
    found = None
    for step in range(now - TOTP_TOLERANCE, now + TOTP_TOLERANCE + 1):
        if _equal(hotp(key, step), typed):
            found = step
    return found


def _equal(left: str, right: str) -> bool:
    import hmac

    return hmac.compare_digest(left.encode(), right.encode())


def totp_key(secret: str) -> bytes:
    """Return the key of a secret written in base 32, as authenticator programs show it.

    Raises:
        ValueError: it is not base 32.
    """
    bare = "".join(secret.split()).upper()
    try:
        return base64.b32decode(bare + "=" * (-len(bare) % 8))
    except binascii.Error as error:
        raise ValueError("Kein Schlüssel in Base32.") from error


def totp_secret(key: bytes) -> str:
    """Return a key in base 32 without padding."""
    return base64.b32encode(key).decode().rstrip("=")


def recovery_code(random: bytes) -> str:
    """Return a recovery code of 60 bits such as `7K3F-92QD-0XYZ` from at least 8 random bytes.

    Raises:
        ValueError: fewer than 8 bytes.
    """
    if len(random) < 8:
        raise ValueError("Ein Wiederherstellungscode braucht 8 zufällige Bytes.")
    number = int.from_bytes(random[:8], "big")
    text = "".join(_CODE_ALPHABET[number >> 5 * i & 31] for i in range(RECOVERY_CODE_LENGTH))
    return "-".join(text[i : i + 4] for i in range(0, RECOVERY_CODE_LENGTH, 4))


def normalise_recovery_code(text: str) -> str | None:
    """Return a typed recovery code in its one form, or None if it cannot be one."""
    bare = "".join(c for c in text.upper() if c.isalnum()).translate(_CONFUSED)
    if len(bare) != RECOVERY_CODE_LENGTH or any(c not in _CODE_ALPHABET for c in bare):
        return None
    return "-".join(bare[i : i + 4] for i in range(0, RECOVERY_CODE_LENGTH, 4))


def link_code(seal: str) -> str:
    """Return the eight digits that stand for a one-time link, from a hexadecimal seal of at least 64 bits."""
    return f"{int(seal[:16], 16) % 10**8:08d}"


def normalise_email(text: str) -> str:
    """Return an address as it is kept: without blanks around it, in lower case."""
    return text.strip().lower()


def blurred_address(address: str) -> str:
    """Return the network of an IP address (IPv4 /24, IPv6 /48), enough to recognise, too little to trace."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def is_loopback(address: str) -> bool:
    """Tell whether an IP address is that of the machine itself."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_label(user_agent: str) -> str:
    """Return what a person recognises her device by, such as „Firefox unter Windows“."""
    browser = next((label for mark, label in _BROWSERS if mark in user_agent), "Unbekannter Browser")
    system = next((label for mark, label in _SYSTEMS if mark in user_agent), "")
    return f"{browser} unter {system}" if system else browser
