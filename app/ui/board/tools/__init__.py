"""Tools: what a press, a drag and a release mean, one file for each idea."""
