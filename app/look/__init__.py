"""How things look and what quantities are called: theme, icons, units, sentences."""
