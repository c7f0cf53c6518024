"""What the demo city publishes: two figures and its first goal."""

from __future__ import annotations

from leineweber.domains.opendata import queries, services
from leineweber.kernel.access import Actor

PUBLISHED = (
    (
        "indicator",
        "applications.registrations",
        "Wer sich als Wahlhelferin oder Wahlhelfer gemeldet hat",
        "Gezählt werden alle Meldungen nach dem Tag, an dem sie eingegangen sind. Zurückgezogene zählen nicht mit.",
    ),
    (
        "indicator",
        "applications.online_share",
        "Wie viele ihren Antrag online stellen",
        "Anteil der Anträge, die über das Portal oder die Schnittstelle kamen, an allen Anträgen.",
    ),
    (
        "goal",
        "wahlhelfer-online",
        "Genug Menschen helfen bei den Wahlen, und sie melden sich online",
        "Die Stadt will alle Wahlvorstände besetzt haben, bevor der Wahltag kommt.",
    ),
)


def load() -> None:
    """Publish what is not public yet."""
    public = {(row.subject, row.key) for row in queries.published()}
    for subject, key, title, note in PUBLISHED:
        if (subject, key) not in public:
            services.publish(Actor.system("Demo"), subject=subject, key=key, title=title, note=note)
