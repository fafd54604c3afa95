"""Codes of this room's refusals and what they say to a person."""

SENTENCES = {
    "contract.no_period": "合同“{name}”没有固定的服务期起止日期。请在载入时用 --starts 和 --ends 指定，例如 2026-01-01 和 2026-12-31。",
    "contract.ends_before_start": "截止日期 {ends_on} 早于起始日期 {starts_on}。请核对后重新填写。",
    "contract.unknown": "找不到合同“{slug}”。请用 opsledger packs 查看可载入的合同，或核对地址。",
    "obligation.bad_frequency": "频次填写有误：次数与间隔须为不小于 1 的整数，周期须从列表中选择。",
    "obligation.note_needed": "请写明约定的依据（例如会议纪要或函件的名称与日期），再保存。",
}
