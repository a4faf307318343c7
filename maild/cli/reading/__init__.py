"""Commands on what is understood: rules, second reader, explaining, replaying, evaluating."""
