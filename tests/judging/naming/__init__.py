"""What wrong methods are called: pure tests, in this process, a few milliseconds each."""
