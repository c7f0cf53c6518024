"""Identifiers: time-ordered keys, speakable references, secret tokens."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_ALPHABET = _ALPHABET + "*~$=U"
_VALUE = {character: number for number, character in enumerate(_ALPHABET)}
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BODY_LENGTH = 8
_PREFIX_LIMIT = 6

_lock = threading.Lock()
_last = (0, 0)


def new_id() -> UUID:
    """Return a UUID of version 7 (RFC 9562), strictly increasing within this process.

    Primary keys in order of creation keep indexes dense on both database engines.
    """
    global _last
    with _lock:
        milliseconds = time.time_ns() // 1_000_000
        last_milliseconds, counter = _last
        if milliseconds <= last_milliseconds:
            milliseconds, counter = last_milliseconds, counter + 1
            if counter >= 1 << 12:
                milliseconds, counter = last_milliseconds + 1, 0
        else:
            counter = 0
        _last = (milliseconds, counter)
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76 | counter << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def _check_character(body: str) -> str:
    """Return the check character of Crockford's base 32 (modulo 37) for a body of its alphabet.

    The five extra check symbols are replaced by a second draw in `new_reference`, so that every
    reference can be spoken and typed with letters and digits alone.
    """
    number = 0
    for character in body:
        number = number * 32 + _VALUE[character]
    return _CHECK_ALPHABET[number % 37]


def new_reference(prefix: str) -> str:
    """Return a reference such as `WH-7K3F-92QD-5` that can be read out on the phone.

    Forty random bits and a check character in Crockford's base 32: no letter that looks like a digit,
    no sequence that tells how many came before. `prefix` is one to six letters A–Z.

    Raises:
        ValueError: the prefix is empty, too long or has other characters.
    """
    if not (prefix.isascii() and prefix.isalpha() and prefix.isupper() and len(prefix) <= _PREFIX_LIMIT):
        raise ValueError("A reference prefix is one to six capital letters.")
    while True:
        body = "".join(secrets.choice(_ALPHABET) for _ in range(_BODY_LENGTH))
        check = _check_character(body)
        if check in _VALUE:
            return f"{prefix}-{body[:4]}-{body[4:]}-{check}"


def normalise_reference(text: str) -> str | None:
    """Return the canonical form of a typed reference, or None if it cannot be one.

    Accepts lower case, missing or other separators, and the letters O, I, L for 0 and 1.
    The check character finds every single wrong character and every swap of neighbours.
    """
    bare = "".join(character for character in text.upper() if character.isalnum())
    if not (_BODY_LENGTH + 2 <= len(bare) <= _BODY_LENGTH + 1 + _PREFIX_LIMIT):
        return None
    prefix, tail = bare[: -_BODY_LENGTH - 1], bare[-_BODY_LENGTH - 1 :].translate(_CONFUSED)
    body, check = tail[:-1], tail[-1]
    if not (prefix.isascii() and prefix.isalpha()) or any(character not in _VALUE for character in tail):
        return None
    if _check_character(body) != check:
        return None
    return f"{prefix}-{body[:4]}-{body[4:]}-{check}"


def new_token() -> str:
    """Return a secret of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)
