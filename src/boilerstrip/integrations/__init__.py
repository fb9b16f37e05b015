"""Steps for engines that people already run, one file each; nothing else in the package imports them."""
