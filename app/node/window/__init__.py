"""What a window is told beyond what every site tells; absent where nobody looks."""
