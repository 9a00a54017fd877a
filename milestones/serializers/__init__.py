"""How the API shows a plan (``rows``) and what it takes (``inputs``)."""
