"""Addresses of the room."""

from django.urls import path

from leineweber.domains.resolutions.views import committees, items, meetings, papers, register

app_name = "resolutions"
_MEETING = "steuerung/gremien/sitzungen/<uuid:meeting_id>/"
_PAPER = "steuerung/vorlagen/<uuid:paper_id>/"
_RESOLUTION = "steuerung/beschluesse/<uuid:resolution_id>/"
urlpatterns = [
    path("steuerung/gremien/", committees.overview, name="committees"),
    path("steuerung/gremien/muster/", committees.samples, name="samples"),
    path("steuerung/gremien/neu/", committees.create, name="committee_new"),
    path("steuerung/gremien/zustaendigkeiten/", committees.matrix, name="matrix"),
    path("steuerung/gremien/zustaendigkeiten/neu/", committees.kind_new, name="kind_new"),
    path("steuerung/gremien/zustaendigkeiten/<slug:key>/", committees.kind, name="kind"),
    path("steuerung/gremien/beteiligung/", committees.statement_rules, name="statement_rules"),
    path("steuerung/gremien/beteiligung/<slug:key>/", committees.statement_rule, name="statement_rule"),
    path(_MEETING, meetings.meeting, name="meeting"),
    path(f"{_MEETING}bearbeiten/", meetings.change, name="meeting_change"),
    path(f"{_MEETING}einladen/", meetings.invite, name="meeting_invite"),
    path(f"{_MEETING}absagen/", meetings.cancel, name="meeting_cancel"),
    path(f"{_MEETING}termin.ics", meetings.calendar_file, name="meeting_calendar"),
    path(f"{_MEETING}anwesenheit/", meetings.attendance, name="meeting_attendance"),
    path(f"{_MEETING}tagesordnung/", items.add, name="item_add"),
    path(f"{_MEETING}tagesordnung/<uuid:item_id>/", items.item, name="item"),
    path(f"{_MEETING}tagesordnung/<uuid:item_id>/ordnen/", items.arrange, name="item_arrange"),
    path(f"{_MEETING}niederschrift/", meetings.minutes, name="minutes"),
    path(f"{_MEETING}niederschrift/genehmigen/", meetings.approve, name="minutes_approve"),
    path(f"{_MEETING}niederschrift.pdf", meetings.minutes_file, name="minutes_file"),
    path("steuerung/gremien/<slug:key>/", committees.committee, name="committee"),
    path("steuerung/gremien/<slug:key>/bearbeiten/", committees.change, name="committee_change"),
    path("steuerung/gremien/<slug:key>/regeln/", committees.rules, name="committee_rules"),
    path("steuerung/gremien/<slug:key>/mitglieder/", committees.add_member, name="member_add"),
    path(
        "steuerung/gremien/<slug:key>/mitglieder/<uuid:membership_id>/beenden/",
        committees.end_member,
        name="member_end",
    ),
    path("steuerung/gremien/<slug:key>/sitzung/neu/", meetings.plan, name="meeting_new"),
    path("steuerung/vorlagen/", papers.paper_list, name="papers"),
    path("steuerung/vorlagen/neu/", papers.create, name="paper_new"),
    path(_PAPER, papers.paper, name="paper"),
    path(f"{_PAPER}bearbeiten/", papers.change, name="paper_change"),
    path(f"{_PAPER}einreichen/", papers.submit, name="paper_submit"),
    path(f"{_PAPER}zurueckziehen/", papers.withdraw, name="paper_withdraw"),
    path(f"{_PAPER}aufgabe/<uuid:task_id>/", papers.give, name="paper_give"),
    path(f"{_PAPER}entscheiden/", papers.decide, name="paper_decide"),
    path(f"{_PAPER}vorlage.pdf", papers.file, name="paper_file"),
    path(f"{_PAPER}fassung/<int:revision>/vorlage.pdf", papers.version_file, name="paper_version"),
    path("steuerung/beschluesse/", register.register, name="register"),
    path("steuerung/beschluesse/beschluesse.csv", register.export, name="register_csv"),
    path(_RESOLUTION, register.resolution, name="resolution"),
    path(f"{_RESOLUTION}wiedervorlage/", register.add_follow_up, name="follow_up_add"),
    path(
        f"{_RESOLUTION}wiedervorlage/<uuid:follow_up_id>/erledigen/",
        register.finish_follow_up,
        name="follow_up_done",
    ),
    path(
        f"{_RESOLUTION}wiedervorlage/<uuid:follow_up_id>/verschieben/",
        register.move_follow_up,
        name="follow_up_move",
    ),
]
