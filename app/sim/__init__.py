"""N whole sites on one seed: virtual time, a network and disks that fail, checkers at every step."""
