"""Chinese instructions: the task cut where the next instruction's verb begins, one clause in, what it asks for out."""

from __future__ import annotations

import re
from collections.abc import Callable

from . import intents as i
from .chinese_clauses import clauses, where_and_rest
from .intents import Intent
from .keys import chord
from .programs import bare_name, known
from .quotes import MARK, Quoted, protect
from .sums import expression

Maker = Callable[[re.Match[str], Quoted], "list[Intent] | None"]
_RULES: list[tuple[re.Pattern[str], Maker]] = []
_IT = r"(?:它|其|他|此|这个|该|该文件|文件|文档|该文档|此文件|这个文件|内容|文本|页面|窗口|当前窗口|该窗口|对话框|它们)"
_COUNTS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "几": 2}
_FOLDERS = {
    "桌面": "Desktop",
    "文档": "Documents",
    "下载": "Downloads",
    "图片": "Pictures",
    "主目录": "home",
    "主文件夹": "home",
    "家目录": "home",
}


def read_chinese(task: str) -> list[Intent]:
    """What a Chinese task asks for, in order."""
    quoted = protect(task)
    found: list[Intent] = []
    for clause in clauses(quoted.text):
        found.extend(_clause(clause, quoted))
    return found


def _clause(clause: str, quoted: Quoted) -> list[Intent]:
    where, rest = where_and_rest(clause)
    before: list[Intent] = [i.Use(where)] if where else []
    if not rest:
        return before
    for pattern, maker in _RULES:
        found = pattern.match(rest)
        if found:
            made = maker(found, quoted)
            if made is not None:
                return [*before, *made]
    signs = expression(quoted.plain(rest))
    if signs:
        return [*before, i.Sum(signs)]
    if known(quoted.plain(rest)) is not None:
        return [i.Open(quoted.plain(rest), "program")]
    return [i.Unknown(quoted.plain(clause))]


def _rule(pattern: str) -> Callable[[Maker], Maker]:
    compiled = re.compile(pattern + r"\s*$", re.IGNORECASE | re.DOTALL)

    def add(maker: Maker) -> Maker:
        _RULES.append((compiled, maker))
        return maker

    return add


def _count(word: str | None) -> int:
    word = (word or "").strip()
    return min(int(word), 100) if word.isdecimal() and len(word) < 4 else _COUNTS.get(word, 1)


def _label(words: str, quoted: Quoted) -> str:
    inside = quoted.all_in(words)
    if len(inside) == 1:
        return inside[0]
    text = re.sub(
        r"^(?:在)?(?:名为|名叫|叫做|叫|一个|这个|该|那个|上面的|下面的|页面上的|窗口中的|网页上的|里的|其中的)+",
        "",
        words.strip(),
    )
    text = (
        re.sub(
            r"(?:这个|的)?(?:按钮|按键|链接|超链接|菜单项|菜单|图标|选项卡|标签页|标签|选项|复选框|条目|项目|一项|项|文件夹|目录|文件|页面|栏)$",
            "",
            text,
        )
        or text
    )
    return quoted.plain(text)


def _name(words: str, quoted: Quoted) -> str:
    inside = quoted.all_in(words)
    if len(inside) == 1:
        return inside[0]
    text = re.sub(r"^(?:文件|文件名|名字|名称|名)?(?:为|叫|是|：|:)?", "", words.strip())
    text = re.sub(r"(?:的)?(?:文件夹|目录|文件|文档)$", "", text) or text
    return quoted.plain(text).strip()


def _folder(words: str, quoted: Quoted) -> str:
    name = _name(re.sub(r"(?:里面|里|中|内|上|下)$", "", words.strip()), quoted)
    return _FOLDERS.get(name, name)


@_rule(r"(?:全选|选中(?:所有|全部)(?:内容|文本|文字)?|选择(?:所有|全部)(?:内容|文本|文字)?|全部选中)(?:内容|文本|文字)?")
def _select_all(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Keys("Ctrl+a")]


