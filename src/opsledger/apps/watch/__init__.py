"""Watching services: states seen by probes and people, outages, approved exclusions, availability."""
