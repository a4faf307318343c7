"""The second reader: labels from what staff did, training, back-test, and the record of its agreement."""
