"""Sentences for `core.availability`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "availability.naive_moment": "时间 {found} 没有时区，无法计算可用性。请补上时区。",
    "availability.bad_interval": "时间段 {begin} 至 {end} 无效：须为整秒，且结束不早于开始。请更正起止时间。",
    "availability.not_observable": "监测记录的状态不能是“{state}”。服务时段与剔除须另行登记，请更正记录。",
    "availability.unknown_exclusion": "没有“{kind}”这种剔除原因。请从这些原因中选择：{kinds}。",
    "availability.exclusion_unproven": "剔除记录缺少“{missing}”，不能计入。请补齐后再提交。",
    "availability.unknown_result": "不认识监测结果“{result}”。请检查监测点的程序版本。",
    "availability.bad_check": "监测设置无效（间隔 {interval} 秒，超时 {timeout} 秒）。间隔与确认次数须为正整数，请更正。",
    "availability.no_data": "这段时间没有可计算的监测数据，不能得出可用率。请选择有数据的时段，或先补齐监测。",
    "availability.bad_ratio": "比率 {num}/{den}（{digits} 位小数）无效，应在 0 与 1 之间。请核对数据。",
    "availability.bad_target": "目标值“{target}”无效，应为 0 至 100 之间的百分数。请更正条款。",
    "availability.unknown_figure": "没有“{figure}”这种可用率。请从这些口径中选择：{figures}。",
    "availability.unknown_rule": "没有“{rule}”这种汇总办法。请从这些办法中选择：{rules}。",
    "availability.no_voters": "没有监测点可供判定。请至少为该服务设置一个监测点。",
    "availability.mixed_vantage": "不同网络的监测点（{classes}）不能合并判定。请按网络分别设置服务。",
    "availability.bad_quorum": "判定所需的监测点数 {number} 无效，应在 1 至 {voters} 之间。请更正设置。",
    "availability.not_approved": "该停机窗口未经批准，仍计入中断时间。请由有权人员批准。",
    "availability.second_approver_missing": "该停机窗口在开始后才登记或批准，须由另一人复批，目前仍计入中断时间。请补办复批。",
    "availability.cap_spent": "本月计划停机时长已用完，超出部分仍计入中断时间。请与采购人协商。",
    "availability.bad_cap": "每月计划停机上限 {cap_seconds} 秒无效，不能为负数。请更正条款。",
    "availability.month_missing": "{begin:%Y-%m-%d %H:%M} 的停机窗口不在所计算的月份之内。请扩大计算的时段。",
}
