"""Recurring duties: what is due when, done by whom, proved how, and checked."""
