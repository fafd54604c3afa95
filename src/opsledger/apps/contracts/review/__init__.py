"""The way from a document to a contract: reading, reviewing, finishing.

`fields`, `conversion`, `sections`, `packing`, `sheets` and `child` are pure: no Django, no database.
"""
