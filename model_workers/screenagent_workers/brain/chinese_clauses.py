"""A Chinese task cut into clauses, one instruction each; there are no spaces, so verbs and punctuation must tell."""

from __future__ import annotations

import re

from .programs import known

_VERBS = (
    "打开|启动|运行|执行|开启|点开|输入|键入|写入|写下|写上|写|填写|填入|填上|按下|按|敲|单击|点击|点按|双击|右击|右键|点|选择|选中|选|全选|"
    "保存|另存为|另存|存为|关闭|退出|关掉|新建|创建|建立|建一个|重命名|命名为|命名|取名|改名|删除|删掉|复制|拷贝|粘贴|剪切|移动|计算|算|求|访问|浏览|转到|前往|进入|"
    "切换|返回|回到|滚动|向下|向上|往下|往上|等待|等(?!于)|把|将|在|用|使用|以|设置|设为|修改|更改|勾选|取消|确认|确保|检查|查看|验证|搜索|查找|替换|提交|"
    "发送|撤销|重做|刷新|最大化|最小化|回车|不保存|从|给|清空|应显示|应该显示|名为|文件名|"
    "换行|另起一行|换一行|下载|安装|登录|画|描述|告诉|播放|上传|翻译|拖动|拖"
)
_CONNECT = r"(?:然后|接着|随后|之后|最后|接下来|再|并且|而且|同时|并|且|首先|先|请|就|以及|和|后|来|去|完成后|下一步|，|,|\s)*"
_STARTS = re.compile(rf"{_CONNECT}(?:{_VERBS})")
_CUT = re.compile(
    rf"[，,、；;：:]\s*(?={_CONNECT}(?:{_VERBS}))|\s*(?:然后|接着|随后|"
    rf"之后|最后|接下来|并且|而且|并|再|后|来)(?={_CONNECT}(?:{_VERBS})"
    rf")|\s+(?=(?:{_VERBS}))|(?<=\x00)(?:和|以及)?(?=(?:保存|另存|按(?!钮|"
    rf"键)|关闭|点击|单击|粘贴|复制))|(?<=[A-Za-z键])(?=保存)"
)
_SENTENCES = re.compile(r"[。！？!?；;\r\n]+|\.(?=\s|$)")
_ADVERBS = re.compile(
    r"^(?:请(?:你|您)?(?:帮我|帮忙)?|帮我|帮忙|麻烦(?:你|您)?|"
    r"然后|接着|随后|之后|最后|接下来|首先|其次|再(?=\S)|先(?=\S)"
    r"|并且|并(?=\S)|而且|同时|且|以及|你?需要|你(?:要|应该|"
    r"可以)|我(?:想|要|希望)(?:你|请你)?|能否|可以|"
    r"完成后|下一步|就|第[一二三四五六七八九十\d]+步|(?:\(?\d{1,2}[.、):：）])|[-•*]|任务[:：]|[,，、:：;；\s])+"
)
_WITHIN = re.compile(
    r"^(?:在|从|用|使用|通过|利用)(?P<where>[^\x00，,。]{1,14}?)(?:窗口)?(?:里面|"
    r"里边|里|中|内|上|当中)?(?:的窗口中)?[，,]?(?P<rest>(?:来|"
    r"去|把|将|直接)*(?:VERBS|列出|显示|打印).*|.*(?:是多少|等于多少|等于几))$".replace("VERBS", _VERBS),
    re.DOTALL,
)
_WITHIN_MARK = re.compile(r"^(?:在|用|使用)(?P<where>\x00\d+\x00)(?:程序|应用|窗口)?(?:里面|里|中|内|上)")


def clauses(text: str) -> list[str]:
    """The instructions of a protected text in order, without politeness and connecting words."""
    found: list[str] = []
    for sentence in _SENTENCES.split(text):
        start = 0
        for cut in _CUT.finditer(sentence):
            piece = sentence[start : cut.start()]
            if not _complete(piece):
                continue
            found.extend(_after_opening(piece))
            start = cut.end()
        found.extend(_after_opening(sentence[start:]))
    trimmed = (trim(piece) for piece in found)
    return [
        piece
        for piece in trimmed
        if piece and not re.fullmatch(r"(?:即可|谢谢|完成|就可以了|结束|显示结果|查看结果|得到结果|看结果)", piece)
    ]


def trim(clause: str) -> str:
    """A clause without connecting words and closing punctuation."""
    clause = clause.strip().strip("，,、；;：: 。")
    clause = re.sub(r"(?:即可|吧|一下子|谢谢)$", "", clause)
    return _ADVERBS.sub("", clause).strip()


def where_and_rest(clause: str) -> tuple[str, str]:
    """`("终端", "运行ls")` of `在终端中运行ls`; ("", clause) where no program is named so."""
    found = _WITHIN.match(clause)
    if found:
        where = found["where"]
        if known(where) is not None:
            return where, trim(re.sub(r"^(?:来|去|直接)+", "", found["rest"]))
    return "", clause


def _after_opening(piece: str) -> list[str]:
    """`打开终端执行 date` is two instructions, though nothing stands between them."""
    text = trim(piece)
    opening = re.match(r"(?:打开|启动|开启|切换到|切换回|回到|返回)", text)
    if opening is None:
        return [piece]
    for verb in re.finditer(_VERBS, text[opening.end() : opening.end() + 20]):
        at = opening.end() + verb.start()
        if at > opening.end() and known(text[opening.end() : at]) is not None:
            return [text[:at], text[at:]]
    return [piece]


def _complete(piece: str) -> bool:
    """Whether a piece can stand alone: it has a verb, and is more than `在终端中`."""
    text = trim(piece)
    if not text:
        return False
    if re.search(r"(?:把|将)(?!.*(?:保存|存为|命名|改名|移动|复制|拷贝|删|设|改|替换|输入|粘贴|填|切换|滚|关)).*$", text):
        return False
    if re.fullmatch(r"(?:在|用|使用|从|通过).{1,16}", text) and _WITHIN.match(text) is None:
        return re.fullmatch(r"(?:用|使用|在|从|通过)\S{1,14}(?:里|中|内|上)?", text) is None
    if re.fullmatch(rf"(?:把|将)[^\x00]{{0,8}}|(?:{_VERBS})", text):
        return text in (
            "保存",
            "关闭",
            "退出",
            "回车",
            "换行",
            "另起一行",
            "换一行",
            "全选",
            "复制",
            "粘贴",
            "撤销",
            "重做",
            "刷新",
            "最大化",
            "最小化",
            "剪切",
            "提交",
            "返回",
        )
    return _STARTS.match(text) is not None or known(text) is not None
