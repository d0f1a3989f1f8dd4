"""Agent servers whose agents are not part of the app: what stands here never runs inside the site."""
