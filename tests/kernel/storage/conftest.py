"""A store of its own for every test."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def own_store(tmp_path, settings):
    settings.STORAGE_URL = f"file://{tmp_path}/blobs"
    return tmp_path / "blobs"
