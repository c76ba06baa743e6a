"""A step as a sentence that a person can read, and back: `parse(render(step, language)) == step`.

Values stand in double quotes with backslash escapes, so that any text survives. Each kind has one or more forms in
each language; the first form whose missing fields have their default values is used.
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields
from typing import Any

from . import steps
from .steps import Step

_FORMS: dict[type[Any], tuple[tuple[str, str, dict[str, object]], ...]] = {
    steps.OpenProgram: (
        ("Open the program {program}", "打开程序{program}", {}),
        ("Open the program {program} from the Applications menu", "从应用程序菜单打开{program}", {"from_menu": True}),
    ),
    steps.SwitchTo: (("Switch to the window of {program}", "切换到{program}的窗口", {}),),
    steps.CloseWindow: (
        ("Close the window in front", "关闭当前窗口", {}),
        ("Close the window of {program}", "关闭{program}的窗口", {}),
        ("Close the window in front without saving", "不保存并关闭当前窗口", {"discard": True}),
        ("Close the window of {program} without saving", "不保存并关闭{program}的窗口", {"discard": True}),
    ),
    steps.TypeText: (
        ("Type {text} into the window in front", "在当前窗口中输入{text}", {}),
        ("Type {text} into {program}", "在{program}中输入{text}", {}),
    ),
    steps.FillField: (("Fill the field {field} with {text}", "在{field}一栏中填写{text}", {}),),
    steps.PressKeys: (
        ("Press the key {chord}", "按{chord}键", {}),
        ("Press the key {chord} {times} times", "按{chord}键{times}次", {}),
    ),
    steps.Click: (
        ("Click on {label}", "单击{label}", {}),
        ("Double-click on {label}", "双击{label}", {"how": "double"}),
        ("Right-click on {label}", "右键单击{label}", {"how": "right"}),
        ("Middle-click on {label}", "中键单击{label}", {"how": "middle"}),
    ),
    steps.SetOption: (("Set the option {option} to {value}", "将选项{option}设为{value}", {}),),
    steps.SaveAs: (
        ("Save the document as {name}", "将文档保存为{name}", {}),
        ("Save the document as {name} in the folder {folder}", "将文档保存为{name}，放在文件夹{folder}中", {}),
    ),
    steps.Save: (
        ("Save the document", "保存文档", {}),
        ("Save the document {name}", "保存文档{name}", {}),
    ),
    steps.OpenFile: (("Open the file {name} with the Open dialog", "用打开对话框打开文件{name}", {}),),
    steps.OpenItem: (("Open the item {label} shown in the window", "打开窗口中的{label}", {}),),
    steps.GoToFolder: (("Show the folder {path} in the file manager", "在文件管理器中显示文件夹{path}", {}),),
    steps.NewFolder: (("Create a folder named {name} in the file manager", "在文件管理器中新建名为{name}的文件夹", {}),),
    steps.NewFile: (("Create an empty file named {name} in the file manager", "在文件管理器中新建名为{name}的空文件", {}),),
    steps.Rename: (("Rename {old} to {new} in the file manager", "在文件管理器中将{old}重命名为{new}", {}),),
    steps.Delete: (("Delete {label} in the file manager", "在文件管理器中删除{label}", {}),),
    steps.PutItem: (
        ("Copy {label} into the folder {folder} in the file manager", "在文件管理器中将{label}复制到文件夹{folder}", {}),
        (
            "Move {label} into the folder {folder} in the file manager",
            "在文件管理器中将{label}移动到文件夹{folder}",
            {"move": True},
        ),
    ),
    steps.Calculate: (("Calculate {signs} in the calculator", "在计算器中计算{signs}", {}),),
    steps.RunCommand: (
        ("Run the command {command} in the terminal", "在终端中运行命令{command}", {}),
        ("Run the command {command} in the terminal and expect {expect}", "在终端中运行命令{command}，应显示{expect}", {}),
    ),
    steps.GoTo: (("Go to the address {address} in the web browser", "在浏览器中访问地址{address}", {}),),
    steps.FollowLink: (("Follow the link {label} on the page", "点开网页上的链接{label}", {}),),
    steps.Submit: (
        ("Submit the form", "提交表单", {}),
        ("Submit the form with the button {button}", "用按钮{button}提交表单", {}),
    ),
    steps.Copy: (
        ("Copy everything in the window in front", "复制当前窗口的全部内容", {}),
        ("Copy everything in {program}", "复制{program}中的全部内容", {}),
    ),
    steps.Paste: (
        ("Paste into the window in front", "粘贴到当前窗口", {}),
        ("Paste into {program}", "粘贴到{program}中", {}),
    ),
    steps.Find: (("Search for {text} in the window in front", "在当前窗口中查找{text}", {}),),
    steps.Replace: (("Replace every {old} with {new} in the document", "将文档中所有的{old}替换为{new}", {}),),
    steps.Scroll: (
        ("Scroll {way}", "滚动方向{way}", {}),
        ("Scroll {way}, {times} pages", "滚动方向{way}，共{times}页", {}),
    ),
    steps.ScrollTo: (("Scroll until {text} is shown", "滚动直到出现{text}", {}),),
    steps.WaitSeconds: (("Wait {seconds} seconds", "等待{seconds}秒", {}),),
    steps.WaitFor: (("Wait until {text} is shown", "等待出现{text}", {}),),
    steps.Expect: (("See that {text} is shown", "确认显示了{text}", {}),),
}
_SLOT = re.compile(r"\{(\w+)\}")
_STRING = r'"(?:[^"\\]|\\.)*"'


def render(step: Step, language: str) -> str:
    """The sentence of a step in `language` (`en` or `zh`)."""
    values = {field.name: getattr(step, field.name) for field in fields(step)}
    for english, chinese, fixed in _FORMS[type(step)]:
        form = chinese if language == "zh" else english
        if _fits(step, _SLOT.findall(form), fixed, values):
            return _SLOT.sub(lambda found: _written(values[found[1]]), form)
    raise ValueError(f"no form for {step!r}")


def parse(sentence: str) -> Step | None:
    """The step that `render` wrote, or None for any other sentence."""
    text = sentence.strip().removesuffix(".").removesuffix("。").strip()
    for kind, pattern, fixed in _PATTERNS:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        types = {field.name: field.type for field in fields(kind)}
        try:
            values = {name: _read(raw, str(types[name])) for name, raw in found.groupdict().items()}
        except ValueError:
            continue
        return kind(**values, **fixed)  # type: ignore[no-any-return]
    return None


def _fits(step: Step, slots: list[str], fixed: dict[str, object], values: dict[str, object]) -> bool:
    for field in fields(step):
        value = values[field.name]
        default = None if field.default is MISSING else field.default
        if field.name in slots:
            if default is not None and value == default:
                return False
        elif field.name in fixed:
            if value != fixed[field.name]:
                return False
        elif value != default:
            return False
    return True


def _written(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _read(raw: str, kind: str) -> object:
    if kind == "int":
        return int(raw)
    return json.loads(raw)


def _pattern(kind: type[Any], form: str) -> re.Pattern[str]:
    types = {field.name: str(field.type) for field in fields(kind)}

    def group(name: str) -> str:
        if types[name] == "int":
            return rf"(?P<{name}>\d{{1,9}})"
        return rf"(?P<{name}>{_STRING})"

    pieces = _SLOT.split(form)
    return re.compile("".join(group(piece) if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)), re.DOTALL)


_PATTERNS = [
    (kind, _pattern(kind, form), fixed)
    for kind, forms in _FORMS.items()
    for english, chinese, fixed in forms
    for form in (english, chinese)
]
