"""What stands in the way, said in German."""

from __future__ import annotations

STALE = (
    "Inzwischen hat jemand anderes gespeichert. Ihre Eingaben stehen noch hier: Vergleichen Sie sie mit dem neuen "
    "Stand und speichern Sie noch einmal."
)


class NotPossible(Exception):
    """Something cannot be done as asked. `field` names the form's field it is about, empty for none."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Stale(NotPossible):
    """Somebody else has saved since the form was shown."""

    def __init__(self) -> None:
        super().__init__(STALE)
