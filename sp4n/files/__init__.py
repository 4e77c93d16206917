"""Uploads: checking, cleaning, storing and serving them."""

# The exit code of the PDF cleaner (pdf.py) by which its caller (cleaning.py), who need not load
# what reads PDFs, knows a refusal.
REFUSED = 3
