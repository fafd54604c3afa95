"""Codes of the desk's refusals and what they say to a person."""

SENTENCES = {
    "ticket.contract_closed": "合同“{contract}”已结束，不能再登记或办理工单。如需办理，请联系采购人。",
    "ticket.not_yours": "这张工单已派给{assignee}，由其本人操作。如需接手，请项目经理转派给您。",
    "ticket.item_not_yours": "您不能就这个服务项报修。请选择本单位的服务项；如列表中没有，请联系项目经理。",
    "ticket.severity_unknown": "“{severity}”不是这个服务项的等级。请从下列等级中选择：{allowed}。",
    "ticket.not_an_engineer": "“{name}”不是这份合同的工程师，不能派单。请从名单中选择处理人。",
    "ticket.approver_unknown": "批准人须是这份合同的采购人或服务单位人员。请重新选择。",
    "ticket.interruption_reversed": "业务中断的结束时间早于开始时间。请核对后重新填写。",
    "ticket.interruption_future": "业务中断时间不能晚于现在。请核对后重新填写。",
    "ticket.happened_in_future": "操作时间不能晚于现在。请核对后重新填写。",
    "ticket.too_old": "事后登记的时间不能早于{first:%Y年%m月%d日 %H:%M}。请核对后重新填写。",
    "ticket.note_empty": "请填写内容后再提交。",
    "ticket.number_busy": "编号正在被其他登记占用，本次没有提交。请稍候重试，您填写的内容仍在。",
    "ticket.rating_part": "“{part}”的评分应为 1 至 5 分。请重新选择。",
    "ticket.no_right_to_attach": "您不能向这张工单添加附件。请联系处理人代为上传。",
    "ticket.reason_not_allowed": "合同没有约定“{reason}”可以暂停计时。可选的原因有：{allowed}。",
    "ticket.outside_period": "服务项“{item}”的服务期为{first}至{last}，报修时间不在服务期内，不能登记。请联系采购人。",
}
