"""Checks that schemathesis runs beside its own (SCHEMATHESIS_HOOKS)."""

from __future__ import annotations

import json

import schemathesis


@schemathesis.check
def refused_for_the_answers_only(ctx, response, case) -> None:
    """A request of the described form may be refused for what is answered, never for its form."""
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    kind = json.loads(response.content)["type"]
    allowed = {"urn:leineweber:problem:invalid-answers", "urn:leineweber:problem:idempotency-key-reused"}
    assert kind in allowed, f"{kind} for a request as described"


@schemathesis.check
def refusals_are_problems(ctx, response, case) -> None:
    """Every refusal is application/problem+json and says its own status; nothing sets a cookie or opens to others."""
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"], response.headers
        assert json.loads(response.content)["status"] == response.status_code
    assert "set-cookie" not in response.headers
    assert not any(name.lower().startswith("access-control-") for name in response.headers)
