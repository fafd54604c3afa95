"""The rules of time, terms and money: pure Python, no Django, no I/O, no clock."""
