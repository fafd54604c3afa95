"""Tickets, the facts about them, and the timers that follow from both."""

from opsledger.apps.desk.models.tickets import Ticket, TicketEvent, TicketNumber
from opsledger.apps.desk.models.timers import Timer

__all__ = ["Ticket", "TicketEvent", "TicketNumber", "Timer"]
