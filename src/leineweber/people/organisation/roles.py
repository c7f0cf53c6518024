"""Roles every city has. Roles of a procedure come with its package and are kept in the table `Role`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OPERATOR = "operator"
LEADERSHIP = "leadership"
RECORDS_MANAGER = "records.manager"
AUDITOR = "auditor"
ORGANISATION_MANAGER = "organisation.manager"
INDICATORS_MANAGER = "indicators.manager"

HOUSE_ROLES: Mapping[str, str] = MappingProxyType(
    {
        OPERATOR: "Betrieb",
        LEADERSHIP: "Verwaltungsleitung",
        RECORDS_MANAGER: "Schriftgutverwaltung",
        AUDITOR: "Rechnungsprüfung",
        ORGANISATION_MANAGER: "Organisation und Personal",
        INDICATORS_MANAGER: "Kennzahlen und Berichte",
    }
)
"""Role name → label on the screen."""
