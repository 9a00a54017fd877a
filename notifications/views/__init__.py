"""Pages of notifications: the outbox, preferences, and what links in mails open."""
