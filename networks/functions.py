"""SQL functions that serve both engines alike."""

from typing import Any

from django.db.models import DateField, Func


class AddDays(Func):
    """A date some days later, where the number of days is a column."""

    output_field = DateField()
    template = "(%(expressions)s)"
    arg_joiner = " + "

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite keeps dates as text, and adds to them with a modifier."""
        return self.as_sql(
            compiler,
            connection,
            template="DATE(%(expressions)s || ' days')",
            arg_joiner=", ",
            **context,
        )
