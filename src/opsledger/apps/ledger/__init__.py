"""The ledger: append-only entries, hash-chained per contract, and content-addressed files."""
