"""Shared programs at one site: copies here, what they are told, what their persons do."""
