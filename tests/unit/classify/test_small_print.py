"""Small print about who may read a mail is not read; what says more in it is."""

from __future__ import annotations

from maild.domain.incoming.mail import Attachment
from tests.cases import each
from tests.unit.classify.classify_mails import mail, ruled

N, SENDER = "2026112400017", "ill@lib.pku.edu.cn"
NOTICES = (
    "【本邮件及其附件含有北京大学图书馆的信息，仅限于发送给上面地址中列出的个人或群组。如果您错收了本邮件，请您立即通知发件人并删除本邮件！】",
    "本邮件及附件包含保密信息，仅供指定收件人使用。如您不是预期的收件人，请勿阅读、复制或传播。",
    "This e-mail and any attachments are confidential. If you are not the intended recipient, please delete\nit and "
    "notify the sender. Any copying is prohibited.",
)
PDF = (Attachment(filename="a.pdf", media_type="application/pdf", content=b"%PDF-1.4", sha256="0"),)


@each("notice", NOTICES)
def test_a_notice_of_confidentiality_is_not_read(notice: str) -> None:
    """Below the text, or right below a signature."""
    for text in (f"{N} 全文见附件，请查收。\n\n{notice}", f"{N} 全文见附件，请查收。\n北大图书馆\n{notice}"):
        assert ruled(mail("文献", text, sender=SENDER, attachments=PDF)).main.event == "shipped"


@each(("told", "notice"), [
    ("全文见附件，请查收。", "本邮件及附件仅供贵馆核对，请勿转交读者，误收请删。"), ("全文见附件，请查收。", "本邮件中的附件误发给您，非本单收件人，请删除。"),
    ("本馆无，无法提供。", "此邮件为初步答复，非最终结果，误收请忽略。"),
    ("is attached.", "This message was sent to you in error: the scan is for another library. Please delete it."),
])  # fmt: skip
def test_what_says_more_is_read(told: str, notice: str) -> None:
    """A condition, a mistake, a first answer dressed as such a notice."""
    assert ruled(mail("文献", f"{N} {told}\n\n{notice}", sender=SENDER, attachments=PDF)).main.event is None
