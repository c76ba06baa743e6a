"""Chinese rules for what is done to a screen: sums, keys, addresses, commands, opening, clicking, choosing, saving."""

from __future__ import annotations

import re

from . import intents as i
from .chinese_words import FOLDERS, IT, count, folder_in, label_in, name_in
from .intents import Intent
from .keys import chord
from .programs import known
from .quotes import Quoted
from .rules import Rules
from .sums import expression

RULES = Rules()


@RULES.add(r"(?:全选|选中(?:所有|全部)(?:内容|文本|文字)?|选择(?:所有|全部)(?:内容|文本|文字)?|全部选中)(?:内容|文本|文字)?")
def _select_all(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Keys("Ctrl+a")]


RULES.keys(
    {
        r"撤销(?:上一步(?:操作)?)?": "Ctrl+z",
        r"重做": "Ctrl+y",
        r"(?:返回|后退|回到)(?:上一页|上一个页面|一页)?": "Alt+Left",
        r"前进(?:一页)?": "Alt+Right",
        r"(?:返回|回到|转到)?(?:上一级|上级)(?:目录|文件夹)?": "Alt+Up",
        r"(?:刷新|重新加载)(?:页面|网页|窗口)?": "F5",
        r"最大化.{0,20}|将?窗口最大化": "Alt+F10",
        r"最小化.{0,20}|将?窗口最小化": "Alt+F9",
        r"(?:打开|新建)(?:一个)?(?:新的?)?标签页": "Ctrl+t",
        r"剪切.{0,10}": "Ctrl+x",
        r"打印.{0,10}": "Ctrl+p",
        r"放大(?:页面|网页)?": "Ctrl+plus",
        r"缩小(?:页面|网页)?": "Ctrl+minus",
        r"显示隐藏文件": "Ctrl+h",
    }
)


