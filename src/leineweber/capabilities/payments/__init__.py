"""Payments by XBezahldienste 1.0 (FITKO): what the house says to a payment provider and what it hears back.

This room is an interface: types and rules that hold for every provider, and the protocol a provider's client
fulfils. ePayBL (client certificate) and pmPayment (OAuth 2) speak the same API, so one client with two ways
of signing in will serve both. Nothing is kept here; a procedure without a fee never comes in.
"""

from leineweber.capabilities.payments.interface import (
    Address,
    Authentication,
    ClientCertificate,
    FunctionalCode,
    Item,
    OAuthClientCredentials,
    PaymentInformation,
    PaymentMethod,
    PaymentProvider,
    PaymentRefused,
    PaymentRequest,
    PaymentStatus,
    PaymentTransaction,
    ProviderUnreachable,
    Requestor,
)
from leineweber.capabilities.payments.rules import InvalidPayment, check_request, gross_amount, is_final

__all__ = [
    "Address",
    "Authentication",
    "ClientCertificate",
    "FunctionalCode",
    "InvalidPayment",
    "Item",
    "OAuthClientCredentials",
    "PaymentInformation",
    "PaymentMethod",
    "PaymentProvider",
    "PaymentRefused",
    "PaymentRequest",
    "PaymentStatus",
    "PaymentTransaction",
    "ProviderUnreachable",
    "Requestor",
    "check_request",
    "gross_amount",
    "is_final",
]
