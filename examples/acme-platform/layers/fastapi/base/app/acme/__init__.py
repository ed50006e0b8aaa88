"""What Acme's platform expects of each of its services."""
