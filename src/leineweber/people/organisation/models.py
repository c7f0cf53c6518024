"""What is kept. Every period is half open: `end` is the first day on which it no longer holds."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from leineweber.kernel import ids


def _ordered(name: str, start: str = "start", end: str = "end") -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}), name=name
    )


class Unit(models.Model):
    """A unit of the administration. `path` names all units from the top, so a scope is a prefix of it."""

    class Kind(models.TextChoices):
        """What a unit is, top down."""

        DEPARTMENT = "department", "Dezernat"
        OFFICE = "office", "Amt"
        DIVISION = "division", "Abteilung"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField("Kurzzeichen", max_length=40, unique=True)
    path = models.CharField("Pfad", max_length=400, unique=True)
    kind = models.CharField("Art", max_length=12, choices=Kind.choices)
    number = models.CharField("Nummer", max_length=20, blank=True)
    name = models.CharField("Name", max_length=200)
    valid_from = models.DateField("gültig ab")
    valid_until = models.DateField("gültig bis ausschließlich", null=True)
    search_text = models.TextField(editable=False)
    demo = models.BooleanField("Muster", default=False)

    class Meta:
        verbose_name = "Organisationseinheit"
        verbose_name_plural = "Organisationseinheiten"
        ordering = ["path"]
        constraints = [
            _ordered("unit_period", "valid_from", "valid_until"),
            models.CheckConstraint(
                condition=Q(path__startswith="/") & Q(path__endswith="/"), name="unit_path_form"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_own_parent"),
        ]

    def __str__(self) -> str:
        if not self.number:
            return self.name
        if self.kind == self.Kind.DEPARTMENT:
            return f"Dezernat {self.number}, {self.name}"
        return f"{self.number} {self.name}"


class Role(models.Model):
    """A role that came with a procedure package; the house's own are in `roles.HOUSE_ROLES`."""

    name = models.CharField("Name", max_length=80, primary_key=True)
    label = models.CharField("Bezeichnung", max_length=200)

    class Meta:
        verbose_name = "Rolle"
        verbose_name_plural = "Rollen"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.label


class Post(models.Model):
    """What a person holds (Stelle). A shared post may have several holders at once."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    key = models.CharField("Stellennummer", max_length=40, unique=True)
    title = models.CharField("Funktion", max_length=200)
    head = models.BooleanField("Leitung", default=False)
    shared = models.BooleanField("mehrfach besetzbar", default=False)
    search_text = models.TextField(editable=False)
    demo = models.BooleanField("Muster", default=False)

    class Meta:
        verbose_name = "Stelle"
        verbose_name_plural = "Stellen"
        ordering = ["unit__path", "-head", "title"]

    def __str__(self) -> str:
        return self.title


class PostRole(models.Model):
    """A role that a post carries, for its unit and below or for the whole city."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="post_roles")
    role = models.CharField("Rolle", max_length=80)
    whole_city = models.BooleanField("für die ganze Stadt", default=False)

    class Meta:
        verbose_name = "Rolle einer Stelle"
        verbose_name_plural = "Rollen von Stellen"
        constraints = [models.UniqueConstraint(fields=["post", "role"], name="post_role_once")]
        indexes = [models.Index(fields=["role"], name="post_role_by_role")]

    def __str__(self) -> str:
        return self.role


class Person(models.Model):
    """Somebody who works or worked for the city."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    given_name = models.CharField("Vorname", max_length=120)
    family_name = models.CharField("Familienname", max_length=120)
    title = models.CharField("Titel", max_length=40, blank=True)
    email = models.EmailField("E-Mail", max_length=254, unique=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    sort_key = models.CharField(max_length=260, editable=False, db_index=True)
    search_text = models.TextField(editable=False)
    demo = models.BooleanField("Muster", default=False)

    class Meta:
        verbose_name = "Person"
        verbose_name_plural = "Personen"
        ordering = ["sort_key", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name as one says it: title, given name, family name."""
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)


