"""Reports made readable: terminal, notebook, pages."""
