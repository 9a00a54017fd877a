"""Texts of history may lose a person's name, by an erasure only (networks.append_only)."""

from django.db import migrations

from networks.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0009_erasures"),
        ("notifications", "0013_invitations"),
    ]

    operations = [
        append_only("notifications_bounce", erasable=('address', 'said')),
        append_only("notifications_attempt", erasable=('reply',)),
    ]
