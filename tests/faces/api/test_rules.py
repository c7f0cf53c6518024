"""Reading JSON: worked vectors (RFC 8259, RFC 7493) and a property."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leineweber.faces.api import rules


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, true, null, "\xc3\xbc"]}', {"a": [1, True, None, "ü"]}),
        (b'"\\ud83e\\uddf5"', "\U0001f9f5"),  # a pair of surrogates is one character
        (b" 1.5 ", 1.5),
        (b"[" * 12 + b"]" * 12, json.loads("[" * 12 + "]" * 12)),
    ],
)
def test_json_is_read(body, value):
    assert rules.parse(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{} {}",
        b"\xff",
        '{"a": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",  # a byte order mark (RFC 8259, section 8.1)
        b'{"a": 1, "a": 2}',
        b"NaN",
        b"[-Infinity]",
        b"9" * 5000,
        b"'a'",
    ],
)
def test_what_is_not_json_is_refused(body):
    with pytest.raises(rules.Unreadable) as caught:
        rules.parse(body)
    assert not isinstance(caught.value, rules.Unkept)


@pytest.mark.parametrize(
    "body",
    [
        b'"\\u0000"',
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b'{"a": [{"b": "x\\u0000"}]}',
        b"[" * 13 + b"]" * 13,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    ],
)
def test_what_cannot_be_kept_is_refused(body):
    with pytest.raises(rules.Unkept):
        rules.parse(body)


_plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\0")), inner, max_size=4
    ),
    max_leaves=8,
)  # fmt: skip


@given(_plain)
def test_what_is_written_is_read(value):
    assert rules.parse(json.dumps(value).encode()) == value
    assert rules.parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=200))
def test_no_bytes_fail_otherwise(body):
    try:
        rules.parse(body)
    except rules.Unreadable as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("application/json", "application/json"),
        ("Application/JSON ; charset=utf-8", "application/json"),
        ("", ""),
        ("text/plain;application/json", "text/plain"),
    ],
)
def test_media_type(header, kind):
    assert rules.media_type(header) == kind


def test_allowed_methods():
    assert rules.allowed_methods({"POST": "public"}) == "OPTIONS, POST"
    assert rules.allowed_methods({"GET": "public", "POST": "public"}) == "GET, HEAD, OPTIONS, POST"


def test_places():
    assert rules.place(("body", "body", "answers")) == "body.answers"
    assert rules.place(("query", "page")) == "query.page"
    assert rules.place(("body",)) == "body"
