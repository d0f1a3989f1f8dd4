"""Mobile Streams: reliable links from hop to hop, and above them streams that move."""
