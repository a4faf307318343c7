"""HTTP to the outside: the library's own system, told of events, and the alarm roads.

line    one request, bounded in time, redirects not followed (urllib3)
client  events signed and posted after the conventions of Standard Webhooks; signatures: maild.domain.outgoing.webhook
robots  what WeCom, DingTalk and Feishu are posted, and what they answer
ldap    people of a directory, by ldapsearch
roads   an alarm on all roads side by side, and the dead man's heartbeat
"""

from maild.texts import Texts

SAY = Texts(__name__)
