"""The mobile network: phones, texts, calls."""
