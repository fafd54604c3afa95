"""Ways in and out: codes on walls, mail that was taken in, deliveries to the outside, keys of API calls."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opsledger.apps.desk.models.tickets import Ticket
from opsledger.apps.desk.words import TOPICS


class ReportCode(models.Model):
    """A QR code on a device or a wall: opens the form with the item, place and device filled in."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="report_codes")
    item = models.ForeignKey("contracts.ServiceItem", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=32, unique=True)
    place = models.CharField("地点", max_length=120, blank=True)
    device = models.CharField("设备", max_length=120, blank=True)
    # Whether a first report needs no login (the buyer decides).
    open_to_all = models.BooleanField("无需登录即可报修", default=False)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["item", "id"]

    def __str__(self) -> str:
        return f"{self.device or self.place or self.code}"


class CodeUse(models.Model):
    """A report through a code by somebody not signed in: counted, so that it can be limited."""

    code = models.ForeignKey(ReportCode, on_delete=models.CASCADE, related_name="uses")
    address = models.CharField(max_length=64)
    used_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "used_at"], name="desk_code_use")]

    def __str__(self) -> str:
        return f"{self.code_id} {self.used_at}"


class MailTaken(models.Model):
    """A mail that was taken in, or why it was not; the message id makes it once."""

    class Outcome(models.TextChoices):
        REPORTED = "reported", "已登记为工单"
        NOTE = "note", "已补充到工单"
        AUTOMATIC = "automatic", "自动回复、退信或群发，未处理"
        UNKNOWN = "unknown_sender", "发件人不是本合同人员，未处理"
        TOO_MANY = "too_many", "同一发件人过于频繁，留在邮箱待人工处理"
        TOO_LARGE = "too_large", "邮件过大，留在邮箱待人工处理"
        WRONG_TOKEN = "wrong_token", "回复标记不符，未处理"
        WHICH_ITEM = "which_item", "看不出是哪个系统，留在邮箱待人工处理"
        WHICH_CONTRACT = "which_contract", "看不出是哪份合同，留在邮箱待人工处理"
        CHAT = "chat", "群消息"

    message_id = models.CharField(max_length=300, unique=True)
    contract = models.ForeignKey(
        "contracts.Contract", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    sender = models.CharField(max_length=254)
    subject = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=40)
    # Whether the sender was found to be the person: by the house's mail gate, or by the mark made for them.
    checked = models.BooleanField("发件人已核验", default=False)
    ticket = models.ForeignKey(Ticket, null=True, blank=True, on_delete=models.SET_NULL, related_name="mails")
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["-taken_at", "-id"]
        indexes = [
            models.Index(fields=["sender", "taken_at"], name="desk_mail_sender"),
            models.Index(fields=["contract", "-taken_at"], name="desk_mail_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.outcome}"

    @property
    def word(self) -> str:
        """What became of it, in words."""
        code = self.outcome.removeprefix("refused: ")
        return dict(self.Outcome.choices).get(code, f"未受理（{code}）")


class Channel(models.Model):
    """Where a person, or a group, is told outside the application: an apprise address or a webhook."""

    class Kind(models.TextChoices):
        APPRISE = "apprise", "消息通道"
        WEBHOOK = "webhook", "回调地址"
        MAIL = "mail", "邮件"

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="channels")
    # A person's own channel, or None for one of the contract (a group robot, a webhook).
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.APPRISE)
    name = models.CharField("名称", max_length=60)
    address = models.CharField("地址", max_length=500)
    secret = models.CharField(max_length=80, blank=True)
    verbs = models.JSONField("事项", default=list, blank=True)
    quiet_from = models.TimeField("免打扰起", null=True, blank=True)
    quiet_to = models.TimeField("免打扰止", null=True, blank=True)
    digest_minutes = models.PositiveIntegerField("合并间隔（分钟）", default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def topics(self) -> list[str]:
        """The topics to which it is limited; none: it hears of everything."""
        return [topic for topic, (_, verbs) in TOPICS.items() if set(verbs) <= set(self.verbs)]

    @property
    def topic_words(self) -> str:
        return "；".join(TOPICS[topic][0] for topic in self.topics) or "全部"


class Delivery(models.Model):
    """One message to one channel, written in the act's transaction and sent by the worker."""

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    dedupe = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["channel", "dedupe"], name="desk_delivery_once")]

    def __str__(self) -> str:
        return self.title
