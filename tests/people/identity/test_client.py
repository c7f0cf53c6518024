"""Where a request comes from, with and without proxies."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from leineweber.people.identity.client import Client, address_of, from_this_machine


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "address"),
    [
        ("192.0.2.1", None, (), "192.0.2.1"),
        ("192.0.2.1", "203.0.113.5", (), "192.0.2.1"),
        ("192.0.2.1", "203.0.113.5", ("192.0.2.0/24",), "203.0.113.5"),
        ("192.0.2.1", "10.9.9.9, 203.0.113.5", ("192.0.2.0/24",), "203.0.113.5"),
        ("192.0.2.1", "203.0.113.5, 192.0.2.2", ("192.0.2.0/24",), "203.0.113.5"),
        ("192.0.2.1:4711", None, (), "192.0.2.1"),
        ("[2001:db8::1]:80", None, (), "2001:db8::1"),
        ("2001:db8::1", None, (), "2001:db8::1"),
        ("unix", "203.0.113.5", ("192.0.2.0/24",), "unix"),
    ],
)
def test_the_address_behind_trusted_proxies_only(settings, remote, forwarded, proxies, address) -> None:
    settings.LEINEWEBER_TRUSTED_PROXIES = proxies
    extra = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=remote, **extra)
    assert address_of(request) == address


def test_this_machine_means_no_proxy_between() -> None:
    assert from_this_machine(RequestFactory().get("/", REMOTE_ADDR="::1"))
    assert not from_this_machine(RequestFactory().get("/", REMOTE_ADDR="::1", HTTP_X_FORWARDED_FOR="::1"))


def test_a_client_is_recognised_by_network_and_device() -> None:
    client = Client.of(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Firefox on Linux"))
    assert (client.network, client.device) == ("192.0.2.0/24", "Firefox unter Linux")
