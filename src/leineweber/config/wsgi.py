"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from leineweber.config.loading import without_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leineweber.config.settings")
with without_collector():
    application = get_wsgi_application()
# Requests make little that needs the collector.
gc.set_threshold(25_000, 25, 50)
