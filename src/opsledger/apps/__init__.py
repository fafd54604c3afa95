"""The business rooms, from the ground up.

ledger accounts contracts assets watch desk duties security assessment documents.
"""
