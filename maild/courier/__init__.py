"""The courier: hands rendered notices to the office's SMTP server and says what became of them."""

from maild.courier.probe import ProbeReport, probe
from maild.courier.smtp import SmtpCourier

__all__ = ["ProbeReport", "SmtpCourier", "probe"]
