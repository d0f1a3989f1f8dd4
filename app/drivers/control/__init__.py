"""How a command talks to the running site of a data folder: one private socket, JSON lines."""
