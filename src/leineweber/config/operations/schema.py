"""Where the database stands between the migrations it has and those the program knows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Names as `app.0001_name`. `unknown` were applied by a later version of the program."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def current(self) -> bool:
        """Whether program and database fit each other."""
        return not self.pending and not self.unknown


def state() -> SchemaState:
    """Compare the database with the program.

    Raises:
        django.db.Error: the database does not answer.
    """
    executor = MigrationExecutor(connection)
    loader = executor.loader
    applied = set(loader.applied_migrations)
    known = set(loader.disk_migrations) | set(loader.graph.nodes)
    ours = loader.migrated_apps
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    return SchemaState(
        tuple(f"{app}.{name}" for app, name in sorted(applied)),
        tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan),
        tuple(f"{app}.{name}" for app, name in sorted(applied - known) if app in ours),
    )
