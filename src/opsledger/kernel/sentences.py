"""Codes of the kernel's own refusals and what they say to a person."""

SENTENCES = {
    "access.denied": "您在这份合同中的角色不能执行此操作。如确需办理，请联系项目经理或系统管理员调整角色。",
    "upload.too_large": "文件“{name}”超过 {limit_mb} MB 的上限，没有保存。请压缩后重新选择；您填写的其他内容已保留。",
    "upload.picture_too_large": "“{name}”有{megapixels}00万像素，超过{limit}00万像素的上限，没有保存。请用手机相机重新拍摄，或缩小后再选；您填写的其他内容已保留。",
    "upload.type_unknown": "无法识别文件“{name}”的类型。可上传图片、PDF、Word、Excel、压缩包和文本文件。",
    "upload.type_refused": "不接受“{name}”：其内容是{found}，与允许的类型不符。请换成图片、PDF、Office 文档、压缩包或文本文件。",
    "upload.type_mismatch": "文件“{name}”的扩展名与内容不一致（内容是{found}），没有保存。请用原始文件重新上传。",
    "upload.empty": "文件“{name}”是空的，没有保存。请检查后重新选择。",
    "page.stale": "这条记录在您打开页面之后已由{by}更新（{what}）。您的修改未提交，填写的内容保留在下方，请核对最新情况后再提交。",
    "page.bad_input": "输入有误：{problem}。请改正后再提交。",
}
