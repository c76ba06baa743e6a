"""The task list."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from screenagent.errors import SettingsError
from screenagent.settings import builtin_file, read_tasks


@pytest.fixture
def file(tmp_path):
    return tmp_path / "tasks.txt"


def test_a_line_is_a_task_and_comments_do_not_count(file):
    file.write_bytes("\ufeff# first\n\n  Open the editor  \r\n\t# second\n打开终端\n".encode())

    assert read_tasks(file) == ("Open the editor", "打开终端")


def test_the_tasks_that_come_along_begin_with_the_editor():
    assert read_tasks(None)[0] == "Open the text editor, type 'Hello from ScreenAgent, 你好' and save it as hello.txt"
    assert len(read_tasks(None)) == 15
    assert builtin_file("tasks.txt").name == "tasks.txt"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "holds no task"),
        (b"# only this\n", "holds no task"),
        (b"fine\n\xff\xfe\n", "line 2.*UTF-8"),
        (b"a\nb\x07c\n", "line 2.*control character"),
        (b"x" * 5000, "line 1.*longer"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(file, content, wanted):
    file.write_bytes(content)

    with pytest.raises(SettingsError, match=wanted):
        read_tasks(file)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(b"\xef\xbb\xbfone\r\ntwo")
@example("\u2028\x85 x".encode())
@example(b"\xed\xa0\x80")
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_tasks_fit_to_use_or_one_settings_error(file, data):
    file.write_bytes(data)
    try:
        tasks = read_tasks(file)
    except SettingsError:
        pass
    else:
        assert tasks
        assert all(task == task.strip() and task and "\n" not in task for task in tasks)


def test_a_list_that_is_not_there_is_named(file):
    with pytest.raises(SettingsError, match=r"There is no task list .*tasks\.txt"):
        read_tasks(file)


def test_a_missing_builtin_file_is_told():
    with pytest.raises(SettingsError, match="missing from the installation"):
        builtin_file("nothing.txt")
