"""What people type in a review, and the service each form calls."""
