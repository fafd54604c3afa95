"""Tickets, the facts about them, the timers that follow from both, and what the desk keeps beside them."""

from opsledger.apps.desk.models.approvals import Approval, ApprovalStep, ApprovalVote
from opsledger.apps.desk.models.knowledge import Article, ArticleVote, CannedReply, ColumnChoice, SavedFilter
from opsledger.apps.desk.models.ladders import LadderFired, LadderStep, Shift, Swap
from opsledger.apps.desk.models.links import KeptSight, RuleHit, TicketLink, Watcher
from opsledger.apps.desk.models.report_templates import ReportTemplate
from opsledger.apps.desk.models.tags import TicketTag
from opsledger.apps.desk.models.tasks import Reminder, TicketTask
from opsledger.apps.desk.models.tickets import Ticket, TicketEvent, TicketNumber
from opsledger.apps.desk.models.timers import Timer
from opsledger.apps.desk.models.visits import Visit
from opsledger.apps.desk.models.ways import Channel, CodeUse, Delivery, MailTaken, ReportCode
from opsledger.apps.desk.models.work import WorkDay, WorkEntry

__all__ = [
    "Approval",
    "ApprovalStep",
    "ApprovalVote",
    "Article",
    "ArticleVote",
    "CannedReply",
    "Channel",
    "CodeUse",
    "ColumnChoice",
    "Delivery",
    "KeptSight",
    "LadderFired",
    "LadderStep",
    "MailTaken",
    "Reminder",
    "ReportCode",
    "ReportTemplate",
    "RuleHit",
    "SavedFilter",
    "Shift",
    "Swap",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "TicketNumber",
    "TicketTag",
    "TicketTask",
    "Timer",
    "Visit",
    "Watcher",
    "WorkDay",
    "WorkEntry",
]
