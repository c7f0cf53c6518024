"""The shapes that go over the wire, in the terms of the glossary."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from leineweber.domains.applications.models import CaseState

Language = Literal["de", "en", "leicht"]


class ServiceOut(Schema):
    """A service as lists show it."""

    slug: str = Field(description="Name in der Adresse der Leistung")
    title: str
    summary: str
    online: bool = Field(description="Ob ein Antrag online möglich ist")
    url: str = Field(description="Seite der Leistung im Portal")


class ServicePageOut(Schema):
    """One page of services."""

    total: int = Field(ge=0, description="Zahl aller Treffer")
    page: int = Field(ge=1)
    pages: int = Field(ge=1)
    items: list[ServiceOut]


class OptionOut(Schema):
    """An entry that can be chosen."""

    code: str = Field(description="Wert für die Angabe")
    label: str


class FieldOut(Schema):
    """A field of the form: `path` is where its answer stands."""

    path: str = Field(description="Ort in `answers`: Seite, Punkt, Feld")
    label: str
    help: str
    kind: str = Field(
        description=(
            "Art der Angabe. `checkbox`, `consent`, `yesno`: true/false; `choices`: Liste von Codes; "
            "`choice`: ein Code; `date`: JJJJ-MM-TT; alle anderen: Text"
        )
    )
    required: bool
    conditional: bool = Field(description="Ob die Angabe nur unter Bedingungen gefragt ist")
    max_length: int | None = Field(description="Längste erlaubte Angabe in Zeichen")
    options: list[OptionOut]


class FormPageOut(Schema):
    """A page of the form."""

    key: str
    title: str
    fields: list[FieldOut]


class ServiceDetailOut(Schema):
    """A service whole, with the form if it is online."""

    slug: str
    key: str = Field(description="Leistungsschlüssel (LeiKa)")
    title: str
    online: bool
    url: str = Field(description="Seite der Leistung im Portal")
    text: dict[str, Any] = Field(description="Beschreibung nach Abschnitten")
    form: list[FormPageOut] = Field(
        description="Seiten des Antrags; leer, wenn die Leistung nicht online ist"
    )


class ApplicationIn(Schema):
    """An application to be submitted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    answers: dict[str, Any] = Field(
        max_length=100, description="Angaben nach Seite und Feld, wie `form` der Leistung sie nennt"
    )
    language: Language = Field("de", description="Sprache der Meldungen und Nachrichten")


class ApplicationOut(Schema):
    """What was accepted. `token` is the only way back to it: keep it, and keep it secret."""

    reference: str = Field(description="Vorgangsnummer", examples=["WH-7K3F-92QD-5"])
    token: str = Field(description="Schlüssel, mit dem der Stand abgefragt wird")
    status_url: str = Field(description="Seite des Vorgangs im Portal")
    submitted_at: datetime


class StepOut(Schema):
    """A step in the course of a case."""

    title: str
    done: bool
    current: bool


class StatusOut(Schema):
    """Where a case stands."""

    reference: str
    state: str = Field(description="Stand für Programme", json_schema_extra={"enum": list(CaseState.values)})
    state_label: str = Field(description="Stand in Worten")
    submitted_at: datetime
    decided_at: datetime | None
    steps: list[StepOut]
    question: str | None = Field(description="Die offene Frage der Behörde, falls es eine gibt")
    answer_until: date | None = Field(description="Bis wann die Antwort erbeten ist")


class FaultOut(Schema):
    """What is wrong in one place."""

    path: str
    message: str


class ProblemOut(Schema):
    """A refusal (RFC 9457). Programs go by `type` and `status`; `detail` is for people."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: list[FaultOut]
