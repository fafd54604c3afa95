"""Use cases on contracts: load a pack, bind terms to obligations, settle what was left open."""

from opsledger.apps.contracts.services.agreeing import (
    agree_frequency,
    agree_setting,
    assign_item,
    choose_reading,
    confirm_item_period,
)
from opsledger.apps.contracts.services.binding import bind_contract, set_rule_text
from opsledger.apps.contracts.services.loading import LoadReport, load_pack

__all__ = [
    "LoadReport",
    "agree_frequency",
    "agree_setting",
    "assign_item",
    "bind_contract",
    "choose_reading",
    "confirm_item_period",
    "load_pack",
    "set_rule_text",
]
