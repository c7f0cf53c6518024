"""One-time passwords by the vectors of their standards; lifetimes; codes; what is blurred."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.people.identity import rules

KEY = b"12345678901234567890"


@pytest.mark.parametrize(
    ("counter", "code"),
    list(
        enumerate(
            [
                "755224",
                "287082",
                "359152",
                "969429",
                "338314",
                "254676",
                "287922",
                "162583",
                "399871",
                "520489",
            ]
        )
    ),
)
def test_hotp_as_in_rfc_4226_appendix_d(counter: int, code: str) -> None:
    assert rules.hotp(KEY, counter) == code


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (2000000000, "69279037")],
)
def test_totp_as_in_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert rules.hotp(KEY, rules.totp_step(moment), 8) == code


@given(st.integers(0, 2**31), st.integers(-4, 4))
def test_a_code_counts_one_step_early_or_late(seconds: int, steps: int) -> None:
    moment = datetime.fromtimestamp(seconds + 1000, UTC)
    step = rules.totp_step(moment) + steps
    typed = rules.hotp(KEY, step)
    found = rules.matching_step(KEY, f"{typed[:3]} {typed[3:]}", moment)
    if abs(steps) <= 1:
        assert found is not None and rules.hotp(KEY, found) == typed
    elif found is not None:  # two steps may share a code by chance
        assert found != step and rules.hotp(KEY, found) == typed


def test_a_wrong_code_matches_nothing() -> None:
    moment = datetime.fromtimestamp(59, UTC)
    for code in ("", "000000", "2870820", "ääääää"):
        assert rules.matching_step(KEY, code, moment) is None


@given(st.binary(min_size=1, max_size=40))
def test_secrets_survive_being_written_down(key: bytes) -> None:
    text = rules.totp_secret(key)
    assert rules.totp_key(" ".join(text)) == key
    assert rules.totp_key(text.lower()) == key


def test_what_is_no_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="Base32"):
        rules.totp_key("01890189")


@given(st.binary(min_size=8, max_size=8))
def test_recovery_codes_can_be_typed_as_they_are_read(random: bytes) -> None:
    code = rules.recovery_code(random)
    assert rules.normalise_recovery_code(code) == code
    assert rules.normalise_recovery_code(code.lower().replace("-", " ")) == code
    assert rules.normalise_recovery_code(code.replace("0", "O").replace("1", "l")) == code


def test_what_is_no_recovery_code() -> None:
    for text in ("", "123456", "7K3F-92QD-0XY", "7K3F-92QD-0XYZ-1", "7K3F-92QD-0XYU"):
        assert rules.normalise_recovery_code(text) is None
    with pytest.raises(ValueError, match="8 zufällige"):
        rules.recovery_code(b"short")


@given(st.from_regex(r"[0-9a-f]{64}", fullmatch=True))
def test_a_link_code_is_eight_digits(seal: str) -> None:
    code = rules.link_code(seal)
    assert len(code) == 8 and code.isdigit()


def test_levels_of_trust() -> None:
    assert rules.trusts("substantial", "normal") and rules.trusts("basic", "basic")
    assert not rules.trusts("basic", "substantial") and not rules.trusts(None, "basic")
    with pytest.raises(KeyError):
        rules.trusts("basic", "absolute")


def test_a_session_ends_by_age_and_by_idleness() -> None:
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    minute = timedelta(minutes=1)
    assert rules.session_alive("staff", start, start, start + timedelta(minutes=119))
    assert not rules.session_alive("staff", start, start, start + timedelta(hours=2))
    assert not rules.session_alive("citizen", start, start, start + timedelta(hours=1))
    late = start + rules.SESSION_LIFETIME
    assert rules.session_alive("staff", start, late - minute, late - minute)
    assert not rules.session_alive("staff", start, late - minute, late)


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("", ""), ("unix:", "")],
)
def test_addresses_are_blurred(address: str, network: str) -> None:
    assert rules.blurred_address(address) == network


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("", False),
        ("localhost", False),
    ],
)
def test_loopback(address: str, own: bool) -> None:
    assert rules.is_loopback(address) is own


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
            "Firefox unter Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/130 Safari/537 Edg/130.0", "Edge unter Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit Chrome/130 Safari/537", "Chrome unter Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604",
            "Safari unter iPhone",
        ),
        ("curl/8", "Unbekannter Browser"),
    ],
)
def test_devices_have_a_name_people_know(agent: str, label: str) -> None:
    assert rules.device_label(agent) == label


def test_addresses_are_compared_without_case() -> None:
    assert rules.normalise_email("  Martha@Buerger.Example ") == "martha@buerger.example"
