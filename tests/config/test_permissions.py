"""Who may do what: every address of the program × every role of the demo × GET and POST.

The table in `permissions/table.csv` is what is expected. It is written anew by
`LEINEWEBER_WRITE_PERMISSIONS=1 pytest tests/config/test_permissions.py`; then read what has changed. The tests after
the first do not look at the table: they hold whatever is written there.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import get_resolver, include, path

from config.permissions import matrix as asking
from config.permissions.matrix import Cell, Matrix
from leineweber.config.middleware import CONTENT_SECURITY_POLICY
from leineweber.kernel.access import policy_names

TABLE = Path(__file__).parent / "permissions" / "table.csv"
# `/konto/sicherheit/` is for everybody with an account, whatever the face.
FOR_STAFF = ("/arbeit/", "/steuerung/")
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def matrix(db: None) -> Matrix:
    return asking.ask_everything()


def _named(cells: list[Cell]) -> str:
    return "\n".join(
        f"{one.method} {one.path} ({one.example}) as {one.persona}: {one.status}" for one in cells[:40]
    )


def test_everybody_gets_what_the_table_says(matrix: Matrix) -> None:
    found = asking.table(matrix)
    if os.environ.get("LEINEWEBER_WRITE_PERMISSIONS"):
        TABLE.write_text(found, encoding="utf-8")
    expected = TABLE.read_text(encoding="utf-8")
    if found != expected:  # not by assert, which would compare the two texts letter by letter
        changes = difflib.unified_diff(expected.splitlines(), found.splitlines(), "table.csv", "found", n=0)
        command = f"LEINEWEBER_WRITE_PERMISSIONS=1 pytest tests/config/{Path(__file__).name}"
        pytest.fail("\n".join([*changes, f"Neu schreiben: {command}"]), pytrace=False)


def test_every_address_names_a_policy_that_exists() -> None:
    named = {policy for address in asking.addresses() for policy in address.policies.values()}
    assert named <= policy_names()


def test_an_address_without_policy_is_found() -> None:
    inner = [path("offen/", lambda request: HttpResponse())]
    with pytest.raises(AssertionError, match="arbeit/offen/"):
        asking.addresses([path("arbeit/", include(inner))])


def test_only_what_no_cookie_counts_for_goes_without_a_token() -> None:
    """The interface knows nobody (decision 0095), light or dark is nobody's secret (decision 0024)."""
    exempt = {
        route
        for route, view in asking._walk(get_resolver().url_patterns)
        if getattr(view, "csrf_exempt", False) and not route.lstrip("^").startswith("api")
    }
    assert exempt == {"darstellung/"}
    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE


def test_nothing_fails(matrix: Matrix) -> None:
    wrong = [one for one in matrix.cells if one.status >= 500]
    assert not _named(wrong)


def test_whom_the_policy_refuses_gets_nothing(matrix: Matrix) -> None:
    """Nobody known is led to the log-in (or told to log in, 401); everybody else is refused."""
    assert ("clerk", "applications.case.work") in matrix.let
    wrong = []
    for one in matrix.cells:
        policy = one.address.policy(one.method)
        if not policy or (one.persona, policy) in matrix.let:
            continue
        refused = (
            one.asks_for_log_in or one.status == 401 if one.persona == "anonymous" else one.status == 403
        )
        if not refused:
            wrong.append(one)
    assert not _named(wrong)


def test_citizens_and_strangers_never_see_what_is_for_staff(matrix: Matrix) -> None:
    cells = [
        one
        for one in matrix.cells
        if one.path.startswith(FOR_STAFF) and one.persona in {"anonymous", "citizen", "other_citizen"}
    ]
    assert cells
    wrong = [one for one in cells if one.status not in {401, 403} and not one.asks_for_log_in]
    assert not _named(wrong)


def test_what_belongs_to_somebody_else_does_not_exist(matrix: Matrix) -> None:
    owned = [one for one in matrix.cells if one.path.startswith(("/konto/vorgang/", "/konto/entwurf/"))]
    for persona, example, statuses in (
        ("citizen", "Martha's", {200, 302, 405, 422}),
        ("citizen", "unknown", {404, 405}),
        ("citizen", "a nameless one", {404, 405}),
        ("other_citizen", "Martha's", {404, 405}),
    ):
        found = {one.status for one in owned if (one.persona, one.example) == (persona, example)}
        assert found
        assert found <= statuses


