"""Jobs: work left for later in the transaction that wants it, and work that recurs.

Built on django-tasks with its database backend; one code path on SQLite and PostgreSQL. A job that fails
is tried again with growing pauses and then shown to an operator; the job of a worker that died is taken
up by another.
"""

from leineweber.kernel.jobs.registry import Schedule, enqueue, schedule, schedules, task

__all__ = ["Schedule", "enqueue", "schedule", "schedules", "task"]
