"""Codes of this room and what they say to a person."""

SENTENCES = {
    "asset.code_taken": "资产编号“{code}”已被“{name}”使用。请换一个编号，或留空由系统编号。",
    "asset.serial_taken": "序列号“{serial}”已登记在“{name}”上。请核对后再提交。",
    "asset.unknown_kind": "资产类型“{kind}”不认识。请从类型清单中选择。",
    "asset.bad_field": "“{label}”应为{kind}，您填的是“{found}”。请改正后再提交。",
    "asset.relation_circle": "“{source}”与“{target}”之间会形成循环依赖，没有保存。请检查关系的方向。",
    "asset.relation_other_contract": "两个资产不属于同一份合同，不能建立关系。",
    "asset.ends_before_start": "{label}早于购置日期。请核对后再提交。",
    "import.no_workbook": "“{name}”不是可读取的 xlsx 工作簿。请用 Excel 或 WPS 另存为 .xlsx 后再上传。",
    "import.wrong_headings": "表头缺少：{missing}。第一行应包含：{expected}。请下载样表填写。",
    "import.too_many": "工作簿有{rows}行，一次最多导入{limit}行。请拆分后再导入。",
    "import.not_preview": "这次导入{state}，不能再次执行。",
    "import.all_wrong": "没有可导入的行。请按提示改正后重新上传。",
    "import.changed_since": "导入之后有{count}项资产又被修改，不能整体撤销。请逐项处理：{names}。",
    "import.stale": "预览之后资产已有变化，请重新上传并预览。",
    "spare.not_enough": "“{name}”可用库存{free}{unit}，不够{asked}{unit}。请先入库或减少数量。",
    "spare.not_reserved": "“{name}”没有预留这么多（已预留{reserved}{unit}）。请核对数量。",
    "spare.not_loaned": "“{name}”借出的备机只有{loaned}{unit}。请核对数量。",
    "spare.bad_quantity": "数量应为大于零的整数，您填的是“{quantity}”。请改正后再提交。",
}
