"""What can be done.

`capture` keeps readings by day, `figures` makes figures by hand and formulas, `steering` sets lights, owners,
tolerances and trajectories.
"""

from __future__ import annotations

POLICY = "indicators.manage"


class IndicatorError(ValueError):
    """Something cannot be done; the message is German and says what to do. `field` names what was wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Changed(IndicatorError):
    """Somebody else changed the same thing meanwhile; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            "",
            "Jemand anders hat inzwischen etwas geändert. Was Sie eingegeben haben, steht noch hier. "
            "Vergleichen Sie es mit dem neuen Stand und speichern Sie noch einmal.",
        )
