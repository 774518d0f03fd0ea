"""What outsiders bring: whom campaigns blame, what aid does, what a partner costs."""
