"""Sentences for what can go wrong in scoring and payment."""

SENTENCES: dict[str, str] = {
    "scheme.invalid": "考核方案有误，位置 {path}：{problem}。请改正后重新载入，原方案未变。",
    "plan.invalid": "付款计划有误，位置 {path}：{problem}。请改正后重新载入，原计划未变。",
    "plan.unknown_milestone": "付款计划中没有“{milestone}”这一付款节点，请从计划列出的节点中选择。",
    "plan.no_result": "付款节点“{milestone}”要按考核结果支付，请先完成对应期间的考核。",
    "plan.base_differs": "考核依据的当期款项{assessed}与“{milestone}”应付的{instalment}不符，请核对。",
    "scoring.duplicate_fact": "事实 {fact} 出现了两次，会重复扣分，请删去其中一条。",
    "scoring.unknown_reading": "考核方案的待定事项“{point}”没有“{reading}”这一读法，请从列出的读法中选择。",
    "scoring.mark_unknown_row": "考核方案中没有指标“{indicator}”，请按评分表中的指标打分。",
    "scoring.mark_not_manual": "指标“{row}”按事实计分，不能直接打分；请对具体事实提出异议或申请排除。",
    "scoring.mark_without_reason": "指标“{row}”的打分没有写理由，请补充理由后再提交。",
    "scoring.mark_out_of_range": "指标“{row}”打了{points}分，应在{low}至{high}分之间，请改正。",
    "scoring.unknown_assessor": "“{assessor}”不是方案规定的考核人，不能给“{row}”打分，请改由考核人打分。",
    "scoring.duplicate_mark": "{assessor}给“{row}”打了两次分，请只保留一次。",
    "scoring.no_periods": "还没有设置考核期间，请先按合同设置考核期间。",
    "scoring.no_weight": "各考核期间的权重合计为0，无法加权，请至少给一个期间设置权重。",
    "scoring.periods_overlap": "考核期间“{first}”与“{second}”有重叠的日子，请调整，使每一天只属于一个期间。",
}
