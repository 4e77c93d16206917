"""An agency's own settings: drafted, previewed, published, taken back."""
