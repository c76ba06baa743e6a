; Ctrl+V pastes here as it does everywhere else on this desktop; gtk.css keeps Ctrl+Shift+V.
(gtk_accel_path "<Actions>/terminal-window/paste" "<Primary>v")
