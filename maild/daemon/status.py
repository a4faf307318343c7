"""The line that `systemctl status` shows, in the words of the office's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from maild.daemon.trouble import Troubles
from maild.domain.operation.trouble import TroubleRules, language

_WORDS = {
    "done": {
        "zh": "已处理邮件 {processed} 封，已发出通知 {sent} 封",
        "en": "{processed} mails processed, {sent} notices sent",
    },
    "well": {"zh": "运行正常：{done}", "en": "Working: {done}"},
    "trouble": {"zh": "故障：{names}（{done}）", "en": "TROUBLE: {names} ({done})"},
    "starting": {"zh": "正在启动", "en": "Starting"},
}


def status(
    counts: Mapping[str, int],
    trouble: Troubles,
    rules: TroubleRules,
    locale: str,
    say: Callable[[str], str],
    *,
    working: bool,
) -> str:
    """One line. counts: processed, sent; working: the loops have started."""
    tongue = language(locale)
    done = _WORDS["done"][tongue].format(**counts)
    standing = [one for one in trouble.list if one.open]
    if not standing:
        return _WORDS["well" if working else "starting"][tongue].format(done=done)
    names = ("；" if tongue == "zh" else "; ").join(
        f"{rules.name(one, locale)}{f' [{say(one.what)[:120]}]' if one.what else ''}" for one in standing
    )
    return _WORDS["trouble"][tongue].format(names=names, done=done)
