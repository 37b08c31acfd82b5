"""Who is due what notice and when: pure rules over what notify knows of an agency."""
