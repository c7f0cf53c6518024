"""Mein Konto: applications, drafts and post of the account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leineweber.capabilities.forms import queries as drafts
from leineweber.capabilities.messages import queries as messages
from leineweber.domains.applications import queries
from leineweber.domains.applications.procedures import registry
from leineweber.faces.portal.views.catalogue import language_of
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.refs import Ref
from leineweber.people.identity.queries import account_of


def _title(key: str, version: str, language: str) -> str:
    """Return what an application or a draft is about; "" if its procedure is no longer known."""
    procedure = registry.version(key, version)
    return registry.package_of(procedure).schema.in_language(language).title if procedure else ""


@requires("citizen")
def overview(request: HttpRequest) -> HttpResponse:
    """Everything of the account on one page: what needs an answer first."""
    actor = actor_of(request)
    assert actor.id is not None
    account = account_of(actor.id)
    language = language_of(request)
    cases = list(queries.applications_of_account(actor.id)[:100])
    return render(
        request,
        "portal/account.html",
        {
            "email": account.email if account else "",
            "cases": [
                (case, _title(procedure.key, procedure.version, language))
                for case in cases
                for procedure in (case.application.procedure,)
            ],
            "case_places": {
                str(Ref("case", case.id)): f"/konto/vorgang/{case.application_id}/" for case in cases
            },
            "drafts": [
                (draft, _title(draft.procedure_key, draft.procedure_version, language))
                for draft in drafts.drafts_of(actor.id)
            ],
            "postbox": messages.postbox(actor.id),
        },
    )
