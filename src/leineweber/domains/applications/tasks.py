"""Jobs of the room."""

from __future__ import annotations

from uuid import UUID

from leineweber.kernel.jobs import task


@task()
def process_submission(application_id: str) -> None:
    """Run the chain that follows a submission."""
    from leineweber.domains.applications import services

    services.open_case(UUID(application_id))


@task()
def file_correction(application_id: str) -> None:
    """File corrected answers."""
    from leineweber.domains.applications import services

    services.file_corrections(UUID(application_id))
