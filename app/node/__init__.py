"""One whole site without I/O: wires the rooms below it and speaks to the world in values."""
