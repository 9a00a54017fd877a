"""Pages of reviews, decisions, conditions and meetings."""
