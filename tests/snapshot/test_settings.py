"""Configuration files become flat settings, each at its line and column, in all five formats."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rootlint.errors import UserError
from rootlint.snapshot.configuration import dotted
from rootlint.snapshot.settings import load_settings, settings_of


@pytest.fixture
def settings(tmp_path):
    """(line, column, path, value, kind) of each setting of a file."""

    def load(name: str, content: str | bytes):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = load_settings(path, f"config/{name}")
        return found and [(of.line, of.column, dotted(of.path), of.value, of.kind) for of in found]

    return load


def faults(loading) -> list[str]:
    with pytest.raises(UserError) as caught:
        loading()
    return [str(problem) for problem in caught.value.problems]


def test_yaml(settings):
    text = """\
metrc:
  url: https://api-ca.metrc.com  # production
  "page.size": 20
  timeout: 2.50
  retry: true
  note:
stores:
  - {license: F-CA, rooms: []}
  - license: 'F-CO'
    extra: {}
folded: >
  two
  lines
"""
    assert settings("sync.yaml", text) == [
        (2, 8, "metrc.url", "https://api-ca.metrc.com", "text"),
        (3, 16, 'metrc["page.size"]', "20", "integer"),
        (4, 12, "metrc.timeout", "2.50", "decimal"),
        (5, 10, "metrc.retry", "true", "boolean"),
        (6, 8, "metrc.note", None, "null"),
        (8, 15, "stores[0].license", "F-CA", "text"),
        (8, 28, "stores[0].rooms", "[]", "list"),
        (9, 14, "stores[1].license", "F-CO", "text"),
        (10, 12, "stores[1].extra", "{}", "mapping"),
        (11, 9, "folded", "two lines\n", "text"),
    ]


def test_yaml_anchors_merges_and_tags_are_read_as_programs_read_them(settings):
    text = "base: &base {a: 1, b: 2}\nstore:\n  <<: *base\n  b: 3\nkey: !secret metrc\n"
    assert settings("sync.yml", text) == [
        (1, 17, "base.a", "1", "integer"),
        (1, 23, "base.b", "2", "integer"),
        (1, 17, "store.a", "1", "integer"),
        (4, 6, "store.b", "3", "integer"),
        (5, 6, "key", "!secret metrc", "text"),
    ]


def test_several_yaml_documents_are_numbered(settings):
    assert settings("all.yaml", "a: 1\n---\na: 2\n") == [
        (1, 4, "[0].a", "1", "integer"),
        (3, 4, "[1].a", "2", "integer"),
    ]


def test_json_with_comments_and_trailing_commas(settings):
    text = """\
{
  // where METRC is
  "Metrc": {"Url": "https:\\/\\/api-ca.metrc.com", "Sizes": [20, 2.50, null, true, {}, []]},
  /* and when */ "Cron": "*/15 * * * *",
}
"""
    assert settings("appsettings.json", text) == [
        (3, 20, "Metrc.Url", "https://api-ca.metrc.com", "text"),
        (3, 60, "Metrc.Sizes[0]", "20", "integer"),
        (3, 64, "Metrc.Sizes[1]", "2.50", "decimal"),
        (3, 70, "Metrc.Sizes[2]", None, "null"),
        (3, 76, "Metrc.Sizes[3]", "true", "boolean"),
        (3, 82, "Metrc.Sizes[4]", "{}", "mapping"),
        (3, 86, "Metrc.Sizes[5]", "[]", "list"),
        (4, 26, "Cron", "*/15 * * * *", "text"),
    ]


def test_toml(settings):
    text = '''\
title = "made"  # a comment with = and [brackets]
[sync."page.size"]
value = 1_000
ratio = 2.50
since = 2026-01-01 10:00:00
text = """
two "lines"
"""
sizes = [
  1, # one
  "two",
  {x = 1, y.z = [true]},
]
[[store]]
license = 'F-CA'
[[store]]
license = 'F-CO'
[store.rooms]
front = false
[empty]
'''
    assert settings("sync.toml", text) == [
        (1, 9, "title", "made", "text"),
        (3, 9, 'sync["page.size"].value', "1000", "integer"),
        (4, 9, 'sync["page.size"].ratio', "2.50", "decimal"),
        (5, 9, 'sync["page.size"].since', "2026-01-01 10:00:00", "text"),
        (6, 8, 'sync["page.size"].text', 'two "lines"\n', "text"),
        (10, 3, 'sync["page.size"].sizes[0]', "1", "integer"),
        (11, 3, 'sync["page.size"].sizes[1]', "two", "text"),
        (12, 8, 'sync["page.size"].sizes[2].x', "1", "integer"),
        (12, 18, 'sync["page.size"].sizes[2].y.z[0]', "true", "boolean"),
        (15, 11, "store[0].license", "F-CA", "text"),
        (17, 11, "store[1].license", "F-CO", "text"),
        (19, 9, "store[1].rooms.front", "false", "boolean"),
        (20, 1, "empty", "{}", "mapping"),
    ]


@pytest.mark.parametrize("name", [".env", ".env.production", "sync.env"])
def test_env(settings, name):
    text = """\
# made
METRC_STATE=ca
export METRC_URL="https://x/?a=\\"b\\"#c"   # comment
LICENSE='F-CA'
ROOM=front room # comment
HASH=a#b
EMPTY=
BARE
PAGE_SIZE=20
METRC_STATE=co
NOTE="two
lines"
DEBUG = true
"""
    assert settings(name, text) == [
        (3, 18, "METRC_URL", 'https://x/?a="b"#c', "text"),
        (4, 9, "LICENSE", "F-CA", "text"),
        (5, 6, "ROOM", "front room", "text"),
        (6, 6, "HASH", "a#b", "text"),
        (7, 7, "EMPTY", "", "text"),
        (8, 1, "BARE", None, "null"),
        (9, 11, "PAGE_SIZE", "20", "integer"),
        (10, 13, "METRC_STATE", "co", "text"),
        (11, 6, "NOTE", "two\nlines", "text"),
        (13, 9, "DEBUG", "true", "boolean"),
    ]


@pytest.mark.parametrize("name", ["sync.ini", "bridge.cfg"])
def test_ini(settings, name):
    text = """\
