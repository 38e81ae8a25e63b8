"""Where the box stands: the room, and a year in a cabin."""
