"""Kernel tests use Django, but no app's rows."""

import django

# A run of this folder alone loads this file before the plugin has set Django up.
django.setup()
