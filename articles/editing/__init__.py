"""What editors do to the archive: no pages here, only what they ask for."""
