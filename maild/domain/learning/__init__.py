"""What experience says: of rules, of readers, of providers' mails, and how sure it is."""
