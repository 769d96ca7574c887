"""What the gateway answers over HTTP: the API of applications, Kannel's reports, and the page for people."""
