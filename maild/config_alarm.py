"""The options of the alarm road: where troubles are told beside the mail that may be what is broken."""

from __future__ import annotations

from dataclasses import dataclass

from maild.options import Secret, opt


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Telling when maild itself does not work, by another road than mail (docs/operations.md)."""

    wecom: Secret = opt(
        Secret(""), "Address of a WeCom (企业微信) group robot, as WeCom shows it. Give wecom_file.", secret_file=True
    )
    dingtalk: Secret = opt(
        Secret(""),
        "Address of a DingTalk (钉钉) group robot, as DingTalk shows it. Give dingtalk_file.",
        secret_file=True,
    )
    dingtalk_secret: Secret = opt(
        Secret(""), "The robot's signing secret (加签, SEC…); '' where it has none.", secret_file=True
    )
    feishu: Secret = opt(
        Secret(""), "Address of a Feishu (飞书) or Lark group robot. Give feishu_file.", secret_file=True
    )
    feishu_secret: Secret = opt(
        Secret(""), "The robot's signing secret (签名校验); '' where it has none.", secret_file=True
    )
    webhook: Secret = opt(
        Secret(""),
        "An address of the house's own that takes each alarm as a JSON object. Give webhook_file.",
        secret_file=True,
    )
    apprise: Secret = opt(
        Secret(""),
        "Addresses of the library apprise, with blanks between them: SMS gateways and "
        "a hundred services more (needs maild[alarm]). Give apprise_file.",
        secret_file=True,
    )
    heartbeat: Secret = opt(
        Secret(""),
        "An address that is asked for (GET) while maild does its work; the service "
        "behind it tells somebody when that stops. Give heartbeat_file.",
        secret_file=True,
    )
    heartbeat_minutes: float = opt(5.0, "How often.", minimum=0.01, maximum=1440)
    after_minutes: float = opt(2.0, "So long a trouble lasts before it is told.", minimum=0, maximum=1440)
    cooldown_minutes: float = opt(
        10.0, "Between two alarms at least; what comes meanwhile is told together.", minimum=0, maximum=1440
    )
    again_hours: float = opt(4.0, "A trouble that lasts is told again so often.", minimum=0.1, maximum=168)
    disk_mb: int = opt(200, "Less free space than this where mails are kept is a trouble.", minimum=1)
    ca_file: str = opt("", "Certificate authority file; '' for the system's.", path=True)
    timeout_seconds: float = opt(10.0, "Limit of every wait for a receiver.", minimum=0.1, maximum=60)

    @property
    def robots(self) -> tuple[tuple[str, Secret, Secret], ...]:
        """(road, address, signing secret) of those that are set."""
        given = (
            ("wecom", self.wecom, Secret("")),
            ("dingtalk", self.dingtalk, self.dingtalk_secret),
            ("feishu", self.feishu, self.feishu_secret),
            ("webhook", self.webhook, Secret("")),
        )
        return tuple(one for one in given if one[1])
