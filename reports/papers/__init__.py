"""Papers: reports as documents that are printed, signed and filed."""
