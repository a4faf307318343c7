"""The words by which a page is understood: the files of rules/receipts that all layouts share, checked key by key."""
