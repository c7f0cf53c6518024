"""Keys, seals and signed texts. All keys are derived from the one secret of the installation."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core import signing


class BadSignature(ValueError):
    """A signed text was changed or was signed for another purpose."""


class Expired(BadSignature):
    """A signed text was right once, but its time has passed."""


@lru_cache(maxsize=64)
def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"leineweber", info=purpose.encode()).derive(
        secret.encode()
    )


def derive_key(purpose: str) -> bytes:
    """Return 32 bytes of key material for one purpose (HKDF, RFC 5869)."""
    return _derive(settings.SECRET_KEY, purpose)


def mac(purpose: str, data: bytes) -> str:
    """Return the keyed seal (HMAC-SHA-256, hexadecimal) of data for one purpose."""
    return hmac.new(derive_key(purpose), data, hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two seals without telling by time where they differ."""
    return hmac.compare_digest(left.encode(), right.encode())


def token_digest(token: str) -> str:
    """Return what is stored of a secret token: its SHA-256, hexadecimal. The token itself is never kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign(purpose: str, value: str) -> str:
    """Return a text that carries `value` and the moment of signing, safe in an address."""
    signer = signing.TimestampSigner(key=base64.b64encode(derive_key(purpose)).decode(), salt=purpose)
    return signer.sign_object(value)


def unsign(purpose: str, text: str, max_age: int | None = None) -> str:
    """Return the value of a signed text.

    Args:
        purpose: what it was signed for.
        text: what `sign` returned.
        max_age: seconds for which it is accepted, None for ever.

    Raises:
        Expired: it is older than `max_age`.
        BadSignature: it is not a text signed here for this purpose.
    """
    signer = signing.TimestampSigner(key=base64.b64encode(derive_key(purpose)).decode(), salt=purpose)
    try:
        value = signer.unsign_object(text, max_age=max_age)
    except signing.SignatureExpired as error:
        raise Expired(str(error)) from error
    except (signing.BadSignature, ValueError) as error:
        raise BadSignature(str(error)) from error
    if not isinstance(value, str):
        raise BadSignature("Signed for another shape of value.")
    return value
