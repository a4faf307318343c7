"""Fair among senders: whose new mails are fetched next, and whose wait while the disk runs short."""
