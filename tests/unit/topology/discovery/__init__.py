"""What devices hear and learn against what the inventory intends."""
