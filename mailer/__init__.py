"""E-mail as a channel: letters written as complete messages, and their delivery."""
