"""Organisations, users, roles on contracts, and a person's messages."""