host = https://api-ca.metrc.com
# made
[Main Street]
license : 'F-CA' ; the first
channel = #alerts
page_size=10
page_size=20
urls =
    https://a
    b = c
empty =
[jobs.night]
    full = true
    fullAt = 3:00 ; local
; the end
"""
    assert settings(name, text) == [
        (1, 8, "host", "https://api-ca.metrc.com", "text"),
        (4, 11, '["Main Street"].license', "F-CA", "text"),
        (5, 11, '["Main Street"].channel', "#alerts", "text"),
        (7, 11, '["Main Street"].page_size', "20", "integer"),
        (8, 7, '["Main Street"].urls', "\nhttps://a\nb = c", "text"),
        (11, 8, '["Main Street"].empty', "", "text"),
        (13, 12, '["jobs.night"].full', "true", "boolean"),
        (14, 14, '["jobs.night"].fullAt', "3:00", "text"),
    ]


@given(st.text(st.sampled_from("ab=: \n[];#\t\"'\\\x0b\x85\u2028\u00e91")))
def test_any_ini_text_is_read_with_a_place_for_each_value_or_refused(text):
    with contextlib.suppress(UserError):
        found = settings_of(text, "sync.ini")
        assert all(text[each.start : each.end].strip("\"'") in (each.value or "") for each in found)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", ""),
        ("a.toml", ""),
        (".env", ""),
        (".env", "# nothing"),
        ("a.ini", "; nothing\n"),
        ("a.yaml", "# nothing\n"),
    ],
)
def test_a_file_without_settings_is_fine(settings, name, content):
    assert settings(name, content) == []


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.toml"])
def test_windows_line_ends_and_byte_order_marks_do_not_shift_places(settings, name):
    content = {
        "a.yaml": "x: 1\r\ny: 2\r\n",
        "a.json": '{"x": 1,\r\n"y": 2}',
        "a.toml": "x = 1\r\ny = 2\r\n",
    }
    columns = {"a.yaml": (4, 4), "a.json": (7, 6), "a.toml": (5, 5)}[name]
    assert settings(name, b"\xef\xbb\xbf" + content[name].encode()) == [
        (1, columns[0], "x", "1", "integer"),
        (2, columns[1], "y", "2", "integer"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        (
            "a.yaml",
            "a: 1\nb: [1\n",
            "config/a.yaml:3:1: error: not valid YAML: did not find expected ',' or ']'",
        ),
        ("a.json", '{"a": 1\n "b": 2}', "config/a.json:2:2: error: not valid JSON: expected ',' or '}'"),
        ("a.json", '{"a": \n tru}', "config/a.json:2:2: error: not valid JSON: expected a value"),
        ("a.json", '{"a": 1} 2', "config/a.json:1:10: error: not valid JSON: expected the end of the file"),
        ("a.json", "", "config/a.json:1:1: error: not valid JSON: expected a value"),
        ("a.toml", "a = 1\nb = \n", "config/a.toml:2:5: error: not valid TOML: invalid value"),
        ("a.toml", "a = [1,\n", "config/a.toml:2:1: error: not valid TOML: invalid value"),
    ],
)
def test_a_broken_file_is_told_with_its_place(settings, name, content, fault):
    assert faults(lambda: settings(name, content)) == [fault]


def test_all_broken_lines_of_an_env_file_are_told(settings):
    help = "\n  help: correct it, or make it a comment with #"
    assert faults(lambda: settings(".env", "A=1\n!bad\nB=2\n  'C'=3\nD=\"open\n")) == [
        f"config/.env:2:1: error: not a NAME=value line{help}",
        f"config/.env:4:3: error: not a NAME=value line{help}",
        f"config/.env:5:1: error: not a NAME=value line{help}",
    ]


def test_a_byte_that_is_not_utf_8_is_told_with_its_place(settings):
    assert faults(lambda: settings("a.yaml", b"a: 1\nb: \xff\n")) == [
        "config/a.yaml:2:4: error: a byte is not UTF-8\n  help: save the file as UTF-8"
    ]


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_nesting_without_end_is_refused(settings, name):
    assert faults(lambda: settings(name, "[" * 200 + "]" * 200)) == [
        f"config/{name}:1:102: error: nests deeper than 100 levels"
    ]


def test_a_yaml_bomb_is_refused(settings):
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    lines += [
        f"{name}: &{name} [{','.join(['*' + before] * 10)}]"
        for before, name in zip("abcdef", "bcdefg", strict=True)
    ]
    assert faults(lambda: settings("bomb.yaml", "\n".join(lines))) == [
        "config/bomb.yaml: error: holds more than 100000 settings"
    ]


def test_other_kinds_of_files_hold_no_settings(settings):
    assert settings("notes.txt", "A=1") is None


def test_all_broken_lines_of_an_ini_file_are_told(settings):
    help = "\n  help: correct it, or make it a comment with #"
    assert faults(lambda: settings("sync.ini", "a = 1\n[jobs\n[night]\nfull\nb = 2\n")) == [
        f"config/sync.ini:2:1: error: not a [section] or a name = value line{help}",
        f"config/sync.ini:4:1: error: not a [section] or a name = value line{help}",
    ]
