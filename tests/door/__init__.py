"""Coming in: log-in, second factors, providers, limits, one's own account."""
