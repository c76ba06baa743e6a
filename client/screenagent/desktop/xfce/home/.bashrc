# A short prompt leaves the line to the command.
PS1="desktop:\w\$ "