@RULES.add(
    r"(?:用计算器|在计算器中)?(?:计算|算出|算一下|算一算|算|求出|求|得出)(?:一下|出)?(?P<sum>.+)|(?P<sum2>.+?)(?:等于多少|是多少|等于几|等于\?|=\?)"
)
def _sum(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    signs = expression(quoted.plain(found["sum"] or found["sum2"]))
    return [i.Sum(signs)] if signs else None


@RULES.add(
    r"(?:请)?(?:按下|按一下|按住|敲击|敲|按)(?:键盘上的|键盘的)?(?P<what>.+?)(?:(?P<times>[\d一两二三四五六七八九十]+)[次下遍])?"
)
def _press(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words, times = found["what"].strip(), count(found["times"])
    if words.endswith("按钮"):
        return [i.Press(label_in(words, quoted), times, button=True)]
    plain = re.sub(r"(?:组合键|快捷键|键)$", "", quoted.plain(words)) if not quoted.all_in(words) else quoted.all_in(words)[0]
    keys = chord(plain.strip())
    return [i.Press(keys, times)] if keys else [i.Press(label_in(words, quoted), times, button=True)]


@RULES.add(r"(?:回车|确认回车|换行|另起一行|换一行|换到下一行)")
def _enter(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Press("Return")]


@RULES.add(
    r"(?:访问|浏览|转到|前往|跳转到|导航到|进入|去到|打开(?=网址|网页|网站|地址))(?P<kind>网址|网页|网站|地址|文件夹|目录)?[:：]?(?P<where>.+)"
)
def _visit(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["where"]
    where = label_in(words, quoted)
    if (found["kind"] or "") in ("文件夹", "目录") or re.search(r"(?:文件夹|目录)$", words):
        return [i.Open(FOLDERS.get(where, where), "folder")]
    return [i.Visit(FOLDERS.get(where, where))]


@RULES.add(
    r"(?:运行|执行|输入|键入|敲入)(?:一下|下面的|以下)?(?:命令|指令)[:：]?(?P<command>.+?)(?:[,，]?(?:应|应该|会)(?:输出|显示|打印)(?:出)?(?P<expect>.+))?"
)
def _command(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    command = re.sub(r"(?:命令|指令)$", "", found["command"])
    return [i.Run(quoted.plain(command), quoted.plain(found["expect"] or ""))]


@RULES.add(r"(?:使用|用)(?P<command>[^，,]{1,60}?)(?:命令|指令).*")
def _by_command(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.Run(quoted.plain(found["command"].strip()))]


@RULES.add(r"(?:运行|执行)(?P<command>.+?)(?P<word>命令|指令|程序|应用)?")
def _run(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    command = found["command"].strip()
    if found["word"] in ("程序", "应用") or known(command) is not None:
        return [i.Open(quoted.plain(command), "program")]
    if re.fullmatch(IT + "|该", command):
        return [i.Run("")]
    return [i.Run(quoted.plain(command))]


@RULES.add(r"(?:打开|启动|开启|运行|点开)(?:一个|一下|新的?)?(?P<what>.+)")
def _open(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["what"].strip()
    plain = quoted.plain(words)
    if known(plain) is not None:
        return [i.Open(plain, "program")]
    if re.fullmatch(IT, words):
        return [i.Open("", "file")]
    kinds = {
        "文件夹": "folder",
        "目录": "folder",
        "文件": "file",
        "文档": "file",
        "链接": "link",
        "网页": "page",
        "页面": "page",
        "菜单": "menu",
        "程序": "program",
        "应用": "program",
        "应用程序": "program",
        "软件": "program",
        "网站": "address",
        "网址": "address",
        "选项卡": "page",
    }
    name = words
    kind = ""
    for word, meaning in kinds.items():
        if words.endswith(word) and len(words) > len(word):
            kind, name = meaning, words.removesuffix(word).removesuffix("的")
        elif words.startswith(word) and len(words) > len(word):
            kind, name = meaning, words.removeprefix(word)
    label = label_in(name, quoted) or plain
    return [i.Open(FOLDERS.get(label, label) if kind == "folder" else label, kind)]


@RULES.add(
    r"(?:用鼠标)?(?P<how>双击|右键单击|右键点击|右击|中键单击|左键单击|左键点击|单击|点击一下|点击|点按|点选|点一下|点)(?P<label>.+)"
)
def _click(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    how = "double" if "双" in found["how"] else "right" if "右" in found["how"] else "middle" if "中" in found["how"] else "click"
    words = found["label"]
    path = [part for part in re.split(r"\s*(?:>|→|->|》|-(?=\S))\s*", words) if part.strip()]
    if len(path) > 1 and "\x00" not in words.replace(" ", "")[:1]:
        return [i.Choose(tuple(label_in(part, quoted) for part in path))]
    return [i.ClickOn(label_in(words, quoted), how, "链接" in words)]


@RULES.add(r"(?:在(?P<option>.+?)(?:下拉框|下拉列表|列表|下拉菜单|菜单|栏)?(?:中|里|内|上)?)(?:选择|选中|选取|选)(?P<value>.+)")
def _choose_in(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    option, value = label_in(found["option"], quoted), label_in(found["value"], quoted)
    return [i.Choose((option, value)) if "菜单" in found[0] else i.SetTo(option, value)]


@RULES.add(r"(?:选择|选中|选取|选)(?:菜单)?(?P<path>.+)")
def _choose(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    path = [part for part in re.split(r"\s*(?:>|→|->)\s*", found["path"]) if part.strip()]
    if len(path) > 1:
        return [i.Choose(tuple(label_in(part, quoted) for part in path))]
    return [i.ClickOn(label_in(found["path"], quoted))]


@RULES.add(
    rf"(?:把|将)?(?:{IT}|.{{0,8}}?(?:文件|文档|内容|结果))?(?:另存为|"
    rf"保存为|保存成|存为|存成|储存为|保存到文件|命名保存为|"
    rf"保存并命名为|保存，?命名为)(?P<name>.+?)(?:[,，]?(?:到|在|"
    rf"放在)(?P<folder>.+?)(?:文件夹|目录)?(?:中|里|下|内|上)?)?"
)
def _save_as(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.SaveIt(name_in(found["name"], quoted), folder_in(found["folder"], quoted) if found["folder"] else "")]


@RULES.add(
    r"(?:以|用)(?P<name>.+?)(?:为(?:文件)?名(?:称|字)?|作为(?:文件)?名(?:称)?|的?(?:文件)?名(?:称|字)?)(?:来|将其|把它)?(?:保存|另存|存储)(?P<rest>.*)"
)
def _save_with(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.SaveIt(name_in(found["name"], quoted))]


@RULES.add(
    rf"(?:把|将)?(?:{IT}|.{{0,8}}?(?:文件|文档|内容))?(?:保存|存储|"
    rf"存)(?:到|在|至)(?P<where>.+?)(?:文件夹|目录)?(?:中|里|下|内|"
    rf"上)?(?:[,，]?(?:命名为|名为|文件名为|并命名为)(?P<name>.+))?"
)
def _save_in(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    where = quoted.plain(found["where"])
    if not found["name"] and re.fullmatch(r"(?:文件)?.*\.[A-Za-z0-9]{1,8}", where):
        return [i.SaveIt(name_in(found["where"], quoted))]
    return [i.SaveIt(name_in(found["name"], quoted) if found["name"] else "", folder_in(found["where"], quoted))]


@RULES.add(rf"(?:把|将)?(?:{IT})?(?:保存|存盘)(?:{IT}|文件|文档|一下|更改|修改|好)?")
def _save(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.SaveIt()]


@RULES.add(rf"(?:把|将)?(?:{IT})?(?:并)?(?:命名为|取名为|取名|起名为|命名|文件名为|文件名是|名字是|名称为|名为|名叫)(?P<name>.+)")
def _name_it(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.NameIt(name_in(found["name"], quoted))]


@RULES.add(
    r"(?P<discard>不保存(?:就|并|而)?|放弃(?:更改|修改)(?:并)?)?(?:直接)?(?:关闭|退出|关掉|关上)(?P<what>.*?)(?P<discard2>[,，]?(?:不保存|不要保存|放弃保存).*)?"
)
def _close(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    what = quoted.plain(found["what"])
    what = "" if re.fullmatch(IT, what) else re.sub(r"(?:窗口|程序)$", "", what)
    return [i.CloseIt(what, bool(found["discard"] or found["discard2"]))]


@RULES.add(r"(?:不保存|不要保存|放弃更改|放弃修改)(?:文件|文档|更改|修改)?")
def _discard(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Press("Don't Save", button=True)]
