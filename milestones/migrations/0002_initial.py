"""Nothing any more: what was added here to the first models stands with them in 0001.

It stays for the databases that have it on file, and for what depends on it. Django renders the
models anew for each field and constraint that is added: as options of a model they cost nothing.
"""

from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("milestones", "0001_initial"),
        ("networks", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = []
