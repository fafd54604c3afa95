"""The life of an asset as a transition table: from the contract's list to its retirement."""

from __future__ import annotations

from opsledger.core.needs import Need
from opsledger.core.transitions import Table, build, rows

STATES = {
    "listed": "待接管",
    "in_use": "在用",
    "stored": "库存",
    "loaned": "借出",
    "repairing": "维修中",
    "missing": "未找到",
    "retired": "已报废",
}
_REASON = Need("reason", "理由")
_PLACE = Need("place", "位置")
_BY = "manager engineer"

TABLE: Table = build(
    "asset",
    "资产",
    STATES,
    "retired",
    [
        rows("register", "登记", "new > listed", "manager engineer system"),
        rows("accept", "接管核对", "listed missing > in_use", _BY, (_PLACE,), "accepted"),
        rows("not_found", "未找到", "listed in_use stored > missing", _BY, (_REASON,), "not_found"),
        rows("move", "移位", "in_use stored > .", _BY, (_PLACE,), "moved"),
        rows("store", "入库", "in_use > stored", _BY, (_PLACE,), "stored"),
        rows("deploy", "启用", "stored > in_use", _BY, (_PLACE,), "deployed"),
        rows("loan", "借出", "in_use stored > loaned", _BY, (Need("to", "借用人"),), "loaned"),
        rows("return", "归还", "loaned > stored", _BY, (_PLACE,), "returned"),
        rows("repair", "送修", "in_use stored > repairing", _BY, (_REASON,), "repair_begun"),
        rows("repaired", "修复", "repairing > in_use", _BY, (_PLACE,), "repaired"),
        rows(
            "retire",
            "报废",
            "in_use stored repairing missing > retired",
            "buyer manager",
            (_REASON,),
            "retired",
        ),
    ],
)
