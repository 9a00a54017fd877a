"""Pages about people and how they come in."""
