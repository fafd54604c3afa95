"""Codes of this room and what they say to a person."""

SENTENCES = {
    "watch.ends_before_start": "结束时间必须晚于开始时间。请核对两个时间后再提交。",
    "watch.in_the_future": "中断的时间不能晚于现在。请核对后再提交；尚未恢复的，恢复时间请留空。",
    "watch.too_many_readings": "一次最多上报{limit}个监测值。请分批上报。",
    "watch.unknown_state": "监测状态“{state}”不认识，应为 up、down、degraded、unknown 之一。请改正后重新录入。",
    "watch.already_ended": "这次中断已记为 {ended} 恢复。如时间有误，请用“更正”。",
    "watch.exclusion_incomplete": "剔除申请缺少{missing}。请补写后再提交。",
    "watch.same_approver": "事后申请须由两人先后批准，您已批准过一次。请另一位采购人或监理批准。",
    "watch.exclusion_decided": "这份剔除申请{state}，不能再次处理。如有异议，请重新申请。",
}
