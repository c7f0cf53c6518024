"""Pure: network, earned value, outline and dates, tolerances, templates."""
