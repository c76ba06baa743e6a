"""The window's composition root: settings, controller, bridge, model, widgets, event loop."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QLocale

from screenagent import log
from screenagent.app import Controller
from screenagent.gui import style
from screenagent.gui.application import SystemSignals, caught, make_application
from screenagent.gui.bridge import Bridge
from screenagent.gui.window import MainWindow
from screenagent.gui.words import Words, language_for
from screenagent.gui.workbench import Workbench
from screenagent.settings import Settings


def run(config: Path | None, backend: str | None, desktop_home: Path | None, task: str) -> int:
    """Show the window until it is closed; returns the exit status.

    Raises:
        SettingsError: the settings cannot be used.
    """
    log.configure()
    overrides = {"remote_vnc_server.backend": backend, "remote_vnc_server.home": desktop_home and str(desktop_home)}
    settings = Settings.load(config, {key: value for key, value in overrides.items() if value})
    app = make_application()
    style.apply(app)
    bridge = Bridge()
    signals = SystemSignals()
    with caught(bridge.fail):
        controller = Controller(settings, interactive=True, on_progress=bridge.progress)
        window = MainWindow(
            Workbench(controller, Words(language_for(QLocale.system().name(), settings.automaton.language)), bridge)
        )
        signals.arrived.connect(window.close)
        window.tasks.set_task(task)
        window.present()
        window.open()
        try:
            return app.exec()
        finally:
            signals.close()
