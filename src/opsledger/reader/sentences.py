"""Chinese sentences for the codes that this room raises or warns with."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "reader.empty": "文件“{filename}”里没有文字，请确认上传的是采购文件正文。",
    "reader.too_large": "文件“{filename}”有{megabytes}MB，超过{most}MB的上限，请删去图片或只上传采购需求部分。",
    "reader.not_text": "文件不是可识别的文本（可能是改了扩展名的其他文件），请上传原始的Word、PDF、Excel、网页或文本文件。",
    "reader.encrypted": "文件“{filename}”设了密码，请先去掉密码再上传。",
    "reader.damaged": "文件“{filename}”已损坏或不完整，无法打开，请重新导出后上传。",
    "reader.scanned": "这份PDF是扫描图片（{pages}页里没有文字），需要先做文字识别（OCR）再上传。",
    "reader.bomb": "文件“{filename}”解压后超过{most}MB，可能是恶意压缩文件，已拒绝处理。",
    "reader.unsupported": "暂不支持“{filename}”的格式，请转换为docx、pdf、xlsx、html或txt后上传。",
    "reader.no_office": "服务器没有安装LibreOffice，无法读取“{filename}”这类旧格式，请另存为docx后上传。",
    "reader.timeout": "转换“{filename}”超时，请另存为docx后上传。",
    "reader.nothing_found": "没有找到可以核对的条款，请确认上传的是采购需求或合同正文。",
}
