"""What the demo prints once everything answers."""

from collections.abc import Mapping

from tracker.demo.broker import Broker
from tracker.demo.environment import Place

NAMES = {"postgres": "PostgreSQL", "postgresql": "PostgreSQL", "sqlite": "SQLite"}
NO_ACCOUNTS = "No demo accounts: make one with `manage.py createsuperuser`."


def banner(place: Place, broker: Broker, env: Mapping[str, str], seconds: float) -> str:
    """Compose the address, the mailbox, where things lie, and the demo accounts."""
    rows = [
        ("Open", f"{place.url}/"),
        ("Mailbox", f"{place.url}/demo/mail/  (every mail the demo sends)"),
        ("API", f"{place.url}/api/v1/docs/"),
        ("Database", database_label(place, env)),
        ("Broker", broker.label),
        ("Logs", "this screen" if place.dev else f"{place.data / 'log'}"),
    ]
    lines = [f"  {name:<9} {text}" for name, text in rows]
    accounts = place.accounts.read_text().rstrip() if place.accounts.exists() else NO_ACCOUNTS
    head = f"Everything runs (after {seconds:.1f} s). Ctrl-C stops it; the data stays."
    return "\n".join(["", head, "", *lines, "", accounts, ""])


def database_label(place: Place, env: Mapping[str, str]) -> str:
    """Name the database without the password that its address may hold."""
    address = env.get("DATABASE_URL", "")
    if not address:
        return f"SQLite ({place.data / 'tracker.sqlite3'})"
    kind = address.split("://")[0]
    return f"{NAMES.get(kind, kind)} of DATABASE_URL"
