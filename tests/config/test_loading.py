"""Loading the program: quick, and the collector works again afterwards."""

from __future__ import annotations

import gc
import os
import subprocess
import sys

import pytest

from leineweber.config.loading import without_collector


def test_the_collector_works_again_after_loading_even_when_that_fails():
    with without_collector():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ImportError), without_collector():
        raise ImportError
    assert gc.isenabled()
    gc.unfreeze()


def test_what_is_seldom_wanted_and_slow_is_not_loaded_at_the_start():
    code = (
        "import django, sys; django.setup()\n"
        "from django.urls import get_resolver\nassert get_resolver().url_patterns\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'PIL', 'pikepdf', 'boto3'}))"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "leineweber.config.settings",
        "LEINEWEBER_DEMO": "1",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    assert done.stdout.strip() == b""
