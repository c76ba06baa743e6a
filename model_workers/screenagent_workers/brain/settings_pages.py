"""Which page of a desktop's settings holds what, in the words people use for it."""

from __future__ import annotations

from .folding import fold

_PAGES = {
    "Appearance": (
        "appearance",
        "theme",
        "style",
        "dark mode",
        "light mode",
        "dark theme",
        "light theme",
        "icons",
        "icon theme",
        "fonts",
        "font",
        "system theme",
        "desktop theme",
        "gtk theme",
        "dark",
        "light",
        "adwaita-dark",
        "adwaita dark",
        "the theme",
        "外观",
        "主题",
        "样式",
        "深色模式",
        "浅色模式",
        "暗色模式",
        "深色主题",
        "浅色主题",
        "字体",
        "图标主题",
        "深色",
        "浅色",
    ),
    "Desktop": ("wallpaper", "background", "desktop background", "壁纸", "桌面背景", "背景"),
    "Keyboard": ("keyboard", "keyboard settings", "shortcuts", "keyboard shortcuts", "key repeat", "键盘", "快捷键设置"),
    "Mouse and Touchpad": (
        "mouse",
        "touchpad",
        "mouse and touchpad",
        "pointer",
        "pointer speed",
        "mouse settings",
        "鼠标",
        "触摸板",
    ),
    "Display": ("display", "resolution", "screen resolution", "monitor", "display settings", "显示", "显示器", "分辨率"),
    "Window Manager": ("window manager", "window title", "title font", "window style", "窗口管理器"),
    "Workspaces": ("workspaces", "number of workspaces", "工作区"),
    "Panel": ("panel", "panel settings", "面板"),
}
_VALUES = {
    "dark mode": "Adwaita-dark",
    "dark theme": "Adwaita-dark",
    "dark": "Adwaita-dark",
    "a dark theme": "Adwaita-dark",
    "深色模式": "Adwaita-dark",
    "暗色模式": "Adwaita-dark",
    "深色主题": "Adwaita-dark",
    "深色": "Adwaita-dark",
    "light mode": "Adwaita",
    "light theme": "Adwaita",
    "light": "Adwaita",
    "浅色模式": "Adwaita",
    "浅色主题": "Adwaita",
    "浅色": "Adwaita",
    "字体": "Fonts",
    "图标": "Icons",
    "图标主题": "Icons",
    "样式": "Style",
}


def page_of(words: str) -> str:
    """The page that holds what `words` name, or ""."""
    text = fold(words).removeprefix("the ").removesuffix(" settings").removesuffix(" page").removesuffix("设置")
    return next((page for page, names in _PAGES.items() if text in names or text == page.casefold()), "")


def value_of(words: str) -> str:
    """The label under which a settings page lists what people call `words`."""
    return _VALUES.get(fold(words).removeprefix("the "), words)
