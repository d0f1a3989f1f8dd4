"""What ordered entries mean: pure reducers over one log. Must never do I/O nor trust an author."""
