"""What people see: a Flask application, server-rendered, one blueprint a subject."""
