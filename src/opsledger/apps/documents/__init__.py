"""Papers that people sign and hand over, rendered from what the other rooms know."""
