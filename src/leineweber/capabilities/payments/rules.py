"""What XBezahldienste 1.0 demands of a payment request, checked before anything leaves the house."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from leineweber.capabilities.payments.interface import Item, PaymentRequest, PaymentStatus

CENT = Decimal("0.01")
LARGEST_AMOUNT = Decimal(999999)
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,36}")
PURPOSE = re.compile(r"[\w\s-]{1,27}")
LONGEST_TEXT = 250
LONGEST_REFERENCE = 36
LONGEST_ADDRESS = 2082
MOST_ITEMS = 99


class InvalidPayment(ValueError):
    """A payment request breaks the standard; the message says which part and how."""


def gross_amount(items: Iterable[Item]) -> Decimal:
    """Return the sum of net and tax of all items in euros, rounded half up to cents."""
    total = sum((item.total_net_amount + item.total_tax_amount for item in items), Decimal(0))
    return total.quantize(CENT, rounding=ROUND_HALF_UP)


def is_final(status: PaymentStatus) -> bool:
    """Return whether a payment can no longer change its status."""
    return status is not PaymentStatus.INITIAL


def check_request(originator_id: str, end_point_id: str, request: PaymentRequest) -> None:
    """Raise InvalidPayment when a request would be refused for its form.

    Lengths and patterns are those of XBezahldienste 1.0; the amount must be the sum of the items
    (CALCULATION_ERROR).
    """
    for name, value in (
        ("originatorId", originator_id),
        ("endPointId", end_point_id),
        ("requestId", request.request_id),
    ):
        if not IDENTIFIER.fullmatch(value):
            raise InvalidPayment(f"{name}: 1 to 36 letters, digits, '_' or '-'")
    if request.currency != "EUR":
        raise InvalidPayment("currency: only EUR")
    if not 1 <= len(request.items) <= MOST_ITEMS:
        raise InvalidPayment("items: 1 to 99")
    if not 0 < request.gross_amount <= LARGEST_AMOUNT:
        raise InvalidPayment("grosAmount: more than 0, at most 999999")
    if request.gross_amount != gross_amount(request.items):
        raise InvalidPayment("grosAmount: not the sum of the items")
    if not PURPOSE.fullmatch(request.purpose):
        raise InvalidPayment("purpose: 1 to 27 letters, digits, spaces, '_' or '-'")
    if len(request.description) > LONGEST_TEXT:
        raise InvalidPayment("description: at most 250 characters")
    if not 1 <= len(request.redirect_url) <= LONGEST_ADDRESS:
        raise InvalidPayment("redirectUrl: 1 to 2082 characters")
    if request.request_timestamp.tzinfo is None:
        raise InvalidPayment("requestTimestamp: needs a time zone")
    for item in request.items:
        _check_item(item)


def _check_item(item: Item) -> None:
    """Raise InvalidPayment when an item breaks the standard."""
    if len(item.reference) > LONGEST_REFERENCE or len(item.description) > LONGEST_TEXT or item.quantity < 1:
        raise InvalidPayment(
            f"item {item.id}: reference at most 36, description at most 250, quantity at least 1"
        )
    if any(len(value) > LONGEST_TEXT for value in item.booking_data.values()):
        raise InvalidPayment(f"item {item.id}: bookingData at most 250 characters a value")
