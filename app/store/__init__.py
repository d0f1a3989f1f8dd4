"""The site's journal on disk: what was committed here is what a restarted site still knows."""
