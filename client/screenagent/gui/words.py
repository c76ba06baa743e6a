"""The window's words in English and Chinese: one table, a key a sentence. What the core says is shown as it is."""

from __future__ import annotations

from typing import Any

_TABLE: dict[str, tuple[str, str]] = {
    "title": ("ScreenAgent", "ScreenAgent"),
    # connection
    "connection": ("Desktop", "桌面"),
    "embedded": ("Embedded desktop", "内置桌面"),
    "link.connecting": ("Connecting…", "正在连接…"),
    "link.connected": ("Connected", "已连接"),
    "link.reconnecting": ("Reconnecting…", "正在重新连接…"),
    "link.lost": ("Not connected", "未连接"),
    "link.closing": ("Closing…", "正在关闭…"),
    "reconnect": ("Re-connect", "重新连接"),
    # tasks
    "tasks": ("Tasks", "任务"),
    "tasks.search": ("Search the tasks", "搜索任务"),
    "tasks.tip": ("Double-click puts the task into the field below", "双击将任务填入下方输入框"),
    "tasks.none": ("The task list is empty. Type a task below.", "任务列表为空，请在下方输入任务。"),
    "tasks.no_match": ("No task matches the search.", "没有符合搜索的任务。"),
    "task": ("Task to do", "要执行的任务"),
    "task.hint": ("Say what is to be done on the desktop", "描述要在桌面上完成的事"),
    "reload": ("Reload", "重新载入"),
    # controls
    "start": ("Start Automation", "开始自动化"),
    "pause": ("Pause", "暂停"),
    "resume": ("Resume", "继续"),
    "step": ("Step", "单步"),
    "stop": ("Stop", "停止"),
    "focus_task": ("Go to the task field", "转到任务输入框"),
    "actual": ("1:1", "1:1"),
    "fit": ("Fit", "适应"),
    "switch": ("Switch between the desktop and the task field", "在桌面与任务输入框之间切换"),
    "help": ("Keyboard shortcuts", "键盘快捷键"),
    "tip.start": ("Start the task in the field", "执行输入框中的任务"),
    "tip.pause": (
        "Pause or go on; a click or key in the live desktop pauses too",
        "暂停或继续；在实时桌面上点击或按键也会暂停",
    ),
    "tip.step": ("While paused: one state step, then pause again", "暂停时：执行一步，然后再次暂停"),
    "tip.stop": (
        "Stop the run and let go of every key and button. Esc twice within half a second stops too, "
        "also from the live desktop, which gets only the first Esc, and only while the run is paused",
        "停止运行并松开所有按键。半秒内连按两次 Esc 也会停止；在实时桌面中，仅当运行暂停时第一次 Esc 才会发往桌面",
    ),
    "tip.reconnect": ("Connect to the desktop again", "重新连接桌面"),
    "tip.reload": ("Read the task list again", "重新读取任务列表"),
    "tip.focus_task": ("Put the keyboard into the task field", "将键盘焦点移到任务输入框"),
    "tip.actual": ("One screen pixel is one pixel here", "按原始像素显示"),
    "tip.fit": ("Scale the desktop to the space there is", "缩放桌面以适应空间"),
    "tip.switch": ("Give the keyboard to the live desktop, or take it back", "将键盘交给实时桌面，或收回"),
    "tip.help": ("Show all shortcuts", "显示所有快捷键"),
    # states
    "states": ("State", "状态"),
    "state.idle": ("Ready", "就绪"),
    "state.prepare": ("Prepare", "准备"),
    "state.planning": ("Plan", "规划"),
    "state.acting": ("Act", "执行"),
    "state.evaluating": ("Evaluate", "评估"),
    "state.finished": ("Finished", "完成"),
    "state.stopped": ("Stopped", "已停止"),
    "state.failed": ("Failed", "失败"),
    "state.paused": ("Paused", "已暂停"),
    "sub_tasks": ("Sub-tasks", "子任务"),
    "sub_tasks.none": ("The plan appears here.", "计划将显示在这里。"),
    # live desktop
    "live": ("Live desktop", "实时桌面"),
    "live.keyboard": ("Keyboard is here · F9 leaves", "键盘在此 · 按 F9 收回"),
    "live.agent": ("Agent at work · click to take over", "智能体正在操作 · 点击接管"),
    "live.opening": ("Opening the desktop", "正在打开桌面"),
    "live.waiting": ("Waiting for the first picture", "正在等待第一幅画面"),
    "live.lost": ("The desktop is not connected", "桌面未连接"),
    "live.back_soon": ("The connection was lost; trying again", "连接已断开，正在重试"),
    "live.pausing": ("The agent pauses after this action", "智能体将在此动作后暂停"),
    # exchange
    "prompt": ("Prompt sent", "发送的提示"),
    "prompt.none": ("What the model is asked appears here.", "发给模型的内容将显示在这里。"),
    "reply": ("Reply", "回复"),
    "reply.none": ("What the model answers appears here.", "模型的回答将显示在这里。"),
    "reply.waiting": ("Waiting for the model…", "正在等待模型…"),
    "reply.empty": ("The reply is empty.", "回复为空。"),
    "actions": ("Actions", "动作"),
    "actions.none": ("Actions read from the reply appear here.", "从回复中读出的动作将显示在这里。"),
    "problem.error": ("Not readable", "无法识别"),
    "problem.note": ("Mended", "已修正"),
    "queued": ("queued", "排队中"),
    "running": ("running", "执行中"),
    "done": ("done", "完成"),
    "failed": ("failed", "失败"),
    "said": ("said, nothing to perform", "仅为陈述，无需执行"),
    "role.planner": ("Planner", "规划者"),
    "role.actor": ("Actor", "执行者"),
    "role.evaluator": ("Evaluator", "评估者"),
    # status bar
    "status.step": ("Step {n}", "第 {n} 步"),
    "status.call": ("Model call {seconds:.1f} s", "模型调用 {seconds:.1f} 秒"),
    "status.fps": ("{n} fps", "{n} 帧/秒"),
    # messages
    "say.disconnected": ("The desktop is disconnected.", "桌面连接已断开。"),
    "say.worker": ("The model cannot be reached.", "无法连接模型。"),
    "say.no_tasks": ("The task list is empty.", "任务列表为空。"),
    "say.no_tasks.hint": (
        "Type a task into the task field, or name a task_list file in the settings.",
        "请在输入框中输入任务，或在设置中指定 task_list 文件。",
    ),
    "say.finished": ("Finished: {task}", "已完成：{task}"),
    "say.failed": ("Failed: {reason}", "失败：{reason}"),
    "say.failed.plain": ("The run failed.", "运行失败。"),
    "say.stopped": ("Stopped: {task}", "已停止：{task}"),
    "say.figures": ("{steps} model calls in {seconds:.0f} s.", "{steps} 次模型调用，{seconds:.0f} 秒。"),
    "say.figures.one": ("1 model call in {seconds:.0f} s.", "1 次模型调用，{seconds:.0f} 秒。"),
    "say.paused": ("Paused: {why}", "已暂停：{why}"),
    "say.paused.plain": ("Paused", "已暂停"),
    "say.took_over": ("you took over the desktop", "您接管了桌面"),
    "say.pause": ("paused by the person", "由用户暂停"),
    "say.stop": ("stopped by the person", "由用户停止"),
    "say.closing": ("Stopping the run and closing the desktop…", "正在停止运行并关闭桌面…"),
    "say.defect": ("Something went wrong in the window: {what}", "窗口发生错误：{what}"),
    "say.defect.hint": ("The details are in the log; the run goes on.", "详情见日志；运行仍在继续。"),
    "open_session": ("Session folder", "会话文件夹"),
    "check_again": ("Check again", "再次检查"),
    "dismiss": ("Dismiss", "关闭"),
    "help.keys": ("Keys", "按键"),
    "help.what": ("What it does", "功能"),
    "help.note": (
        "While the live desktop has the keyboard, every key goes to it but F1, F5 to F9 and Ctrl+Shift+R.",
        "键盘在实时桌面时，除 F1、F5 至 F9 和 Ctrl+Shift+R 外，所有按键都发往桌面。",
    ),
}

LANGUAGES = ("en", "zh")


class Words:
    """Looks sentences up in one language; an unknown language falls back to English."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"
        self._column = LANGUAGES.index(self.language)

    def __call__(self, key: str, **values: Any) -> str:
        """Return the sentence for `key` with `values` filled in."""
        sentence = _TABLE[key][self._column]
        return sentence.format(**values) if values else sentence


def keys() -> tuple[str, ...]:
    """Every key of the table."""
    return tuple(_TABLE)
