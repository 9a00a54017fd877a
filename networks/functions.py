"""SQL functions and lookups that serve both engines alike."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import DateField, Field, ForeignObject, Func
from django.db.models.lookups import In


@ForeignObject.register_lookup
@Field.register_lookup
class Among(In):
    """``pk__among=ids``: as ``pk__in``, for lists of hundreds of values.

    PostgreSQL gets them as one array. ``IN`` would write each of them into the statement,
    and to compose and take apart such a statement costs more than to answer it.
    """

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        """The values as their column keeps them; numbers are so already."""
        prepared = self.lhs.output_field.get_prep_value
        values = (value for value in self.rhs if value is not None)
        return [value if type(value) is int else prepared(value) for value in values]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The column is any of an array's values."""
        if not self.rhs:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        if all(type(value) is int for value in self.rhs):
            # As one text: to quote each number takes a tenth of a mail's time.
            numbers = ",".join(map(str, self.rhs))
            return f"{column} = ANY(CAST(%s AS bigint[]))", [*params, f"{{{numbers}}}"]
        return f"{column} = ANY(%s)", [*params, self.rhs]


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
