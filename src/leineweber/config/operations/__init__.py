"""Operations: what those who run the program need: health, figures, backup, the server itself."""
