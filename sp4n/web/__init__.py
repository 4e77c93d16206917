"""HTTP without business: sites, transactions, errors, headers, forms, languages."""
