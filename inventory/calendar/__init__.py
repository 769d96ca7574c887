"""When people work: the county's hours, weekends, and China's public holidays with their make-up workdays."""
