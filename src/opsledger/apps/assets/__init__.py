"""Assets: what is looked after, what hangs on what, what runs out when, and the spare parts."""