for _words, _keys in {
    r"撤销(?:上一步(?:操作)?)?": "Ctrl+z", r"重做": "Ctrl+y", r"(?:返回|后退|回到)(?:上一页|上一个页面|一页)?": "Alt+Left",
    r"前进(?:一页)?": "Alt+Right", r"(?:返回|回到|转到)?(?:上一级|上级)(?:目录|文件夹)?": "Alt+Up", r"(?:刷新|重新加载)(?:页面|网页|窗口)?": "F5",
    r"最大化.{0,20}|将?窗口最大化": "Alt+F10", r"最小化.{0,20}|将?窗口最小化": "Alt+F9", r"(?:打开|新建)(?:一个)?(?:新的?)?标签页": "Ctrl+t",
    r"剪切.{0,10}": "Ctrl+x", r"打印.{0,10}": "Ctrl+p", r"放大(?:页面|网页)?": "Ctrl+plus", r"缩小(?:页面|网页)?": "Ctrl+minus", r"显示隐藏文件": "Ctrl+h",
}.items():  # fmt: skip
    _rule(f"(?:{_words})")(lambda _, __, keys=_keys: [i.Keys(keys)])  # type: ignore[misc]


@_rule(
    r"(?:用计算器|在计算器中)?(?:计算|算出|算一下|算一算|算|求出|求|得出)(?:一下|出)?(?P<sum>.+)|(?P<sum2>.+?)(?:等于多少|是多少|等于几|等于\?|=\?)"
)
def _sum(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    signs = expression(quoted.plain(found["sum"] or found["sum2"]))
    return [i.Sum(signs)] if signs else None


@_rule(
    r"(?:请)?(?:按下|按一下|按住|敲击|敲|按)(?:键盘上的|键盘的)?(?P<what>.+?)(?:(?P<times>[\d一两二三四五六七八九十]+)[次下遍])?"
)
def _press(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words, times = found["what"].strip(), _count(found["times"])
    if words.endswith("按钮"):
        return [i.Press(_label(words, quoted), times, button=True)]
    plain = re.sub(r"(?:组合键|快捷键|键)$", "", quoted.plain(words)) if not quoted.all_in(words) else quoted.all_in(words)[0]
    keys = chord(plain.strip())
    return [i.Press(keys, times)] if keys else [i.Press(_label(words, quoted), times, button=True)]


@_rule(r"(?:回车|确认回车)")
def _enter(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Press("Return")]


@_rule(
    r"(?:访问|浏览|转到|前往|跳转到|导航到|进入|去到|打开(?=网址|网页|网站|地址))(?P<kind>网址|网页|网站|地址|文件夹|目录)?[:：]?(?P<where>.+)"
)
def _visit(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["where"]
    where = _label(words, quoted)
    if (found["kind"] or "") in ("文件夹", "目录") or re.search(r"(?:文件夹|目录)$", words):
        return [i.Open(_FOLDERS.get(where, where), "folder")]
    return [i.Visit(_FOLDERS.get(where, where))]


@_rule(
    r"(?:运行|执行|输入|键入|敲入)(?:一下|下面的|以下)?(?:命令|指令)[:：]?(?P<command>.+?)(?:[,，]?(?:应|应该|会)(?:输出|显示|打印)(?:出)?(?P<expect>.+))?"
)
def _command(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    command = re.sub(r"(?:命令|指令)$", "", found["command"])
    return [i.Run(quoted.plain(command), quoted.plain(found["expect"] or ""))]


@_rule(r"(?:运行|执行)(?P<command>.+?)(?P<word>命令|指令|程序|应用)?")
def _run(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    command = found["command"].strip()
    if found["word"] in ("程序", "应用") or known(command) is not None:
        return [i.Open(quoted.plain(command), "program")]
    if re.fullmatch(_IT + "|该", command):
        return [i.Run("")]
    return [i.Run(quoted.plain(command))]


@_rule(r"(?:打开|启动|开启|运行|点开)(?:一个|一下|新的?)?(?P<what>.+)")
def _open(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["what"].strip()
    plain = quoted.plain(words)
    if known(plain) is not None:
        return [i.Open(plain, "program")]
    if re.fullmatch(_IT, words):
        return [i.Open("", "file")]
    kinds = {"文件夹": "folder", "目录": "folder", "文件": "file", "文档": "file", "链接": "link", "网页": "page", "页面": "page", "菜单": "menu",
             "程序": "program", "应用": "program", "应用程序": "program", "软件": "program", "网站": "address", "网址": "address", "选项卡": "page"}  # fmt: skip
    name = words
    kind = ""
    for word, meaning in kinds.items():
        if words.endswith(word) and len(words) > len(word):
            kind, name = meaning, words.removesuffix(word).removesuffix("的")
        elif words.startswith(word) and len(words) > len(word):
            kind, name = meaning, words.removeprefix(word)
    label = _label(name, quoted) or plain
    return [i.Open(_FOLDERS.get(label, label) if kind == "folder" else label, kind)]


@_rule(
    r"(?:用鼠标)?(?P<how>双击|右键单击|右键点击|右击|中键单击|左键单击|左键点击|单击|点击一下|点击|点按|点选|点一下|点)(?P<label>.+)"
)
def _click(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    how = "double" if "双" in found["how"] else "right" if "右" in found["how"] else "middle" if "中" in found["how"] else "click"
    words = found["label"]
    path = [part for part in re.split(r"\s*(?:>|→|->|》|-(?=\S))\s*", words) if part.strip()]
    if len(path) > 1 and "\x00" not in words.replace(" ", "")[:1]:
        return [i.Choose(tuple(_label(part, quoted) for part in path))]
    return [i.ClickOn(_label(words, quoted), how, "链接" in words)]


@_rule(r"(?:在(?P<option>.+?)(?:下拉框|下拉列表|列表|下拉菜单|菜单|栏)?(?:中|里|内|上)?)(?:选择|选中|选取|选)(?P<value>.+)")
def _choose_in(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    option, value = _label(found["option"], quoted), _label(found["value"], quoted)
    return [i.Choose((option, value)) if "菜单" in found[0] else i.SetTo(option, value)]


@_rule(r"(?:选择|选中|选取|选)(?:菜单)?(?P<path>.+)")
def _choose(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    path = [part for part in re.split(r"\s*(?:>|→|->)\s*", found["path"]) if part.strip()]
    if len(path) > 1:
        return [i.Choose(tuple(_label(part, quoted) for part in path))]
    return [i.ClickOn(_label(found["path"], quoted))]


@_rule(
    rf"(?:把|将)?(?:{_IT}|.{{0,8}}?(?:文件|文档|内容|结果))?(?:另存为|保存为|保存成|存为|存成|储存为|保存到文件|命名保存为|保存并命名为|保存，?命名为)(?P<name>.+?)(?:[,，]?(?:到|在|放在)(?P<folder>.+?)(?:文件夹|目录)?(?:中|里|下|内|上)?)?"
)
def _save_as(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.SaveIt(_name(found["name"], quoted), _folder(found["folder"], quoted) if found["folder"] else "")]


@_rule(
    r"(?:以|用)(?P<name>.+?)(?:为(?:文件)?名(?:称|字)?|作为(?:文件)?名(?:称)?|的?(?:文件)?名(?:称|字)?)(?:来|将其|把它)?(?:保存|另存|存储)(?P<rest>.*)"
)
def _save_with(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.SaveIt(_name(found["name"], quoted))]


@_rule(
    rf"(?:把|将)?(?:{_IT}|.{{0,8}}?(?:文件|文档|内容))?(?:保存|存储|存)(?:到|在|至)(?P<where>.+?)(?:文件夹|目录)?(?:中|里|下|内|上)?(?:[,，]?(?:命名为|名为|文件名为|并命名为)(?P<name>.+))?"
)
def _save_in(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    where = quoted.plain(found["where"])
    if not found["name"] and re.fullmatch(r"(?:文件)?.*\.[A-Za-z0-9]{1,8}", where):
        return [i.SaveIt(_name(found["where"], quoted))]
    return [i.SaveIt(_name(found["name"], quoted) if found["name"] else "", _folder(found["where"], quoted))]


@_rule(rf"(?:把|将)?(?:{_IT})?(?:保存|存盘)(?:{_IT}|文件|文档|一下|更改|修改|好)?")
def _save(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.SaveIt()]


@_rule(rf"(?:把|将)?(?:{_IT})?(?:并)?(?:命名为|取名为|取名|起名为|命名|文件名为|文件名是|名字是|名称为|名为|名叫)(?P<name>.+)")
def _name_it(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.NameIt(_name(found["name"], quoted))]


@_rule(
    r"(?P<discard>不保存(?:就|并|而)?|放弃(?:更改|修改)(?:并)?)?(?:直接)?(?:关闭|退出|关掉|关上)(?P<what>.*?)(?P<discard2>[,，]?(?:不保存|不要保存|放弃保存).*)?"
)
def _close(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    what = quoted.plain(found["what"])
    what = "" if re.fullmatch(_IT, what) else re.sub(r"(?:窗口|程序)$", "", what)
    return [i.CloseIt(what, bool(found["discard"] or found["discard2"]))]


@_rule(r"(?:不保存|不要保存|放弃更改|放弃修改)(?:文件|文档|更改|修改)?")
def _discard(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.Press("Don't Save", button=True)]


@_rule(
    r"(?:把|将)?(?P<old>.*?)(?:重命名为|改名为|改名成|重命名成|更名为|的名称改为|的名字改成|的名字改为|改成)(?P<new>.+)|重命名(?P<old2>.+?)(?:为|成)(?P<new2>.+)"
)
def _rename(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    old, new = (found["old2"], found["new2"]) if found["new2"] else (found["old"], found["new"])
    old = re.sub(r"^(?:文件夹|目录|文件|名为)(?=\S)", "", old.strip())
    if "改成" in found[0] and "名" not in found[0]:
        return None
    return [i.RenameIt("" if not old or re.fullmatch(_IT, old) else _label(old, quoted), _name(new, quoted))]


@_rule(r"(?:新建|创建|建立|建一个|建|制作|添加)(?:一个|两个|1个|个)?(?:新的?)?(?:空白?的?)?(?P<rest>.*)")
def _make(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    rest = found["rest"].strip()
    content: str | None = None
    holding = re.search(
        r"[,，]?(?:其?内容(?:为|是)|里面写着?|写着|包含(?:文字|文本|内容)?)[:：]?(?P<text>.+?)(?:的(?P<kind>文本文件|文件|文档))?$",
        rest,
    )
    if holding:
        content, rest = (
            quoted.plain(holding["text"]),
            rest[: holding.start()] + (f"的{holding['kind']}" if holding["kind"] else ""),
        )
    kind = "folder" if re.search(r"文件夹|目录", rest) else "file" if re.search(r"文件|文档|文本|记事", rest) else ""
    if not kind:
        return [i.Keys("Ctrl+t")] if "标签页" in rest else None
    inside = quoted.all_in(rest)
    if not inside:
        bare = re.sub(
            r"(?:文本)?(?:文件夹|目录|文件|文档)|[,，]?(?:并)?(?:名为|名叫|叫做|叫|名称为|名字是|命名为|取名为|取名)|^的|的$",
            " ",
            rest,
        )
        inside = [part for part in re.split(r"[\s、和]+", bare.strip(" 的：:")) if part]
    if kind == "file" and not inside:
        return [i.Make("document", (), "", content)]
    return [i.Make(kind, tuple(inside), "", content)]


@_rule(r"(?:(?:把|将)(?P<what>.+?)(?:删除|删掉|移到回收站|移入回收站)|(?:删除|删掉|移除|清空)(?P<what2>.+))")
def _delete(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["what"] or found["what2"]
    if re.fullmatch(r"(?:所有|全部)?(?:内容|文本|文字)|全部|文档", words):
        return [i.DeleteIt("")]
    return [i.DeleteIt(_label(re.sub(r"^(?:文件夹|文件|目录)(?=\S)", "", words), quoted))]


@_rule(
    r"(?:把|将)(?:文件夹|文件)?(?P<what>.+?)(?P<verb>复制|拷贝|移动|剪切)(?:到|至|进)(?:文件夹|目录)?(?P<folder>.+?)(?:文件夹|目录)?(?:中|里|下|内)?|(?P<verb2>复制|拷贝|移动)(?:文件夹|文件)?(?P<what2>.+?)(?:到|至)(?:文件夹|目录)?(?P<folder2>.+?)(?:文件夹|目录)?(?:中|里|下|内)?"
)
def _put(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what, folder, verb = found["what"] or found["what2"], found["folder"] or found["folder2"], found["verb"] or found["verb2"]
    if re.search("剪贴板", folder):
        return [i.CopyIt()]
    if re.fullmatch(_IT + "|结果|.*(?:文本|文字|内容|结果)", what):
        return [i.CopyIt(), i.Use(quoted.plain(folder)), i.PasteIt()] if known(quoted.plain(folder)) else None
    return [i.PutIn(_label(what, quoted), _folder(folder, quoted), verb not in ("复制", "拷贝"))]


@_rule(r"(?:把|将)?.{0,12}?(?:复制|拷贝).{0,12}")
def _copy(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.CopyIt()]


@_rule(r"(?:把|将)?.{0,12}?粘贴(?:到|进|在)?(?P<where>.{0,20}?)(?:中|里|内)?")
def _paste(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    where = quoted.plain(found["where"])
    return [i.Use(where), i.PasteIt()] if known(where) is not None else [i.PasteIt()]


_INPUT = r"(?:输入|键入|写入|写下|写上|填写|填入|填上|录入|打出|打字|写)"


@_rule(rf"(?:在|往|向|于)(?P<field>.+?)(?:输入框|文本框|搜索框|字段|一栏|栏|框)(?:中|里|内|上|处)?{_INPUT}(?P<text>.+)")
def _fill(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    field = _label(found["field"], quoted)
    if re.search("地址|网址|URL", field, re.IGNORECASE) and not quoted.all_in(found["field"]):
        return [i.Visit(_text(found["text"], quoted))]
    return [i.Type(_text(found["text"], quoted), field)]


@_rule(rf"(?:在|往|向)(?P<field>{MARK}|[^\x00]{{1,12}}?)(?:中|里|内|上|处|后面|旁边)?{_INPUT}(?P<text>.+)")
def _fill_mark(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["field"]
    if re.search(r"^(?:其|它|窗口|文档|编辑区|文件|这里|那里|新文档|空白处|里面)", words) or re.search(r"行$", words):
        return [i.Type(_text(found["text"], quoted))]
    return [i.Type(_text(found["text"], quoted), quoted.plain(words))]


@_rule(
    r"(?:把|将)(?P<option>.+?)(?:设置为|设置成|设为|设成|改为|改成|切换为|切换到|更改为|填写为|填为|调整为|调为)(?P<value>.+)|(?:设置|更改|修改)(?P<option2>.+?)为(?P<value2>.+)|(?:切换到|切换成|切换为|使用)(?P<mode>.+?)(?:模式|主题)"
)
def _set(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    if found["mode"]:
        return [i.SetTo("", quoted.plain(found["mode"] + ("模式" if "模式" in found[0] else "")))]
    return [i.SetTo(_label(found["option"] or found["option2"], quoted), _label(found["value"] or found["value2"], quoted))]


@_rule(r"(?:把|将)(?:所有的?|全部的?)?(?P<old>.+?)(?:全部)?替换(?:为|成)(?P<new>.+)|(?:用)(?P<new2>.+?)替换(?P<old2>.+)")
def _replace(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ReplaceIt(_label(found["old"] or found["old2"], quoted), _label(found["new"] or found["new2"], quoted))]


@_rule(r"(?:勾选|取消勾选|启用|禁用|开启|打勾)(?P<label>.+)")
def _toggle(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ClickOn(_label(found["label"], quoted))]


@_rule(r"(?:切换|回|返回|转)(?:回)?(?:到|至)?(?P<what>.+?)(?:的?窗口)?")
def _switch(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what = quoted.plain(found["what"])
    return [i.Switch(what)] if known(what) is not None else None


@_rule(r"(?:提交|发送)(?:表单|查询|页面|它)?")
def _submit(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.SubmitIt()]


@_rule(
    r"(?:将?(?:页面|网页|窗口|列表))?(?:向|往)?(?P<way>上|下)?(?:滚动|滚|翻|拉)(?:页面|网页|窗口)?(?:到|至)?(?:页面|网页)?(?:最)?(?P<end>底部|底端|末尾|底|顶部|顶端|开头|顶)?(?:(?P<times>[\d一两二三四五六七八九十几]+)[次页屏])?"
)
def _scroll(found: re.Match[str], _: Quoted) -> list[Intent]:
    if found["end"]:
        return [i.ScrollIt("top" if found["end"][0] in "顶开" else "bottom")]
    return [i.ScrollIt("up" if found["way"] == "上" else "down", _count(found["times"]))]


@_rule(r"(?:向|往)?[上下]?(?:滚动|滚)(?:页面|网页)?(?:直到|直至|到|至)(?:看到|出现)?(?P<text>.+?)(?:出现|可见|显示)?(?:为止)?")
def _scroll_until(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ScrollUntil(_label(found["text"], quoted))]


@_rule(r"(?:等待|等)(?P<n>[\d一两二三四五六七八九十几]+)(?P<unit>秒钟?|分钟?)|(?:等待|等)(?:一会儿?|片刻|一下)")
def _wait(found: re.Match[str], _: Quoted) -> list[Intent]:
    number = _count(found["n"]) if found["n"] else 2
    return [i.Pause(min(60, number * (60 if (found["unit"] or "").startswith("分") else 1)))]


@_rule(r"(?:等待|等到|等)(?:直到)?(?:出现|显示)?(?P<text>.+?)(?:出现|显示|打开|加载完成|加载完毕)?(?:为止)?")
def _await(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    text = _label(found["text"], quoted)
    return [i.Pause(2)] if re.fullmatch(r"页面|程序|窗口|网页|它|完成|加载", text) else [i.Await(text)]


@_rule(
    r"(?:确认|确保|检查|验证|查看|看看)(?:一下)?(?:是否)?(?:屏幕上|页面上|终端|窗口中|结果)?(?:显示|出现|包含|有|为|是)?(?:了|出)?(?P<text>.+?)(?:出现|显示|可见|存在)?|(?:应该?|屏幕|终端|结果|输出)(?:会|应该?)?(?:显示|输出|看到|打印|为|是)(?:出)?(?P<text2>.+)"
)
def _see(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["text"] or found["text2"]
    if re.fullmatch(r"结果|答案|输出|计算结果|它|内容|屏幕", words):
        return []
    return [i.See(_label(words, quoted))]


@_rule(r"(?:搜索|查找|寻找|查询|找到)(?P<text>.+)")
def _find(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.FindIt(_label(found["text"], quoted))]


@_rule(rf"(?:把|将)?{_INPUT}(?P<rest>.+)")
def _type(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    rest = found["rest"]
    aside = re.search(r"(?:到|进|在)(?P<where>.{1,20}?)(?:中|里|内|里面)?$", rest) if "\x00" in rest else None
    if aside and "\x00" not in aside["where"]:
        rest, where = rest[: aside.start()], quoted.plain(aside["where"])
        if known(where) is not None:
            return [i.Use(where), i.Type(_text(rest, quoted))]
        field = re.fullmatch(r"(.+?)(?:输入框|文本框|搜索框|字段|一栏|栏|框)", where)
        if field:
            return [i.Type(_text(rest, quoted), field[1])]
    return [i.Type(_text(rest, quoted))]


@_rule(rf"(?:把|将)(?P<text>{MARK})(?:{_INPUT})(?:到|进|在)?(?P<where>.*?)(?:中|里|内)?")
def _type_it(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    where = quoted.plain(found["where"])
    use: list[Intent] = [i.Use(where)] if known(where) is not None else []
    return [*use, i.Type(quoted.plain(found["text"]))]


@_rule(r"(?:使用|用)(?P<what>.+)")
def _use(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what = quoted.plain(found["what"])
    return [i.Use(bare_name(what))] if known(what) is not None else None


def _text(words: str, quoted: Quoted) -> str:
    inside = quoted.all_in(words)
    around = re.sub(MARK, "", words).strip()
    if len(inside) == 1 and len(around) <= 20:
        return inside[0]
    if len(inside) > 1 and len(around) <= 40:
        return ("\n" if "行" in around else " ").join(inside)
    plain = quoted.plain(
        re.sub(
            r"^(?:一段|一句|一行|一些)?(?:以下|下列|如下)?(?:文字|文本|内容|句子|一句话|话)?[:：]\s*|^(?:文字|文本|内容)(?=\S)",
            "",
            words,
        )
    )
    return plain.strip()
