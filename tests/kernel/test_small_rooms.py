"""Ids, money, references, signatures, safe XML, access and links."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from leineweber.kernel import clock, crypto, ids, links, xml
from leineweber.kernel.access import Actor, Denied, Grant, allowed, check, policy
from leineweber.kernel.money import CurrencyMismatch, Money, format_de, number_de
from leineweber.kernel.refs import Ref


def test_ids_are_version_7_and_increase():
    drawn = [ids.new_id() for _ in range(10_000)]
    assert drawn == sorted(drawn) and len(set(drawn)) == 10_000
    assert all(one.version == 7 for one in drawn)


def test_a_reference_survives_being_read_out():
    reference = ids.new_reference("WH")
    spoken = reference.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert ids.normalise_reference(spoken) == reference


@given(st.integers(0, 8), st.sampled_from(ids._ALPHABET))
def test_one_wrong_character_is_noticed(position, other):
    reference = ids.new_reference("WH")
    bare = list(reference.replace("-", ""))
    if bare[2 + position] == other:
        return
    bare[2 + position] = other
    assert ids.normalise_reference("".join(bare)) is None


@given(st.text(max_size=40))
def test_any_text_is_a_reference_or_none(text):
    result = ids.normalise_reference(text)
    assert result is None or ids.normalise_reference(result) == result


@pytest.mark.parametrize("prefix", ["", "wh", "W1", "TOOLONGX", "ÄB"])
def test_a_prefix_is_capital_letters(prefix):
    with pytest.raises(ValueError, match="prefix"):
        ids.new_reference(prefix)


def test_days_are_those_of_berlin():
    with time_machine.travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), tick=False):
        assert clock.today().isoformat() == "2027-01-01"
    with pytest.raises(ValueError, match="time zone"):
        clock.local(datetime(2026, 1, 1))


def test_money_is_decimal_and_keeps_its_currency():
    fee = Money(Decimal("12.345"))
    assert format_de(fee) == "12,35\u00a0€" and format_de(Money(Decimal("1234567"))) == "1.234.567,00\u00a0€"
    assert fee + fee - fee == fee and (fee * 2).amount == Decimal("24.690") and Money(Decimal(1)) < fee
    assert format_de(Money(Decimal(3), "USD")) == "3,00\u00a0USD"
    assert number_de(Decimal("-1234.5"), 1) == "-1.234,5"
    with pytest.raises(CurrencyMismatch):
        fee + Money(Decimal(1), "USD")
    with pytest.raises(ValueError, match="finite"):
        Money(Decimal("NaN"))
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(Decimal(1), "euro")


def test_refs_round_trip():
    ref = Ref("case", ids.new_id())
    assert Ref.parse(str(ref)) == ref
    for text in ("case", "Case:1", "case:x", ":"):
        with pytest.raises(ValueError):
            Ref.parse(text)


def test_signed_texts_are_for_one_purpose_and_a_time():
    text = crypto.sign("a", "wert")
    assert crypto.unsign("a", text) == "wert"
    for other in (text + "x", crypto.sign("b", "wert"), ""):
        with pytest.raises(crypto.BadSignature):
            crypto.unsign("a", other)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)), pytest.raises(crypto.Expired):
        crypto.unsign("a", text, max_age=60)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>" + b"x" * 100 + b"</a>",
    ],
)
def test_unsafe_xml_is_refused(data):
    with pytest.raises(xml.XmlError) as caught:
        xml.parse(data, limit=90)
    assert caught.value.line >= 1 and caught.value.reason


def test_safe_xml_is_read():
    assert xml.parse(b"<a>\n<b/></a>")[0].sourceline == 2


def test_what_no_policy_allows_is_refused():
    staff = Actor("staff", ids.new_id(), "Jemand", (Grant("elections.clerk", "/d5/150/", ids.new_id()),))
    with pytest.raises(Denied, match=r"nobody\.registered"):
        check(staff, "nobody.registered")
    assert allowed(staff, "staff") and not allowed(staff, "operator") and not allowed(staff, "citizen")
    assert allowed(Actor.anonymous(), "public") and not allowed(Actor.anonymous(), "staff")
    assert staff.has_role("elections.clerk", "/d5/150/150.4/") and not staff.has_role(
        "elections.clerk", "/d5/600/"
    )
    assert staff.scopes("elections.clerk") == ("/d5/150/",) and staff.has_any_role({"elections.clerk", "x"})
    with pytest.raises(ValueError, match="twice"):
        policy("staff")(lambda actor, thing: True)


@pytest.mark.django_db
def test_edges_are_made_once_and_followed_both_ways():
    goal, measure = Ref("goal", ids.new_id()), Ref("measure", ids.new_id())
    links.connect(goal, "served_by", measure)
    links.connect(goal, "served_by", measure)
    assert links.targets(goal) == [("served_by", measure)] == links.targets(goal, "served_by")
    assert links.sources(measure, "served_by") == [("served_by", goal)] == links.sources(measure)
    links.disconnect(goal, "served_by", measure)
    assert links.targets(goal) == []
