"""Words that Chinese rules share: labels, names, folders, texts, numbers, "it"."""

from __future__ import annotations

import re

from .quotes import MARK, Quoted

IT = r"(?:它|其|他|此|这个|该|该文件|文件|文档|该文档|此文件|这个文件|内容|文本|页面|窗口|当前窗口|该窗口|对话框|它们)"
_COUNTS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "几": 2}
FOLDERS = {
    "桌面": "Desktop",
    "文档": "Documents",
    "下载": "Downloads",
    "图片": "Pictures",
    "主目录": "home",
    "主文件夹": "home",
    "家目录": "home",
}


def count(word: str | None) -> int:
    word = (word or "").strip()
    return min(int(word), 100) if word.isdecimal() and len(word) < 4 else _COUNTS.get(word, 1)


def label_in(words: str, quoted: Quoted) -> str:
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


def name_in(words: str, quoted: Quoted) -> str:
    inside = quoted.all_in(words)
    if len(inside) == 1:
        return inside[0]
    text = re.sub(r"^(?:文件|文件名|名字|名称|名)?(?:为|叫|是|：|:)?", "", words.strip())
    text = re.sub(r"(?:的)?(?:文件夹|目录|文件|文档)$", "", text) or text
    return quoted.plain(text).strip()


def folder_in(words: str, quoted: Quoted) -> str:
    name = name_in(re.sub(r"(?:里面|里|中|内|上|下)$", "", words.strip()), quoted)
    return FOLDERS.get(name, name)


def text_in(words: str, quoted: Quoted) -> str:
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
