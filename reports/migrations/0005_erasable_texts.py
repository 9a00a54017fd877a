"""Texts of history may lose a person's name, by an erasure only (networks.append_only)."""

from django.db import migrations

from networks.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0009_erasures"),
        ("reports", "0004_report_schedule"),
    ]

    operations = [
        append_only("reports_reportversion", erasable=('content', 'sha256')),
        append_only("reports_answerrevision", erasable=('text',)),
        append_only("reports_decision", erasable=('reasons', 'public_sentence')),
    ]
