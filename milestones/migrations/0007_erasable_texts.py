"""Texts of history may lose a person's name, by an erasure only (networks.append_only)."""

from django.db import migrations

from networks.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0009_erasures"),
        ("milestones", "0006_promised_packages"),
    ]

    operations = [
        append_only("milestones_statusupdate", erasable=('reason', 'text')),
        append_only("milestones_riskassessment", erasable=('comment',)),
    ]
