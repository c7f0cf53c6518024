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


@task()
def send_link(application_id: str) -> None:
    """Send the signed link of an application anew, if there is one."""
    from leineweber.domains.applications import services

    services.send_link_again(UUID(application_id))
