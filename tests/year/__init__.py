"""A whole year of one network, through the browser."""
