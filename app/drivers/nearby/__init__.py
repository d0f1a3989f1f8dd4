"""Who is near: sessions of this network are announced and sighted, by zeroconf and by broadcast.

An announcement is a random name, a session's tag and a port; no name, no title, no key. It proves
nothing: whoever is sighted is asked (`node.onlooker`).
"""
