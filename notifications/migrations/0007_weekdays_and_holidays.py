"""Any set of weekdays in the place of "Monday to Friday or all", and public holidays."""

from django.db import migrations, models

import notifications.public_holidays


def keep_choices(apps, schema_editor):
    """Whoever had chosen weekends too keeps them."""
    preferences = apps.get_model("notifications", "Preference").objects
    preferences.filter(weekdays_only=False).update(weekdays="1234567")


def take_back(apps, schema_editor):
    """Backwards only the two old choices exist; a weekend day counts as "all"."""
    preferences = apps.get_model("notifications", "Preference").objects
    weekend = models.Q(weekdays__contains="6") | models.Q(weekdays__contains="7")
    preferences.filter(weekend).update(weekdays_only=False)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_sending")]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="weekdays",
            field=models.CharField(
                default="12345", max_length=7, verbose_name="days of the week"
            ),
        ),
        migrations.AddField(
            model_name="preference",
            name="holidays_of",
            field=models.CharField(
                blank=True,
                max_length=60,
                validators=[notifications.public_holidays.validate_place],
                verbose_name="no mail on public holidays of",
            ),
        ),
        migrations.RunPython(keep_choices, take_back),
        migrations.RemoveField(model_name="preference", name="weekdays_only"),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("weekdays__regex", r"^1?2?3?4?5?6?7?\Z"),
                    models.Q(("weekdays", ""), _negated=True),
                ),
                name="preference_some_weekday",
                violation_error_message="Choose at least one day.",
            ),
        ),
        migrations.AlterField(
            model_name="preference",
            name="rhythm",
            field=models.CharField(
                choices=[
                    ("daily", "Each morning on which something falls due"),
                    ("weekly", "Once a week, on the first of these mornings"),
                ],
                default="daily",
                max_length=8,
                verbose_name="how often",
            ),
        ),
    ]
