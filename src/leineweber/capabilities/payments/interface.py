"""The types of XBezahldienste 1.0 and the protocol of a provider's client.

Names are the house's; the comment "wire" gives the name in the JSON of the standard where it differs. Amounts
are Decimal in euros with two places, moments are aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class PaymentStatus(StrEnum):
    """Where a payment stands. Only INITIAL can still change."""

    INITIAL = "INITIAL"
    PAYED = "PAYED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class PaymentMethod(StrEnum):
    """How the person paid, as the provider reports it."""

    GIROPAY = "GIROPAY"
    PAYDIRECT = "PAYDIRECT"
    CREDITCARD = "CREDITCARD"
    PAYPAL = "PAYPAL"
    OTHER = "OTHER"


class FunctionalCode(StrEnum):
    """Why a provider refuses a request (wire: functionalCode in application/problem+json)."""

    NO_VALID_ORIGINATOR_OR_DESTINATION = "NO_VALID_ORIGINATOR_OR_DESTINATION"
    NO_VALID_ORIGINATOR_OR_ENDPOINT = "NO_VALID_ORIGINATOR_OR_ENDPOINT"
    PAYMENT_EXISTS = "PAYMENT_EXISTS"
    CALCULATION_ERROR = "CALCULATION_ERROR"
    BOOKING_DATA_MISSING = "BOOKING_DATA_MISSING"
    VALIDATION_ERROR = "VALIDATION_ERROR"
    UNSPECIFIED = "UNSPECIFIED"
    FORBIDDEN = "FORBIDDEN"


@dataclass(frozen=True)
class Address:
    """Where the paying person lives; `country` is ISO 3166-1 alpha-2."""

    street: str = ""
    house_number: str = ""
    address_lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = "DE"


@dataclass(frozen=True)
class Requestor:
    """Who pays; an organisation has `organisation_name`, a person has name and first name."""

    name: str = ""
    first_name: str = ""
    is_organisation: bool = False
    organisation_name: str = ""
    gender: str | None = None
    address: Address | None = None


@dataclass(frozen=True)
class Item:
    """One position of a payment.

    `tax_rate` is in per cent; `single_*` are for one piece, `total_*` for `quantity` pieces; `booking_data`
    holds what the treasury needs to book it (wire: bookingData), at most 250 characters a value.
    """

    id: str
    reference: str
    description: str
    quantity: int
    tax_rate: Decimal
    single_net_amount: Decimal
    single_tax_amount: Decimal
    total_net_amount: Decimal
    total_tax_amount: Decimal
    booking_data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PaymentRequest:
    """What is to be paid. `gross_amount` is the sum of the items (wire: grosAmount, with one s).

    `request_id` is ours and makes a repeated request recognisable; `purpose` is what the bank statement
    shows.
    """

    request_id: str
    request_timestamp: datetime
    gross_amount: Decimal
    purpose: str
    description: str
    redirect_url: str
    items: tuple[Item, ...]
    requestor: Requestor | None = None
    currency: str = "EUR"


@dataclass(frozen=True)
class PaymentInformation:
    """What the provider knows of a payment.

    `transaction_redirect_url` is where the person pays and exists only while the status is INITIAL;
    `transaction_reference` is the Kassenzeichen and may come later than the payment.
    """

    transaction_id: str
    transaction_url: str
    status: PaymentStatus
    transaction_timestamp: datetime
    transaction_redirect_url: str | None = None
    transaction_reference: str | None = None
    payment_method: PaymentMethod | None = None
    payment_method_detail: str | None = None
    status_detail: str | None = None


@dataclass(frozen=True)
class PaymentTransaction:
    """The provider's answer: what it knows, and the request it took."""

    information: PaymentInformation
    request: PaymentRequest


class PaymentRefused(Exception):
    """The provider answered and refused. `code` says why, `detail` in the provider's words."""

    def __init__(self, code: FunctionalCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail


class ProviderUnreachable(Exception):
    """No answer, or a fault of the provider; the same request may be sent again."""


@dataclass(frozen=True)
class ClientCertificate:
    """Signing in by mutual TLS (ePayBL): path of the PKCS#12 file, name of the secret that opens it."""

    path: str
    secret_name: str


@dataclass(frozen=True)
class OAuthClientCredentials:
    """Signing in by OAuth 2 client credentials (pmPayment): token address, client, name of its secret."""

    token_url: str
    client_id: str
    secret_name: str


Authentication = ClientCertificate | OAuthClientCredentials


class PaymentProvider(Protocol):
    """A payment provider as the house sees it. A call may take seconds: make it in a job."""

    def start(self, originator_id: str, end_point_id: str, request: PaymentRequest) -> PaymentTransaction:
        """Open a payment (POST /paymenttransaction/{originatorId}/{endPointId}).

        `originator_id` is the online service, `end_point_id` the authority, e.g. its AGS. Sending a
        `request_id` again raises PaymentRefused with PAYMENT_EXISTS. Raises PaymentRefused,
        ProviderUnreachable.
        """

    def status(self, originator_id: str, end_point_id: str, transaction_id: str) -> PaymentTransaction:
        """Ask how a payment stands (GET …/{transactionId}).

        Only this answer counts: the person coming back from the provider's page says nothing about success.
        Raises PaymentRefused, ProviderUnreachable.
        """

    def is_available(self, originator_id: str, end_point_id: str) -> bool:
        """Return whether the provider takes payments now (GET /status/…: 200 yes; 403 and 503 no)."""
