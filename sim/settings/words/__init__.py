"""What settings mean in words: titles that say what was changed, events and scenarios as sentences."""
