"""The board: one endless sheet that everybody draws on.

`model` and `presence` know what is there and what others do now, `scene` and `canvas` show it,
`tools` act through `desk`, and `pane` puts bars around it. What is drawn is decided in `pieces`
alone, so that the window, the minimap and an export never differ.
"""
