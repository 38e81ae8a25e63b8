"""An independent model of the device, written from SPEC.md alone, and what drives it beside a real box."""
