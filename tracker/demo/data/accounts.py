"""The demo's accounts: one per role, all with the same password."""

PASSWORD = "compass-alliance-demo"  # noqa: S105 - printed on purpose, for invented data
MARK = "manager@demo.example"
ADMIN = "admin@demo.example"

# role | e-mail address | what waits for this person
ACCOUNTS = """
manager | manager@demo.example | decides on amendment 2 of MYELOOM, verifies challenge awards
officer | officer@demo.example | verifies claims and deliverables, chases what is late
chair | chair@demo.example | decides at the gate MS13 of MYELOOM
reviewer | reviewer@demo.example | reads the evidence for that gate
funder | funder@demo.example | sees what its share has reached, lately MS12
lead | lead@demo.example | MYELOOM: due this week, overdue, one claim returned
deputy | deputy@demo.example | MYELOOM: due today, an imaging cohort that slips
work package lead | wplead@demo.example | MYELOOM WP3: one milestone overdue, one due in a month
member | member@demo.example | MYELOOM: a draft to finish, D2.4
observer | observer@demo.example | MYELOOM and LONGSTRIDE: the public plan, lately MS12
superuser | admin@demo.example | the Django admin
"""


def printed_accounts() -> str:
    """The table that the command prints, and the demo shows at its start."""
    lines = [[cell.strip() for cell in line.split("|")] for line in ACCOUNTS.strip().splitlines()]
    table = [f"  {role:<18} {email:<22} {sees}" for role, email, sees in lines]
    return "\n".join(
        ["Sign in as (all people here are invented):", *table, f"Password of all: {PASSWORD}"]
    )