def test_cases_of_the_election_office_are_for_it_and_for_those_who_look(matrix: Matrix) -> None:
    cells = [
        one for one in matrix.cells if re.match(r"/arbeit/(vorgaenge|aufgaben|druck)/[0-9a-f]{8}-", one.path)
    ]
    insiders = {"clerk", "head", "deputy", "auditor"}
    wrong = [one for one in cells if one.persona not in insiders and one.status in {200, 302}]
    wrong = [one for one in wrong if not one.asks_for_log_in]
    assert not _named(wrong)
    for insider in insiders:
        assert any(one.status == 200 for one in cells if one.persona == insider), insider
    looking = [one for one in cells if one.persona == "auditor" and one.method == "POST"]
    assert {one.status for one in looking} <= {403, 404, 405}, _named(looking)


def test_nobody_signs_and_no_other_office_works(matrix: Matrix) -> None:
    """Of the task to sign, the clerk and her deputy can do nothing; the head can."""
    path = next(one.path for one in matrix.cells if one.example == "to sign" and "erledigen" in one.path)
    statuses = {one.persona: one.status for one in matrix.cells if one.path == path and one.method == "POST"}
    assert statuses["head"] in {302, 409, 422}
    for persona, status in statuses.items():
        if persona != "head":
            assert status in {401, 403, 404}, persona


def test_every_answer_tells_browsers_to_be_careful(matrix: Matrix) -> None:
    expected = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    for one in matrix.cells:
        for name, value in expected.items():
            assert one.headers.get(name) == value, f"{name} of {_named([one])}"
        security_policy = one.headers["Content-Security-Policy"]
        if (
            one.headers.get("Content-Type") == "application/pdf"
        ):  # browsers' own viewers need styles of their own
            assert security_policy.startswith("default-src 'none'")
            assert "frame-ancestors 'none'" in security_policy
            assert "script-src" not in security_policy or "script-src 'self';" in security_policy
        else:
            assert security_policy == CONTENT_SECURITY_POLICY, _named([one])
        assert "no-store" in one.headers["Cache-Control"], _named([one])
        assert not [name for name in one.headers if name.lower().startswith("access-control")]


def test_cookies_are_kept_from_scripts_and_other_sites(matrix: Matrix) -> None:
    seen = set()
    for one in matrix.cells:
        for name, morsel in one.cookies.items():
            if morsel["max-age"] == 0:
                continue  # it is being deleted
            seen.add(name)
            assert morsel["httponly"], f"{name} of {_named([one])}"
            assert morsel["samesite"] == "Lax", f"{name} of {_named([one])}"
            assert morsel["path"] == "/"
            assert not morsel["domain"]
    assert {"lw_session", "lw_csrf"} <= seen


def test_whoever_only_reads_the_portal_gets_no_session(matrix: Matrix) -> None:
    """Log-ins begin one, and so does taking up an invitation: what is typed there must be remembered."""
    begun = {
        one.address.route
        for one in matrix.cells
        if one.persona == "anonymous"
        and "lw_session" in one.cookies
        and one.cookies["lw_session"]["max-age"] != 0
    }
    assert begun <= {
        "anmelden/einladung/<str:token>/",
        "anmelden/passkey/optionen/",
        "konto/anmelden/link/<str:token>/",
    }


_LOADING = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|embed|object|form|use|image)\b[^>]*?"""
    r"""\s(?:src|href|action|data|srcset|poster|formaction|xlink:href)\s*=\s*["']?([^"'\s>]+)""",
    re.I,
)


def test_pages_load_nothing_from_elsewhere_and_carry_no_inline_code(matrix: Matrix) -> None:
    pages = {
        one.text: one for one in matrix.cells if one.headers.get("Content-Type", "").startswith("text/html")
    }
    assert len(pages) > 50
    for text, one in pages.items():
        for address in _LOADING.findall(text):
            local = address.startswith(("/", "#", "?", "data:image/")) and not address.startswith("//")
            assert local or not re.match(r"[a-z]+:|//", address), f"{address} in {_named([one])}"
        assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text), _named([one])
        assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>\s*\S", text), _named([one])
        assert "@import" not in text
