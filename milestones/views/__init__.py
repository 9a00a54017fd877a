"""Pages of a network's plan."""
