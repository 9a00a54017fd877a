"""Reading whom to invite: pasted addresses or a sheet, into a table that says what is wrong."""
