"""Documents against the device."""
