"""The operations. Each names its policy; one without fails the suite.

Whoever asks is nobody known: no cookie counts here, so that no page of another site can act for somebody logged in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Header, Path, Query, Status
from ninja.errors import HttpError

from leineweber.capabilities import forms
from leineweber.capabilities.forms.schema import SILENT_KINDS
from leineweber.capabilities.forms.schema import Page as FormPage
from leineweber.domains.applications import queries as cases
from leineweber.domains.applications import rules as case_rules
from leineweber.domains.applications import services as applications
from leineweber.domains.applications.models import Application, Channel
from leineweber.domains.applications.procedures import registry
from leineweber.domains.services import queries as catalogue
from leineweber.faces.api import problems
from leineweber.faces.api.interface import api
from leineweber.faces.api.problems import problem
from leineweber.faces.api.schemas import (
    ApplicationIn,
    ApplicationOut,
    FaultOut,
    FieldOut,
    FormPageOut,
    Language,
    OptionOut,
    ProblemOut,
    ServiceDetailOut,
    ServiceOut,
    ServicePageOut,
    StatusOut,
    StepOut,
)
from leineweber.kernel import clock, crypto
from leineweber.kernel.access import Actor, check
from leineweber.people.identity import throttle
from leineweber.people.identity.client import address_of

__all__ = ["api"]

PAGE = 50
IDEMPOTENCY_PURPOSE = "api.idempotency"
NOBODY = Actor.anonymous()
LENGTHLESS = frozenset({"checkbox", "consent", "yesno", "choice", "choices", "date", "file"})
F = TypeVar("F", bound=Callable[..., Any])

NO_SERVICE = "Diese Leistung gibt es nicht."
NOT_ONLINE = "Diese Leistung gibt es nicht, oder sie ist nicht online."
NO_APPLICATION = "Zu diesem Schlüssel gibt es keinen Antrag."


def guarded(policy: str) -> Callable[[F], F]:
    """Name the policy of an operation and ask it before the operation runs."""

    def decorate(operation: F) -> F:
        @wraps(operation)
        def run(*args: Any, **kwargs: Any) -> Any:
            check(NOBODY, policy)
            return operation(*args, **kwargs)

        run.policy = policy  # type: ignore[attr-defined]  # read by `urls` and the suite
        return run  # type: ignore[return-value]  # same signature as the operation

    return decorate


Asked = Annotated[
    str, Query(max_length=100, description="Suchworte; leer: alle Leistungen", examples=["wahlhelfer"])
]
Spoken = Annotated[Language, Query(description="Sprache der Texte; `leicht` ist Leichte Sprache")]
Number = Annotated[int, Query(ge=1, le=1000, description="Seite des Ergebnisses")]
ServiceSlug = Annotated[
    str, Path(pattern=r"^[a-z0-9-]{1,60}$", description="Name der Leistung in ihrer Adresse")
]
SecretToken = Annotated[
    str,
    Path(pattern=r"^[A-Za-z0-9_:=.-]{10,400}$", description="Schlüssel, der bei der Annahme genannt wurde"),
]
Idempotency = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{16,100}$",
        description=(
            "Ein Zufallswert je Antrag, zum Beispiel eine UUID. Noch einmal mit denselben Angaben gesendet, "
            "wird der Antrag nur einmal angenommen."
        ),
    ),
]
REFUSALS = {404: ProblemOut, 405: ProblemOut, 422: ProblemOut}


def _page_url(slug: str) -> str:
    return f"{settings.PUBLIC_URL}/leistungen/{slug}/"


def _out(card: catalogue.ServiceCard) -> ServiceOut:
    return ServiceOut(
        slug=card.slug, title=card.title, summary=card.summary, online=card.online, url=_page_url(card.slug)
    )


@api.get(
    "/services",
    operation_id="listServices",
    response={200: ServicePageOut, 405: ProblemOut, 422: ProblemOut},
    summary="Leistungen suchen",
    tags=["Leistungen"],
)
@guarded("public")
def list_services(
    request: HttpRequest, q: Asked = "", language: Spoken = "de", page: Number = 1
) -> ServicePageOut:
    """Return the services that match `q`, best first, or all in the order of the alphabet."""
    offset = (page - 1) * PAGE
    asked = q.replace("\0", " ").strip()
    if asked:
        total, cards = catalogue.find(asked, language, limit=PAGE, offset=offset)
    else:
        everything = catalogue.catalogue(language)
        total, cards = len(everything), everything[offset : offset + PAGE]
    return ServicePageOut(
        total=total, page=page, pages=max(1, -(-total // PAGE)), items=[_out(card) for card in cards]
    )


def _form_page(page: FormPage) -> FormPageOut:
    return FormPageOut(
        key=page.key,
        title=page.title,
        fields=[
            FieldOut(
                path=field.path,
                label=field.label,
                help=field.help,
                kind=field.kind,
                required=field.required,
                conditional=bool(field.conditions or page.conditions),
                max_length=None if field.kind in LENGTHLESS else field.constraints.max_length,
                options=[OptionOut(code=option.code, label=option.label) for option in field.options],
            )
            for field in page.walk()
            if field.kind not in SILENT_KINDS
        ],
    )


@api.get(
    "/services/{slug}",
    operation_id="getService",
    response={200: ServiceDetailOut, **REFUSALS},
    summary="Eine Leistung mit ihrem Formular",
    tags=["Leistungen"],
)
@guarded("public")
def get_service(request: HttpRequest, slug: ServiceSlug, language: Spoken = "de") -> ServiceDetailOut:
    """Return a service whole; where it is online, with the fields of its form."""
    found = catalogue.service_page(slug, language)
    if found is None:
        raise HttpError(404, NO_SERVICE)
    procedure = registry.by_slug(slug)
    form: list[FormPageOut] = []
    if procedure is not None:
        schema = registry.package_of(procedure).schema.in_language(language)
        form = [_form_page(page) for page in schema.all_pages]
    return ServiceDetailOut(
        slug=slug,
        key=found.service.key,
        title=str(found.text.get("title", slug)),
        online=found.service.online,
        url=_page_url(slug),
        text=found.text,
        form=form,
    )


@api.post(
    "/services/{slug}/applications",
    operation_id="submitApplication",
    response={
        201: ApplicationOut,
        400: ProblemOut,
        413: ProblemOut,
        415: ProblemOut,
        429: ProblemOut,
        **REFUSALS,
    },
    summary="Einen Antrag absenden",
    tags=["Anträge"],
)
@guarded("public")
def submit_application(
    request: HttpRequest,
    response: HttpResponse,
    slug: ServiceSlug,
    body: ApplicationIn,
    idempotency_key: Idempotency = "",
) -> Any:
    """Submit an application; 201 means it is kept, whatever happens next."""
    procedure = registry.by_slug(slug)
    if procedure is None:
        raise HttpError(404, NOT_ONLINE)
    try:
        throttle.hit("api.submission.address", address_of(request))
    except throttle.TooManyAttempts as error:
        refusal = problem(
            429, f"Zu viele Anträge von dieser Adresse. Wieder möglich in {error.minutes} Minuten."
        )
        refusal["Retry-After"] = str(error.minutes * 60)
        return refusal
    schema = registry.package_of(procedure).schema
    draft_id = None
    if idempotency_key:
        draft_id = UUID(crypto.mac(IDEMPOTENCY_PURPOSE, f"{slug}\0{idempotency_key}".encode())[:32])
    try:
        application = applications.submit(
            NOBODY,
            procedure,
            body.answers,
            channel=Channel.API,
            language=body.language,
            draft_id=draft_id,
        )
    except applications.InvalidAnswers as error:
        spoken = forms.validate_all(schema.in_language(body.language), body.answers, {"today": clock.today()})
        faults = [FaultOut(path=one.path, message=one.message) for one in spoken]
        return problem(422, str(error), kind=problems.INVALID_ANSWERS, faults=faults)
    if draft_id is not None and not _same_content(application, body.answers):
        return problem(
            422,
            "Mit diesem Idempotency-Key wurde schon ein Antrag mit anderen Angaben angenommen. "
            "Nehmen Sie für jeden Antrag einen neuen.",
            kind=problems.KEY_REUSED,
        )
    token = applications.link_token(application.id)
    response["Location"] = f"{request.path.partition('/services/')[0]}/applications/{token}"
    return Status(
        201,
        ApplicationOut(
            reference=application.reference,
            token=token,
            status_url=applications.status_url(application.id),
            submitted_at=application.submitted_at,
        ),
    )


def _same_content(application: Application, answers: dict[str, Any]) -> bool:
    """Tell whether what was accepted under a key is what has been sent now, read on the day and by the form of then."""
    day = clock.local(application.submitted_at).date()
    schema = registry.package_of(application.procedure).schema
    return bool(forms.clean(schema, answers, {"today": day}) == cases.submitted_answers(application))


@api.get(
    "/applications/{token}",
    operation_id="getApplication",
    response={200: StatusOut, 404: ProblemOut, 405: ProblemOut, 410: ProblemOut},
    summary="Den Stand eines Antrags abfragen",
    tags=["Anträge"],
)
@guarded("public")
def get_application(request: HttpRequest, token: SecretToken) -> StatusOut | HttpResponse:
    """Return where an application stands, by the token given when it was accepted."""
    try:
        view = cases.application_by_id(applications.application_id_of(token))
    except crypto.Expired:
        return problem(410, "Dieser Schlüssel ist abgelaufen.", kind=problems.LINK_EXPIRED)
    except ValueError:
        view = None
    if view is None:
        raise HttpError(404, NO_APPLICATION)
    case = view.case
    question = next((one for one in view.questions if one.answered_at is None), None)
    return StatusOut(
        reference=case.reference,
        state=case.state,
        state_label=case.get_state_display(),
        submitted_at=view.application.submitted_at,
        decided_at=case.decided_at,
        steps=[
            StepOut(title=step.title, done=step.done, current=step.current)
            for step in case_rules.steps_of(case.state)
        ],
        question=question.text if question else None,
        answer_until=question.due if question else None,
    )


def _put_examples(schema: dict[str, Any]) -> None:
    """Give the description an example that works: a worked case of a procedure in force, and the link to its status."""
    submission = schema["paths"]["/api/v1/services/{slug}/applications"]["post"]
    submission["responses"]["201"]["links"] = {
        "status": {"operationId": "getApplication", "parameters": {"token": "$response.body#/token"}}
    }
    for procedure in registry.in_force().values():
        package = registry.package_of(procedure)
        for case in package.cases.values():
            if not forms.validate_all(package.schema, case.get("answers", {}), {"today": clock.today()}):
                submission["requestBody"]["content"]["application/json"]["example"] = {
                    "answers": case["answers"],
                    "language": "de",
                }
                for path in schema["paths"].values():
                    for operation in path.values():
                        for parameter in operation.get("parameters", ()):
                            if parameter["name"] == "slug":
                                parameter["example"] = package.service_slug
                return


api.examples = _put_examples
