"""The languages of the interface, and which one a request speaks."""

from flask import g, has_request_context, request, session

#: Interface languages with their own names; documents may be in any language.
LANGUAGES = {"en": "English", "zh": "中文"}
#: Chinese pages are written in simplified characters.
LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}


def chosen() -> str:
    """What the person chose on this device, else what their account says, else what the browser asks for."""
    if not has_request_context():  # a command or a job; mails say which language they are in
        return LOCALES["en"]
    for wish in (session.get("language"), g.get("account_language"), _asked()):
        if wish in LANGUAGES:
            return LOCALES[wish]
    return LOCALES["en"]


def _asked() -> str | None:
    return request.accept_languages.best_match(list(LANGUAGES))
