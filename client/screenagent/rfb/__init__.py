"""An RFB (RFC 6143) client that knows nothing of the rest of ScreenAgent."""
