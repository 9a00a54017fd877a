"""Fewer indexes that a mail joins anew with each of the three updates on its way out.

Another index of the same column serves as well, or few mails have the column, or it was one
for LIKE, which nobody asks by. Uniqueness is added before the other kind of it goes.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0011_programme_role_open'),
        ('notifications', '0014_erasable_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('dedupe_key',), name='message_once', violation_error_message='This mail is on file already.'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('message_id',), name='message_id_once', violation_error_message='Another mail has this Message-ID.'),
        ),
        migrations.AlterField(
            model_name='message',
            name='dedupe_key',
            field=models.CharField(editable=False, max_length=100),
        ),
        migrations.AlterField(
            model_name='message',
            name='event',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='networks.event'),
        ),
        migrations.AlterField(
            model_name='message',
            name='invitation',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='networks.invitation'),
        ),
        migrations.AlterField(
            model_name='message',
            name='message_id',
            field=models.CharField(editable=False, max_length=200, verbose_name='Message-ID'),
        ),
        migrations.AlterField(
            model_name='message',
            name='recipient',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='reminder',
            name='network',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='networks.network'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('event__isnull', False)), fields=['event'], name='message_event'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('invitation__isnull', False)), fields=['invitation'], name='message_invitation'),
        ),
    ]
