from django.db import migrations

from networks.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("networks", "0001_initial")]

    operations = [append_only("networks_event")]
