from django.db import migrations

from networks.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("milestones", "0002_initial")]

    operations = [
        append_only("milestones_statusupdate"),
        append_only("milestones_riskassessment"),
    ]
