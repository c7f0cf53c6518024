"""Where a request comes from."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from leineweber.people.identity import rules


def _bare(address: str) -> str:
    text = address.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    if text.count(":") == 1:
        return text.partition(":")[0]
    return text


def _trusted(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
        return any(
            ip in ipaddress.ip_network(network, strict=False)
            for network in settings.LEINEWEBER_TRUSTED_PROXIES
        )
    except ValueError:
        return False


def address_of(request: HttpRequest) -> str:
    """Return the IP address of the client.

    `X-Forwarded-For` counts only as far as it was written by proxies of LEINEWEBER_TRUSTED_PROXIES.
    """
    address = _bare(request.META.get("REMOTE_ADDR", ""))
    hops = [_bare(hop) for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and _trusted(address):
        address = hops.pop()
    return address


def from_this_machine(request: HttpRequest) -> bool:
    """Tell whether the request comes from the machine itself, without any proxy between."""
    return (
        rules.is_loopback(_bare(request.META.get("REMOTE_ADDR", "")))
        and "HTTP_X_FORWARDED_FOR" not in request.META
        and "HTTP_FORWARDED" not in request.META
    )


@dataclass(frozen=True, slots=True)
class Client:
    """What is known of the other end: its address, and what a person recognises her device by."""

    address: str
    device: str

    @property
    def network(self) -> str:
        """The address, blurred to its network."""
        return rules.blurred_address(self.address)

    @classmethod
    def of(cls, request: HttpRequest) -> Client:
        """Return the client of a request."""
        return cls(address_of(request), rules.device_label(request.headers.get("User-Agent", "")[:400]))
