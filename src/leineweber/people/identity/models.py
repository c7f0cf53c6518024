"""What is kept: accounts, their means of log-in, sessions, tickets, limits, and the log of log-ins.

Secrets are never kept as they are: session keys as digests, recovery codes as seals, TOTP secrets encrypted,
one-time links not at all (they are signed).
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from leineweber.kernel import ids
from leineweber.people.organisation.models import Person


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts; making them is the services' work."""


class Account(AbstractBaseUser):
    """An account of somebody of the staff (then with a person) or of a citizen (then with a trust level)."""

    class Kind(models.TextChoices):
        """Whose account it is."""

        STAFF = "staff", "Beschäftigte"
        CITIZEN = "citizen", "Bürgerkonto"

    class Trust(models.TextChoices):
        """Vertrauensniveau (OZG § 3; eIDAS Art. 8 for the upper three)."""

        BASIC = "basic", "Basisregistrierung"
        NORMAL = "normal", "normal"
        SUBSTANTIAL = "substantial", "substanziell"
        HIGH = "high", "hoch"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    username = models.CharField(max_length=270, unique=True, editable=False)
    kind = models.CharField("Art", max_length=8, choices=Kind.choices)
    email = models.EmailField("E-Mail", max_length=254)
    person = models.OneToOneField(Person, null=True, on_delete=models.PROTECT, related_name="account")
    trust_level = models.CharField("Vertrauensniveau", max_length=12, choices=Trust.choices, blank=True)
    is_active = models.BooleanField("aktiv", default=True)
    demo = models.BooleanField("Muster", default=False)
    persona = models.CharField("Rolle in der Vorführung", max_length=120, blank=True)
    created_at = models.DateTimeField("angelegt am")

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = "Konto"
        verbose_name_plural = "Konten"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="staff", person__isnull=False, trust_level="")
                | (Q(kind="citizen", person__isnull=True) & ~Q(trust_level="")),
                name="account_kind_fits",
            ),
            models.CheckConstraint(condition=Q(persona="") | Q(demo=True), name="account_persona_is_demo"),
            models.UniqueConstraint(fields=["kind", "email"], name="account_email_once_a_kind"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def label(self) -> str:
        """What histories call the account: the person's name, or „Bürgerkonto“."""
        return self.person.name if self.person is not None else "Bürgerkonto"


class TotpDevice(models.Model):
    """The secret shared with an authenticator program. `last_step` stops a code from working twice."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="totp")
    secret = models.CharField(max_length=255)
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "Einmalpasswort-Gerät"
        verbose_name_plural = "Einmalpasswort-Geräte"


class RecoveryCode(models.Model):
    """A code that works once when the authenticator is lost; kept as a keyed seal."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    seal = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Wiederherstellungscode"
        verbose_name_plural = "Wiederherstellungscodes"
        constraints = [models.UniqueConstraint(fields=["account", "seal"], name="recovery_code_once")]


class Passkey(models.Model):
    """A public key of WebAuthn. `credential` is the attested credential data as the browser gave it."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField("Name", max_length=80)
    credential_id = models.CharField(max_length=1400, unique=True)
    credential = models.BinaryField()
    host = models.CharField(max_length=255)
    sign_count = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField("angelegt am")
    last_used_at = models.DateTimeField("zuletzt benutzt", null=True)

    class Meta:
        verbose_name = "Passkey"
        verbose_name_plural = "Passkeys"
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """A session of a browser. The row knows the digest of the key in the cookie, never the key."""

    digest = models.CharField(max_length=64, primary_key=True)
    id = models.UUIDField(default=ids.new_id, unique=True, editable=False)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")
    data = models.TextField()
    method = models.CharField(max_length=20, blank=True)
    device = models.CharField(max_length=120, blank=True)
    network = models.CharField(max_length=50, blank=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "Sitzung"
        verbose_name_plural = "Sitzungen"


class Ticket(models.Model):
    """A one-time link: for a citizen's log-in, or a colleague's invitation. Used once, then spent."""

    class Purpose(models.TextChoices):
        """What it lets one do."""

        LOGIN = "login", "Anmeldung"
        INVITATION = "invitation", "Einladung"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    email = models.EmailField(max_length=254)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="tickets")
    language = models.CharField(max_length=8, default="de")
    next_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "Einmal-Link"
        verbose_name_plural = "Einmal-Links"


class Throttle(models.Model):
    """How often something was tried in the running window; the bucket is a seal, not an address."""

    bucket = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    resets_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "Begrenzung"
        verbose_name_plural = "Begrenzungen"


class LoginRecord(models.Model):
    """One attempt to log in or the end of a session. Kept 90 days, the network blurred."""

    class Outcome(models.TextChoices):
        """What came of it."""

        SUCCESS = "success", "angemeldet"
        REFUSED = "refused", "abgewiesen"
        LIMITED = "limited", "zu viele Versuche"
        LOGGED_OUT = "logged_out", "abgemeldet"
        POST_ENDED = "post_ended", "Stelle beendet"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    at = models.DateTimeField(db_index=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="login_records")
    method = models.CharField(max_length=20)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    device = models.CharField(max_length=120, blank=True)
    network = models.CharField(max_length=50, blank=True)

    class Meta:
        verbose_name = "Anmeldevorgang"
        verbose_name_plural = "Anmeldevorgänge"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["account", "-at"], name="login_record_by_account")]
