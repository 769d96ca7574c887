"""What is done about a finding at a port, and the buttons of those who may."""
