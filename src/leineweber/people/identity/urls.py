"""Addresses of log-in and account."""

from __future__ import annotations

from django.urls import path

from leineweber.people.identity import views

app_name = "identity"
urlpatterns = [
    path("anmelden/", views.staff_login, name="staff_login"),
    path("anmelden/zweiter-faktor/", views.second_factor, name="second_factor"),
    path("anmelden/einladung/<str:token>/", views.invitation, name="invitation"),
    path("anmelden/passkey/", views.passkey_login, name="passkey_login"),
    path("anmelden/passkey/optionen/", views.passkey_options, name="passkey_options"),
    path("abmelden/", views.log_out, name="log_out"),
    path("konto/anmelden/", views.citizen_login, name="citizen_login"),
    path("konto/anmelden/code/", views.citizen_code, name="citizen_code"),
    path("konto/anmelden/link/<str:token>/", views.citizen_link, name="citizen_link"),
    path("konto/sicherheit/", views.security, name="security"),
    path("konto/sicherheit/passkey/", views.passkey_add, name="passkey_add"),
    path("konto/sicherheit/passkey/optionen/", views.passkey_add_options, name="passkey_add_options"),
    path(
        "konto/sicherheit/passkey/<uuid:passkey_id>/entfernen/", views.passkey_remove, name="passkey_remove"
    ),
    path("konto/sicherheit/sitzung/<uuid:session_id>/beenden/", views.session_end, name="session_end"),
    path("konto/sicherheit/sitzungen/beenden/", views.sessions_end, name="sessions_end"),
    path("konto/sicherheit/wiederherstellung/", views.recovery_codes, name="recovery_codes"),
    path("konto/sicherheit/passwort/", views.password, name="password"),
    path("demo/", views.demo, name="demo"),
    path("demo/anmelden/", views.demo_login, name="demo_login"),
]