class Holding(models.Model):
    """A person holds a post for a period. `exclusive` copies that the post is not shared.

    The database refuses two exclusive holdings of one post that overlap (migration 0002).
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    start = models.DateField("ab")
    end = models.DateField("bis ausschließlich", null=True)
    exclusive = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = "Stellenbesetzung"
        verbose_name_plural = "Stellenbesetzungen"
        ordering = ["-start", "id"]
        constraints = [_ordered("holding_period")]
        indexes = [models.Index(fields=["person", "start"], name="holding_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.post_id} {self.start}"


class Deputyship(models.Model):
    """A person acts for a post in a period; `principal` held the post when it was arranged (None: vacant)."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="deputyships")
    principal = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="lent_deputyships"
    )
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deputyships")
    start = models.DateField("ab")
    end = models.DateField("bis ausschließlich", null=True)

    class Meta:
        verbose_name = "Vertretung"
        verbose_name_plural = "Vertretungen"
        ordering = ["-start", "id"]
        constraints = [
            _ordered("deputyship_period"),
            models.CheckConstraint(
                condition=Q(principal__isnull=True) | ~Q(principal=F("deputy")), name="deputy_is_another"
            ),
        ]
        indexes = [models.Index(fields=["deputy", "start"], name="deputyship_by_deputy")]

    def __str__(self) -> str:
        return f"{self.deputy_id} {self.post_id} {self.start}"


class Absence(models.Model):
    """A person is away. Why is nobody's business here (DSGVO Art. 5 (1) c), so no reason is kept."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    start = models.DateField("ab")
    end = models.DateField("bis ausschließlich")

    class Meta:
        verbose_name = "Abwesenheit"
        verbose_name_plural = "Abwesenheiten"
        ordering = ["-start", "id"]
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="absence_period")]
        indexes = [models.Index(fields=["person", "start"], name="absence_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.start}"


class Committee(models.Model):
    """A body that proposes, prepares, is heard or decides: one that meets, the holder of one post, or a unit.

    The holder of `post` (or the head of `unit`) acts alone; a board acts in meetings, by its members.
    """

    class Kind(models.TextChoices):
        """How the body acts."""

        BOARD = "board", "Gremium"
        POST = "post", "Amt einer Person"
        UNIT = "unit", "Einheit"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    key = models.SlugField("Kurzname", max_length=60, unique=True)
    kind = models.CharField("Art", max_length=5, choices=Kind.choices)
    name = models.CharField("Name", max_length=200)
    short = models.CharField("Abkürzung", max_length=12, unique=True)
    purpose = models.TextField("Aufgabe", blank=True)
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="committees")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="committees")
    position = models.PositiveSmallIntegerField("Reihenfolge", default=0)
    version = models.PositiveIntegerField(default=1)
    demo = models.BooleanField("Muster", default=False)

    class Meta:
        verbose_name = "Gremium"
        verbose_name_plural = "Gremien"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="board", post__isnull=True, unit__isnull=True)
                | Q(kind="post", post__isnull=False, unit__isnull=True)
                | Q(kind="unit", post__isnull=True, unit__isnull=False),
                name="committee_acts_as_it_is",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person, or whoever holds a post, belongs to a committee for a period. Advisers have no vote."""

    class Function(models.TextChoices):
        """What a member is."""

        CHAIR = "chair", "Vorsitz"
        MEMBER = "member", "Mitglied"
        ADVISER = "adviser", "beratend"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="memberships")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="memberships")
    function = models.CharField("Funktion", max_length=8, choices=Function.choices)
    start = models.DateField("ab")
    end = models.DateField("bis ausschließlich", null=True)

    class Meta:
        verbose_name = "Mitgliedschaft"
        verbose_name_plural = "Mitgliedschaften"
        ordering = ["committee", "start", "id"]
        constraints = [
            _ordered("membership_period"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, post__isnull=True)
                | Q(person__isnull=True, post__isnull=False),
                name="membership_of_person_or_post",
            ),
        ]
        indexes = [models.Index(fields=["committee", "start"], name="membership_by_committee")]

    def __str__(self) -> str:
        return f"{self.committee_id} {self.person_id or self.post_id} {self.start}"
