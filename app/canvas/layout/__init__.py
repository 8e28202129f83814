"""Where everything lies on the canvas. Pure."""
