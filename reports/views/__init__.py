"""Pages over all networks a person reaches."""
