"""Django without business: clock, scoping, outbox, errors to responses, forms, htmx."""
