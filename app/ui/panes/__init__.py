"""Panes: widgets that show view-models and submit commands. No pane talks to another."""
