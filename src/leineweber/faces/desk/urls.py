"""Addresses of the desk."""

from django.urls import path

from leineweber.faces.desk.views import cases, decisions, inbox, needs, operations, printing, search, work

app_name = "desk"
urlpatterns = [
    path("arbeit/", inbox.inbox, name="inbox"),
    path("arbeit/aufgaben/<uuid:task_id>/", work.task, name="task"),
    path("arbeit/aufgaben/<uuid:task_id>/uebernehmen/", work.claim, name="claim"),
    path("arbeit/aufgaben/<uuid:task_id>/zuruecklegen/", work.release, name="release"),
    path("arbeit/aufgaben/<uuid:task_id>/weitergeben/", work.hand_over, name="hand_over"),
    path("arbeit/aufgaben/<uuid:task_id>/wiedervorlage/", work.remind, name="remind"),
    path("arbeit/aufgaben/<uuid:task_id>/erledigen/", work.complete, name="complete"),
    path("arbeit/vorgaenge/", cases.case_list, name="cases"),
    path("arbeit/vorgaenge/<uuid:case_id>/", cases.answers, name="case"),
    path("arbeit/vorgaenge/<uuid:case_id>/verlauf/", cases.course, name="case_course"),
    path("arbeit/vorgaenge/<uuid:case_id>/akte/", cases.file, name="case_file"),
    path("arbeit/vorgaenge/<uuid:case_id>/akte/<uuid:version_id>/", cases.document, name="document"),
    path("arbeit/vorgaenge/<uuid:case_id>/nachrichten/", cases.messages, name="case_messages"),
    path(
        "arbeit/vorgaenge/<uuid:case_id>/nachrichten/<uuid:attachment_id>/",
        cases.attachment,
        name="attachment",
    ),
    path("arbeit/vorgaenge/<uuid:case_id>/entwurf/", cases.draft, name="draft"),
    path("arbeit/bedarf/", needs.needs, name="needs"),
    path("arbeit/entscheidungen/", decisions.decision_list, name="decisions"),
    path("arbeit/entscheidungen/<slug:key>/<str:decision_id>/", decisions.decision, name="decision"),
    path("arbeit/druck/", printing.queue, name="printing"),
    path("arbeit/druck/drucken/", printing.print_letters, name="print_letters"),
    path("arbeit/druck/<uuid:batch_id>/", printing.batch, name="batch"),
    path("arbeit/druck/<uuid:batch_id>/zuruecklegen/", printing.put_back, name="put_back"),
    path("arbeit/suche/", search.search, name="search"),
    path("arbeit/betrieb/", operations.overview, name="operations"),
    path("arbeit/betrieb/protokoll/pruefen/", operations.verify_audit, name="verify_audit"),
    path("arbeit/betrieb/auftraege/", operations.retry_all_jobs, name="retry_all_jobs"),
    path("arbeit/betrieb/auftraege/<uuid:job_id>/", operations.retry_job, name="retry_job"),
    path("arbeit/betrieb/zustellungen/", operations.retry_all_deliveries, name="retry_all_deliveries"),
    path("arbeit/betrieb/zustellungen/<int:delivery_id>/", operations.retry_delivery, name="retry_delivery"),
    path(
        "arbeit/betrieb/zustellungen/<int:delivery_id>/verwerfen/",
        operations.discard_delivery,
        name="discard_delivery",
    ),
    path("arbeit/betrieb/ablaeufe/<uuid:instance_id>/", operations.retry_course, name="retry_course"),
    path("arbeit/betrieb/nachrichten/", operations.retry_failed_emails, name="retry_failed_emails"),
    path("arbeit/betrieb/nachrichten/<uuid:email_id>/", operations.retry_email, name="retry_email"),
    path("arbeit/betrieb/nachrichten/<uuid:email_id>/abhaken/", operations.settle_email, name="settle_email"),
]
