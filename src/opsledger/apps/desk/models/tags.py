"""Free words on tickets: one row for each, so that lists can be narrowed by them alike on every database."""

from __future__ import annotations

from django.db import models

from opsledger.apps.desk.models.tickets import Ticket


class TicketTag(models.Model):
    """One tag of one ticket.  `key` is the word folded (width and case), by which it is found and is there once.

    What a ticket shows stands in its own `tags`, kept in the same transaction: no list asks for these rows.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="tag_rows")
    word = models.CharField("标签", max_length=20)
    key = models.CharField(max_length=60)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "key"], name="desk_tag_once")]
        indexes = [models.Index(fields=["contract", "key", "ticket"], name="desk_tag_found")]

    def __str__(self) -> str:
        return self.word
