"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leineweber.config.settings")
application = get_wsgi_application()
# What is loaded now stays for the life of the process; the collector need not look at it again, and
# requests make little that needs it.
gc.collect()
gc.freeze()
gc.set_threshold(25_000, 25, 50)
