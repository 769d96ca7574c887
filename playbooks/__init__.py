"""Make it so: device changes over SSH, and Ansible plays for servers and applications."""
