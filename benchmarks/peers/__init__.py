"""Other ways to one order, as simple as they can be, to compare with. For development only."""
