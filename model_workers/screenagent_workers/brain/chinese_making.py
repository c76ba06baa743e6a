"""Chinese rules for what is made and changed: files, text, fields, settings, waiting, looking."""

from __future__ import annotations

import re

from . import intents as i
from .chinese_words import IT, count, folder_in, label_in, name_in, text_in
from .intents import Intent
from .programs import bare_name, known
from .quotes import MARK, Quoted
from .rules import Rules

RULES = Rules()


@RULES.add(
    r"(?:在|到)(?P<folder>.{1,40}?)(?:文件夹|目录)?(?:里面|里|中|内|下|上)(?P<rest>(?:新建|创建|建立|建).+(?:文件夹|目录|文件|文档).*)"
)
def _make_in(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    made = RULES.first(found["rest"], quoted)
    return [i.Open(folder_in(found["folder"], quoted), "folder"), *made] if made else None


@RULES.add(
    r"(?:把|将)?(?P<old>.*?)(?:重命名为|改名为|改名成|重命名成|更名为|的名称改为|的名字改成|的名字改为|改成)(?P<new>.+)|重命名(?P<old2>.+?)(?:为|成)(?P<new2>.+)"
)
def _rename(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    old, new = (found["old2"], found["new2"]) if found["new2"] else (found["old"], found["new"])
    old = re.sub(r"^(?:文件夹|目录|文件|名为)\s*(?=\S)", "", old.strip())
    if "改成" in found[0] and "名" not in found[0]:
        return None
    return [i.RenameIt("" if not old or re.fullmatch(IT, old) else label_in(old, quoted), name_in(new, quoted))]


@RULES.add(r"(?:新建|创建|建立|建一个|建|制作|添加)(?:一个|两个|1个|个)?(?:新的?)?(?:空白?的?)?(?P<rest>.*)")
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


@RULES.add(r"(?:(?:把|将)(?P<what>.+?)(?:删除|删掉|移到回收站|移入回收站)|(?:删除|删掉|移除|清空)(?P<what2>.+))")
def _delete(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["what"] or found["what2"]
    if re.fullmatch(r"(?:所有|全部)?(?:内容|文本|文字)|全部|文档", words):
        return [i.DeleteIt("")]
    return [i.DeleteIt(label_in(re.sub(r"^(?:文件夹|文件|目录)(?=\S)", "", words), quoted))]


@RULES.add(
    r"(?:把|将)(?:文件夹|文件)?(?P<what>.+?)(?P<verb>复制|拷贝|移动|"
    r"剪切)(?:到|至|进)(?:文件夹|目录)?(?P<folder>.+?)(?:文件夹|"
    r"目录)?(?:中|里|下|内)?|(?P<verb2>复制|拷贝|移动)(?:文件夹|"
    r"文件)?(?P<what2>.+?)(?:到|至)(?:文件夹|目录)?(?P<folder2>.+?)"
    r"(?:文件夹|目录)?(?:中|里|下|内)?"
)
def _put(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what, folder, verb = found["what"] or found["what2"], found["folder"] or found["folder2"], found["verb"] or found["verb2"]
    if re.search("剪贴板", folder):
        return [i.CopyIt()]
    if re.fullmatch(IT + "|结果|.*(?:文本|文字|内容|结果)", what):
        return [i.CopyIt(), i.Use(quoted.plain(folder)), i.PasteIt()] if known(quoted.plain(folder)) else None
    return [i.PutIn(label_in(what, quoted), folder_in(folder, quoted), verb not in ("复制", "拷贝"))]


@RULES.add(r"(?:把|将)?.{0,12}?(?:复制|拷贝).{0,12}")
def _copy(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.CopyIt()]


@RULES.add(
    r"(?:输入|写入|写下|写上|写)(?:计算)?(?:结果|答案)|"
    r"(?:把|将)(?:计算)?(?:的)?(?:结果|答案)(?:输入|写入|写进|写到|填入)(?P<where>.{0,20}?)(?:中|里|内)?"
)
def _result(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    where = quoted.plain(found["where"] or "")
    return [i.Use(where), i.PasteIt()] if known(where) is not None else [i.PasteIt()]


@RULES.add(r"(?:把|将)?.{0,12}?粘贴(?:到|进|在)?(?P<where>.{0,20}?)(?:中|里|内)?")
def _paste(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    where = quoted.plain(found["where"])
    return [i.Use(where), i.PasteIt()] if known(where) is not None else [i.PasteIt()]


_INPUT = r"(?:输入|键入|写入|写下|写上|填写|填入|填上|录入|打出|打字|写)"


@RULES.add(rf"(?:在|往|向|于)(?P<field>.+?)(?:输入框|文本框|搜索框|字段|一栏|栏|框)(?:中|里|内|上|处)?{_INPUT}(?P<text>.+)")
def _fill(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    field = label_in(found["field"], quoted)
    if re.search("地址|网址|URL", field, re.IGNORECASE) and not quoted.all_in(found["field"]):
        return [i.Visit(text_in(found["text"], quoted))]
    return [i.Type(text_in(found["text"], quoted), field)]


@RULES.add(rf"(?:在|往|向)(?P<field>{MARK}|[^\x00]{{1,12}}?)(?:中|里|内|上|处|后面|旁边)?{_INPUT}(?P<text>.+)")
def _fill_mark(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["field"]
    if re.search(r"^(?:其|它|窗口|文档|编辑区|文件|这里|那里|新文档|空白处|里面)", words) or re.search(r"行$", words):
        return [i.Type(text_in(found["text"], quoted))]
    return [i.Type(text_in(found["text"], quoted), quoted.plain(words))]


@RULES.add(
    r"(?:把|将)(?P<option>.+?)(?:设置为|设置成|设为|设成|改为|"
    r"改成|切换为|切换到|更改为|填写为|填为|调整为|调为)"
    r"(?P<value>.+)|(?:设置|更改|修改)(?P<option2>.+?)为(?P<value2>.+)"
    r"|(?:切换到|切换成|切换为|使用)(?P<mode>.+?)(?:模式|主题)"
)
def _set(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    if found["mode"]:
        return [i.SetTo("", quoted.plain(found["mode"] + ("模式" if "模式" in found[0] else "")))]
    return [i.SetTo(label_in(found["option"] or found["option2"], quoted), label_in(found["value"] or found["value2"], quoted))]


@RULES.add(r"(?:把|将)(?:所有的?|全部的?)?(?P<old>.+?)(?:全部)?替换(?:为|成)(?P<new>.+)|(?:用)(?P<new2>.+?)替换(?P<old2>.+)")
def _replace(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ReplaceIt(label_in(found["old"] or found["old2"], quoted), label_in(found["new"] or found["new2"], quoted))]


@RULES.add(r"(?:勾选|取消勾选|启用|禁用|开启|打勾)(?P<label>.+)")
def _toggle(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ClickOn(label_in(found["label"], quoted))]


@RULES.add(r"(?:切换|回|返回|转)(?:回)?(?:到|至)?(?P<what>.+?)(?:的?窗口)?")
def _switch(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what = quoted.plain(found["what"])
    return [i.Switch(what)] if known(what) is not None else None


@RULES.add(r"(?:提交|发送)(?:表单|查询|页面|它)?")
def _submit(_: re.Match[str], __: Quoted) -> list[Intent]:
    return [i.SubmitIt()]


@RULES.add(
    r"(?:将?(?:页面|网页|窗口|列表))?(?:向|往)?(?P<way>上|下)?(?:滚动|"
    r"滚|翻|拉)(?:页面|网页|窗口)?(?:到|至)?(?:页面|网页)?(?:最)?(?P<end>底部|"
    r"底端|末尾|底|顶部|顶端|开头|顶)?(?:(?P<times>[\d一两二三四五六七八九十几]+)[次页屏])?"
)
def _scroll(found: re.Match[str], _: Quoted) -> list[Intent]:
    if found["end"]:
        return [i.ScrollIt("top" if found["end"][0] in "顶开" else "bottom")]
    return [i.ScrollIt("up" if found["way"] == "上" else "down", count(found["times"]))]


@RULES.add(
    r"(?:向|往)?[上下]?(?:滚动|滚)(?:页面|网页)?[，,]?(?:直到|直至|到|至)(?:看到|出现)?(?P<text>.+?)(?:出现|可见|显示)?(?:为止)?"
)
def _scroll_until(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.ScrollUntil(label_in(found["text"], quoted))]


@RULES.add(r"(?:等待|等)(?P<n>[\d一两二三四五六七八九十几]+)(?P<unit>秒钟?|分钟?)|(?:等待|等)(?:一会儿?|片刻|一下)")
def _wait(found: re.Match[str], _: Quoted) -> list[Intent]:
    number = count(found["n"]) if found["n"] else 2
    return [i.Pause(min(60, number * (60 if (found["unit"] or "").startswith("分") else 1)))]


@RULES.add(r"(?:等待|等到|等)(?:直到)?(?:出现|显示)?(?P<text>.+?)(?:出现|显示|打开|加载完成|加载完毕)?(?:为止)?")
def _await(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    text = label_in(found["text"], quoted)
    return [i.Pause(2)] if re.fullmatch(r"页面|程序|窗口|网页|它|完成|加载", text) else [i.Await(text)]


@RULES.add(
    r"(?:确认|确保|检查|验证|查看|看看)(?:一下)?(?:是否)?(?:屏幕上|"
    r"页面上|终端|窗口中|结果)?(?:显示|出现|包含|有|为|是)?(?:了|"
    r"出)?(?P<text>.+?)(?:出现|显示|可见|存在)?|(?:应该?|屏幕|终端|"
    r"结果|输出)(?:会|应该?)?(?:显示|输出|看到|打印|为|是)(?:出)?(?P<text2>.+)"
)
def _see(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    words = found["text"] or found["text2"]
    if re.fullmatch(r"结果|答案|输出|计算结果|它|内容|屏幕", words):
        return []
    return [i.See(label_in(words, quoted))]


@RULES.add(r"(?:搜索|查找|寻找|查询|找到)(?P<text>.+)")
def _find(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    return [i.FindIt(label_in(found["text"], quoted))]


@RULES.add(rf"(?:把|将)?{_INPUT}(?P<rest>.+)")
def _type(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    rest = found["rest"]
    aside = re.search(r"(?:到|进|在)(?P<where>.{1,20}?)(?:中|里|内|里面)?$", rest) if "\x00" in rest else None
    if aside and "\x00" not in aside["where"]:
        rest, where = rest[: aside.start()], quoted.plain(aside["where"])
        if known(where) is not None:
            return [i.Use(where), i.Type(text_in(rest, quoted))]
        field = re.fullmatch(r"(.+?)(?:输入框|文本框|搜索框|字段|一栏|栏|框)", where)
        if field:
            return [i.Type(text_in(rest, quoted), field[1])]
    return [i.Type(text_in(rest, quoted))]


@RULES.add(rf"(?:把|将)(?P<text>{MARK})(?:{_INPUT})(?:到|进|在)?(?P<where>.*?)(?:中|里|内)?")
def _type_it(found: re.Match[str], quoted: Quoted) -> list[Intent]:
    where = quoted.plain(found["where"])
    use: list[Intent] = [i.Use(where)] if known(where) is not None else []
    return [*use, i.Type(quoted.plain(found["text"]))]


@RULES.add(r"(?:使用|用)(?P<what>.+)")
def _use(found: re.Match[str], quoted: Quoted) -> list[Intent] | None:
    what = quoted.plain(found["what"])
    return [i.Use(bare_name(what))] if known(what) is not None else None
