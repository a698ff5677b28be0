"""Each sentence of the pages exists in each of their languages, and the catalogues hold nothing else."""

import re

import pytest

from runtime.web.i18n import LANGUAGES, say, say_count, translations
from tests.support.messages import catalogue, messages

PLACE = re.compile(r"%\((\w+)\)s")
OTHERS = [each for each in LANGUAGES if each != "en"]


@pytest.mark.parametrize("locale", OTHERS)
def test_no_sentence_lacks_a_translation_and_none_is_left_over(locale: str) -> None:
    translated = {message.id: message.string for message in catalogue(locale) if message.id}

    assert set(translated) == set(messages())
    assert not [name for name, text in translated.items() if not (all(text) if isinstance(text, tuple) else text)]


@pytest.mark.parametrize("locale", OTHERS)
def test_no_translation_is_a_guess_or_loses_a_parameter(locale: str) -> None:
    known = [message for message in catalogue(locale) if message.id]

    assert not [message.id for message in known if message.fuzzy]
    for message in known:
        wanted = message.id if isinstance(message.id, str) else message.id[1]
        given = [message.string] if isinstance(message.string, str) else message.string
        assert all(set(PLACE.findall(text)) == set(PLACE.findall(wanted)) for text in given), message.id


def test_english_is_what_the_sources_say() -> None:
    assert say("en", "Recycle bin") == "Recycle bin"
    assert say_count("en", "One thing needs your attention", "%(count)s things need your attention", 1) == "One thing needs your attention"


def test_a_relative_of_a_language_is_used_and_a_strange_one_is_answered_in_english() -> None:
    assert translations("zh_TW").gettext("Save") == "保存"
    assert translations("sw").gettext("Save") == "Save"
