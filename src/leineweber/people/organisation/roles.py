"""Roles every city has. Roles of a procedure come with its package and are kept in the table `Role`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OPERATOR = "operator"
LEADERSHIP = "leadership"
RECORDS_MANAGER = "records.manager"
AUDITOR = "auditor"
ORGANISATION_MANAGER = "organisation.manager"
PUBLISHER = "cockpit.publisher"
STRATEGY_EDITOR = "strategy.editor"
PORTFOLIO_MANAGER = "portfolio.manager"
PORTFOLIO_APPROVER = "portfolio.approver"
INDICATORS_MANAGER = "indicators.manager"
PARTICIPATION_MANAGER = "participation.manager"
UNIT_HEAD = "unit.head"
"""Comes with every post that heads a unit, for that unit and below."""
COMMITTEE_OFFICE = "committee.office"
PRIVACY_OFFICER = "privacy.officer"
SECURITY_OFFICER = "security.officer"
STAFF_COUNCIL = "staff.council"
DISABILITY_REPRESENTATIVE = "disability.representative"
EQUALITY_OFFICER = "equality.officer"

HOUSE_ROLES: Mapping[str, str] = MappingProxyType(
    {
        OPERATOR: "Betrieb",
        LEADERSHIP: "Verwaltungsleitung",
        RECORDS_MANAGER: "Schriftgutverwaltung",
        AUDITOR: "Rechnungsprüfung",
        ORGANISATION_MANAGER: "Organisation und Personal",
        PUBLISHER: "Veröffentlichung von Zahlen",
        STRATEGY_EDITOR: "Strategie und IT-Steuerung",
        PORTFOLIO_MANAGER: "Multiprojektmanagement",
        PORTFOLIO_APPROVER: "Freigabe von Projektaufträgen",
        INDICATORS_MANAGER: "Kennzahlen und Berichte",
        PARTICIPATION_MANAGER: "Koordination der Beteiligung",
        UNIT_HEAD: "Leitung einer Einheit",
        COMMITTEE_OFFICE: "Geschäftsstelle der Gremien",
        PRIVACY_OFFICER: "Datenschutz",
        SECURITY_OFFICER: "Informationssicherheit",
        STAFF_COUNCIL: "Personalrat",
        DISABILITY_REPRESENTATIVE: "Schwerbehindertenvertretung",
        EQUALITY_OFFICER: "Gleichstellung",
    }
)
"""Role name → label on the screen."""
