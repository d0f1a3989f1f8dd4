"""Windows: which panes stand where, and dialogs. They hold no rows and decide nothing of a session."""
