"""How does a result leave the index whole? Rows of all its articles, the formats they are written in, and files."""
