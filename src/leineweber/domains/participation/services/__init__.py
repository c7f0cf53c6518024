"""What can be done in participation; the only place that writes its tables."""

from leineweber.domains.participation.services.common import ParticipationError, PhaseClosed, Stale

__all__ = ["ParticipationError", "PhaseClosed", "Stale"]
