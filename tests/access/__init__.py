"""Who reaches what, over every address there is: ``make test-access``."""
