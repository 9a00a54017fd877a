"""``manage.py api_token EMAIL``: a key to the API."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from networks.models import ApiToken, User


class Command(BaseCommand):
    """Print a new token. It is shown this once: only its hash is kept."""

    help = "Make a token with which a program acts as this person in the API, and print it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose token, and what it is called in the admin."""
        parser.add_argument("email", help="the person's e-mail address")
        parser.add_argument("--read-only", action="store_true", help="it may change nothing")
        parser.add_argument("--name", default="", help="what the token is for")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look the person up and print the token alone, so that a script can read it."""
        person = self._person(options["email"])
        scope = ApiToken.Scope.READ if options["read_only"] else ApiToken.Scope.WRITE
        _, token = ApiToken.objects.create(user=person, name=options["name"][:80], scope=scope)
        self.stdout.write(token)

    def _person(self, email: str) -> User:
        try:
            person = User.objects.get_by_natural_key(email.strip())
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody has an account with the address {email}.") from error
        if not person.is_active:
            raise CommandError(f"The account {person.email} is closed: open it first.")
        return person
