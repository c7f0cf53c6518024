"""Floor 4: what people see: portal, desk, cockpit, api."""
