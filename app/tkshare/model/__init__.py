"""What passes in a shared program and what does not: pure, one model for Tk and Qt."""
