"""The board: objects on an infinite canvas, and operations that mean the same at every site."""
