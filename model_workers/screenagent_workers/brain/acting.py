"""What every deed needs: the screen, the sub-task's moment, and a few common movements."""

from __future__ import annotations

from dataclasses import dataclass

from ..screen import ScreenText
from .ground import Target, find, in_panel
from .meaning import Moment
from .reply import Action, mouse, press, wait
from .sight import Sight


@dataclass(frozen=True)
class Scene:
    """The screen now, what it shows, where the run stands, and how this desktop starts programs."""

    screen: ScreenText
    sight: Sight
    now: Moment
    launcher: tuple[str, ...] = ()

    @property
    def tries(self) -> int:
        """How often this sub-task has been tried before."""
        return self.now.attempts

    def target(self, *labels: str, panel: bool = False) -> Target | None:
        """The place to click for the first label that is shown; another one of equal names at a later try."""
        for label in labels:
            found = find(self.screen, label, panel)
            good = [target for target in found if target.score >= 0.5]
            if good:
                close = [target for target in good if target.score >= good[0].score - 0.25]
                if not panel:
                    close = [target for target in close if not self._in_panel(target)] or close
                return close[self.tries % len(close)] if self.tries else good[0]
        return None

    def _in_panel(self, target: Target) -> bool:
        """The task bar's button carries a window's title too, and a click on it hides the window."""
        return in_panel(target.top, target.bottom, self.screen)

    def middle(self) -> tuple[int, int]:
        """A point in the middle of the screen, where the front window usually is."""
        return self.screen.width // 2, self.screen.height // 2


def click_on(target: Target, how: str = "click") -> Action:
    """A click (click, double, right, middle) in the middle of a target."""
    x, y = target.centre
    if how == "double":
        return mouse("double_click", x, y)
    return mouse("click", x, y, how if how in ("right", "middle") else "left")


def look_further(scene: Scene, label: str) -> tuple[str, list[Action]]:
    """What to do when a label is nowhere: wait for it first, then scroll."""
    if scene.tries == 0:
        return f"I see no {label!r} yet; I wait for it.", [wait(1.5)]
    x, y = scene.middle()
    return f"I see no {label!r}; I scroll to look for it.", [mouse("scroll_down", x, y, repeat=5)]


def clear_launcher(scene: Scene) -> list[Action]:
    """Close a launcher or menu that an earlier try left open."""
    return [press("Escape")] if scene.sight.launcher_open or scene.sight.menu_open else []
