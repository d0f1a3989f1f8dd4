"""View-models: rows and plain values that panes show. No widget, no painting, no decision of a node."""
