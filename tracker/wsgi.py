"""The WSGI application that a web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from tracker.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

refuse_unsafe_start()
application = get_wsgi_application()
