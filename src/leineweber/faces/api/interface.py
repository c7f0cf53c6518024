"""The frame of the interface: strict bodies, refusals in one form, and a description that says all of it."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from leineweber import __version__
from leineweber.faces.api import problems, rules
from leineweber.faces.api.problems import problem
from leineweber.faces.api.schemas import FaultOut

log = logging.getLogger(__name__)

TOO_LARGE = f"Der Inhalt ist größer als {rules.BODY_LIMIT // 1024} KiB."
NOT_FOUND = "Zu dieser Adresse gibt es nichts."


class StrictParser(Parser):
    """Reads bodies by `rules.parse`."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return what the body says.

        Raises:
            Unreadable: it is not JSON as it is accepted here; ninja makes status 400 of it.
        """
        return rules.parse(request.body)


class PlainRenderer(JSONRenderer):
    """Writes umlauts as they are: JSON is UTF-8 (RFC 8259, section 8.1)."""

    json_dumps_params = {"ensure_ascii": False}


class Interface(NinjaAPI):
    """ninja's API whose description also names media type, meaning and headers of every refusal."""

    examples: Any = None

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description (OpenAPI 3.1), with an application that would be accepted today as its example."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"] = {
                    str(status): _described(int(status), response)
                    for status, response in sorted(operation["responses"].items())
                }
                for parameter in operation["parameters"]:
                    parameter.pop(
                        "examples", None
                    )  # ninja's list; they stay in the schema, where lists belong
                    if parameter["in"] == "header":
                        del parameter["schema"][
                            "default"
                        ]  # what counts without the header is not a value of it
        if self.examples is not None:
            self.examples(schema)
        return schema


_HEADERS: dict[int, dict[str, Any]] = {
    201: {
        "Location": {
            "description": "Adresse, unter der der Stand abgefragt wird",
            "required": True,
            "schema": {"type": "string"},
        }
    },
    405: {"Allow": {"description": "Die erlaubten Methoden", "required": True, "schema": {"type": "string"}}},
    415: {"Accept": {"description": "Was angenommen wird", "required": True, "schema": {"type": "string"}}},
    429: {
        "Retry-After": {
            "description": "Sekunden bis zum nächsten Versuch",
            "required": True,
            "schema": {"type": "integer", "minimum": 1},
        }
    },
}
_MEANINGS = {
    200: "Gefunden",
    201: "Angenommen",
    400: "Der Inhalt ist kein JSON, wie es hier angenommen wird",
    404: "Diese Adresse gibt es nicht",
    405: "Diese Adresse kennt die Methode nicht",
    410: "Der Schlüssel ist abgelaufen",
    413: "Der Inhalt ist zu groß",
    415: "Der Inhalt ist kein application/json",
    422: "Die Anfrage hat eine falsche Form, oder Angaben stimmen nicht; `errors` sagt, welche",
    429: "Zu viele Anträge von dieser Adresse",
}


def _described(status: int, response: dict[str, Any]) -> dict[str, Any]:
    response = {**response, "description": _MEANINGS[status]}
    if status in _HEADERS:
        response["headers"] = _HEADERS[status]
    if status >= 400:
        content = response["content"].pop("application/json")
        content["example"] = {
            "type": "about:blank",
            "title": problems.TITLES[status],
            "status": status,
            "detail": _MEANINGS[status] + ".",
            "errors": [],
        }
        response["content"] = {problems.MEDIA_TYPE: content}
    return response


api = Interface(
    title="Leineweber",
    version=__version__,
    description="Leistungen finden, Anträge absenden, ihren Stand abfragen. Ohne Anmeldung und ohne Cookies.",
    docs_url=None,
    parser=StrictParser(),
    renderer=PlainRenderer(),
    openapi_extra={"info": {"license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}}},
)


_WRONG = "Die Angabe hat nicht die beschriebene Form."
_WORDS = {
    "missing": "Die Angabe fehlt.",
    "extra_forbidden": "Diese Angabe gibt es nicht.",
    "string_too_long": "Der Text ist zu lang.",
    "string_type": "Die Angabe muss ein Text sein.",
    "dict_type": "Die Angabe muss ein Objekt sein.",
    "model_attributes_type": "Die Angabe muss ein Objekt sein.",
    "too_long": "Es sind zu viele Angaben.",
    "int_parsing": "Die Angabe muss eine ganze Zahl sein.",
    "greater_than_equal": "Die Zahl ist zu klein.",
    "less_than_equal": "Die Zahl ist zu groß.",
    "literal_error": "Diese Auswahl gibt es nicht.",
}


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if all(one["loc"][0] == "path" for one in error.errors):
        return problem(404, NOT_FOUND)
    faults = [
        FaultOut(path=rules.place(one["loc"])[:200], message=_WORDS.get(str(one["type"]), _WRONG))
        for one in error.errors
    ]
    return problem(
        422, "Die Anfrage hat nicht die beschriebene Form.", kind=problems.INVALID_REQUEST, faults=faults
    )


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, RequestDataTooBig):
        return problem(413, TOO_LARGE)
    if isinstance(error.__cause__, rules.Unkept):
        return problem(422, str(error.__cause__), kind=problems.INVALID_ANSWERS)
    if isinstance(error.__cause__, rules.Unreadable):
        return problem(error.status_code, str(error.__cause__))
    return problem(error.status_code, str(error))


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, TOO_LARGE)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, NOT_FOUND)


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403, "Dazu fehlt die Berechtigung.")


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say that the program failed, in the form of all refusals; the log has the rest, without the address."""
    got_request_exception.send(sender=None, request=request)
    route = request.resolver_match.route if request.resolver_match else ""
    log.error("API failed: %s %s", request.method, route, exc_info=error)
    return problem(500, "Das Programm hat einen Fehler gemacht. Versuchen Sie es später noch einmal.")
