"""Measures shared programs: whole copies on X servers of their own, real keys and a real mouse."""
