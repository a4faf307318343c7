"""The library's own system, told by HTTP: events signed and posted after the conventions of Standard Webhooks.

client  one POST, bounded in time, redirects not followed (urllib3); signatures: maild.domain.webhook
"""
