"""What the platform knows about its own running."""

from __future__ import annotations

from django.db import models


class SweepRun(models.Model):
    """When a sweep last ran, how many rows it dealt with, and why it failed if it did."""

    name = models.CharField(max_length=80, unique=True)
    every_seconds = models.PositiveIntegerField()
    last_run = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Stamp(models.Model):
    """One row whose value changes whenever a setting is written: see `kernel.recall`."""

    value = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.value
