"""What becomes of a server that many rude requests reach? See ``__main__``."""
