from django.db import migrations

from networks.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("networks", "0002_append_only")]

    operations = [
        append_only("reports_reportversion"),
        append_only("reports_answerrevision"),
        append_only("reports_decision"),
    ]
