"""Addresses of participation."""

from __future__ import annotations

from django.urls import path

from leineweber.domains.participation.views import criteria, proposals, rating, results, rounds

app_name = "participation"
_AT = "steuerung/beteiligung/"
_ROUND = f"{_AT}<uuid:round_id>/"
_PROPOSAL = f"{_AT}vorschlaege/<uuid:proposal_id>/"
_COMMENT = f"{_AT}kommentare/<uuid:comment_id>/"
_CRITERIA = f"{_AT}kriterien/<uuid:criteria_id>/"
urlpatterns = [
    path(_AT, rounds.overview, name="rounds"),
    path(f"{_AT}neu/", rounds.new, name="round_new"),
    path(f"{_AT}kriterien/", criteria.listing, name="criteria"),
    path(f"{_AT}kriterien/neu/", criteria.new, name="criteria_new"),
    path(_CRITERIA, criteria.one, name="criteria_one"),
    path(f"{_CRITERIA}bearbeiten/", criteria.edit, name="criteria_edit"),
    path(f"{_CRITERIA}vergleichen/", criteria.compare, name="criteria_compare"),
    path(f"{_CRITERIA}festlegen/", criteria.fix, name="criteria_fix"),
    path(f"{_CRITERIA}fassung/", criteria.new_version, name="criteria_version"),
    path(_PROPOSAL, proposals.one, name="proposal"),
    path(f"{_PROPOSAL}bearbeiten/", proposals.edit, name="proposal_edit"),
    path(f"{_PROPOSAL}zurueckziehen/", proposals.withdraw, name="proposal_withdraw"),
    path(f"{_PROPOSAL}kommentare/", proposals.comment, name="comment"),
    path(f"{_PROPOSAL}bewerten/", rating.sheet, name="sheet"),
    path(f"{_PROPOSAL}entscheiden/", results.decide, name="decide"),
    path(_COMMENT, proposals.comment_edit, name="comment_edit"),
    path(f"{_COMMENT}zurueckziehen/", proposals.comment_withdraw, name="comment_withdraw"),
    path(_ROUND, rounds.one, name="round"),
    path(f"{_ROUND}bearbeiten/", rounds.edit, name="round_edit"),
    path(f"{_ROUND}veroeffentlichen/", rounds.publish, name="round_publish"),
    path(f"{_ROUND}abbrechen/", rounds.cancel, name="round_cancel"),
    path(f"{_ROUND}vorschlaege/", proposals.listing, name="proposals"),
    path(f"{_ROUND}vorschlaege/neu/", proposals.new, name="proposal_new"),
    path(f"{_ROUND}bewerten/", rating.table, name="rating"),
    path(f"{_ROUND}ergebnis/", results.ranking, name="results"),
    path(f"{_ROUND}festschreiben/", rounds.freeze, name="freeze"),
    path(f"{_ROUND}entscheidungen/", results.decisions, name="decisions"),
    path(f"{_ROUND}<slug:what>.csv", results.export, name="export"),
]
