"""Entries of the desk, by work."""

from leineweber.kernel.ui import navigation

WORK, OPERATIONS = "Meine Arbeit", "Betrieb"

navigation.register("desk", "inbox", "Eingangskorb", "desk:inbox", "processes.inbox", order=10, section=WORK)
navigation.register(
    "desk", "cases", "Vorgänge", "desk:cases", "applications.case.view", order=20, section=WORK
)
navigation.register("desk", "needs", "Bedarf", "desk:needs", "applications.case.view", order=30, section=WORK)
navigation.register(
    "desk", "printing", "Briefe drucken", "desk:printing", "applications.case.work", order=40, section=WORK
)
navigation.register(
    "desk",
    "decisions",
    "Entscheidungstabellen",
    "desk:decisions",
    "applications.decision.view",
    order=50,
    section=WORK,
)
navigation.register("desk", "search", "Suche", "desk:search", "staff", order=60, section="Haus")
navigation.register(
    "desk", "operations", "Betriebszustand", "desk:operations", "operator", order=800, section=OPERATIONS
)
