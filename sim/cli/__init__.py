"""What a user types and reads."""
