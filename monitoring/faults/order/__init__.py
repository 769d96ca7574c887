"""The work order (派修单): one page of paper for who goes to the place, and for the file afterwards."""
