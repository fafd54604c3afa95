"""The outside world: notification channels, object store, document rendering, scanner formats."""
