"""The promises of ORDER.md section 8, each checked after every step by what that step changed."""
