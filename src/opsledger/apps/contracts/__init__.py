"""Contracts, service items, terms and obligations."""
