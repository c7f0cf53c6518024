"""Payment requests against the facts of XBezahldienste 1.0."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from leineweber.capabilities import payments
from leineweber.capabilities.payments import rules

ITEM = payments.Item(
    id="1",
    reference="PA-2026-1",
    description="Vorläufiger Personalausweis",
    quantity=1,
    tax_rate=Decimal(0),
    single_net_amount=Decimal("10.00"),
    single_tax_amount=Decimal("0.00"),
    total_net_amount=Decimal("10.00"),
    total_tax_amount=Decimal("0.00"),
    booking_data={"Haushaltsstelle": "1.11.02"},
)
REQUEST = payments.PaymentRequest(
    request_id="0193-abc",
    request_timestamp=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    gross_amount=Decimal("10.00"),
    purpose="PA-2026-1 Ausweis",
    description="Gebühr",
    redirect_url="https://portal.example/zurueck",
    items=(ITEM,),
)


def test_a_request_within_the_standard_passes() -> None:
    payments.check_request("leineweber", "05711000", REQUEST)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("requestId", {"request_id": "x" * 37}),
        ("requestId", {"request_id": "mit leer"}),
        ("currency", {"currency": "CHF"}),
        ("items", {"items": ()}),
        ("items", {"items": (ITEM,) * 100}),
        ("grosAmount", {"gross_amount": Decimal(0)}),
        ("grosAmount", {"gross_amount": Decimal(1000000)}),
        ("not the sum", {"gross_amount": Decimal("10.01")}),
        ("purpose", {"purpose": "Gebühr: Ausweis"}),
        ("purpose", {"purpose": "x" * 28}),
        ("description", {"description": "x" * 251}),
        ("redirectUrl", {"redirect_url": ""}),
        ("requestTimestamp", {"request_timestamp": datetime(2026, 11, 24, 9, 0)}),
        ("item 1", {"items": (replace(ITEM, reference="x" * 37),)}),
        ("bookingData", {"items": (replace(ITEM, booking_data={"a": "x" * 251}),)}),
    ],
)
def test_a_request_outside_the_standard_is_refused(part: str, change: dict[str, Any]) -> None:
    with pytest.raises(payments.InvalidPayment, match=part):
        payments.check_request("leineweber", "05711000", replace(REQUEST, **change))


@pytest.mark.parametrize(("originator", "end_point"), [("", "05711000"), ("leineweber", "0571 1000")])
def test_identifiers_of_service_and_authority_are_checked(originator: str, end_point: str) -> None:
    with pytest.raises(payments.InvalidPayment):
        payments.check_request(originator, end_point, REQUEST)


def test_the_gross_amount_is_rounded_half_up_to_cents() -> None:
    item = replace(ITEM, total_net_amount=Decimal("10.00"), total_tax_amount=Decimal("0.005"))
    assert rules.gross_amount([item]) == Decimal("10.01")
    assert rules.gross_amount([]) == Decimal("0.00")


def test_only_an_initial_payment_can_still_change() -> None:
    assert [status for status in payments.PaymentStatus if not payments.is_final(status)] == ["INITIAL"]


def test_a_refusal_names_its_code() -> None:
    assert str(payments.PaymentRefused(payments.FunctionalCode.PAYMENT_EXISTS)) == "PAYMENT_EXISTS"
    assert "doppelt" in str(payments.PaymentRefused(payments.FunctionalCode.PAYMENT_EXISTS, "doppelt"))
