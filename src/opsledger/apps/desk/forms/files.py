"""A field for several files at once."""

from __future__ import annotations

from typing import Any

from django import forms

from opsledger.core.errors import DomainError
from opsledger.kernel import errors, uploads

MAX_FILES = 9


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Up to nine files, each checked by its content."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", FilesInput(attrs={"multiple": True, "data-most-files": MAX_FILES}))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        if len(given) > MAX_FILES:
            raise forms.ValidationError(f"一次最多上传 {MAX_FILES} 个文件，请分次补充。")
        for upload in given:
            try:
                uploads.check(upload)
            except DomainError as error:
                raise forms.ValidationError(errors.sentence(error)) from None
        return list(given)
