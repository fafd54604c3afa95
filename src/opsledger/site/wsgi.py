"""The WSGI entry: `gunicorn opsledger.site.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsledger.site.settings")
application = get_wsgi_application()
