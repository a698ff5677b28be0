"""The frame around every page: what the side bar, the top bar and the menus hold for this reader.

Navigation depends on the model, the rights and the language only; it is written once for these and the place one is at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from markupsafe import Markup, escape

from metadata.model import App, NavigationGroup, NavigationTab, Object
from runtime.records.kept import Kept
from runtime.unit import Unit
from runtime.visit import FIELD, Visit, current_visit
from runtime.web.assets import Asset, manifest
from runtime.web.environment import fragment
from runtime.web.i18n import LANGUAGES, language_name, language_tag, say
from runtime.web.reader import Reader
from runtime.web.widgets.markup import avatar, tone_of, trusted

THEME_COOKIE, SIDE_COOKIE, APP_COOKIE = "tenon_theme", "tenon_side", "tenon_app"
THEMES = (("light", "sun"), ("dark", "moon"), ("auto", "sun-moon"))
SYSTEM_APP = "system"
HOME, APP_HOME, SEARCH = "web.home_page", "web.app_page", "web.search_page"


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere one can go."""

    url: str
    label: str
    icon: str = ""
    current: bool = False
    tone: str = "gray"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group of places in the side bar."""

    label: str
    icon: str
    links: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What the <head> of a page needs."""

    lang: str
    theme: str
    side: str
    tenant_name: str
    style: Asset
    script: Asset


@dataclass(frozen=True, slots=True)
class Note:
    """A message that appears for a while; `undo` is where to send what takes the act back."""

    text: str
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame around a page shows."""

    side_bar: Markup
    top_bar: Markup
    bottom_bar: Markup
    csrf_field: Markup
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A switch in the profile menu."""

    code: str
    label: str
    pressed: str
    lang: str = ""
    icon: str = ""


def frame_of(visit: Visit) -> Frame:
    """Make the frame of a page."""
    theme = request.cookies.get(THEME_COOKIE, "")
    files = manifest()
    return Frame(
        language_tag(visit.locale), theme if theme in dict(THEMES) else "auto",
        "narrow" if request.cookies.get(SIDE_COOKIE) == "narrow" else "wide",
        visit.tenant.name, files["app.css"], files["app.js"],
    )


def csrf_field(visit: Visit) -> Markup:
    """The hidden field that proves that a form was opened here."""
    return trusted(f'<input type="hidden" name="{FIELD}" value="{escape(visit.csrf_token)}">')


def languages_of(visit: Visit) -> tuple[Choice, ...]:
    """The language switch."""
    return tuple(
        Choice(code, language_name(code), str(code == visit.locale).lower(), language_tag(code)) for code in LANGUAGES
    )


def _themes(visit: Visit) -> tuple[Choice, ...]:
    current = request.cookies.get(THEME_COOKIE, "auto")
    labels = {"light": say(visit.locale, "Light"), "dark": say(visit.locale, "Dark"), "auto": say(visit.locale, "Auto")}
    return tuple(Choice(code, labels[code], str(code == current).lower(), icon=icon) for code, icon in THEMES)


def shell_of(
    unit: Unit, reader: Reader, *, at: str = "", app: str | None = None, sought: str = "", notes: Sequence[Note] = ()
) -> Shell:
    """Make the shell; `at` is the object one looks at, `app` the app whose home it is."""
    visit = current_visit()
    base = f"/{unit.ctx.tenant.slug}"
    chosen = app_at(reader, app or request.cookies.get(APP_COOKIE), at)
    side_bar, bottom_bar, create_menu = _navigation(reader, base, unit.ctx.tenant.name, chosen, at)
    top_bar = _top_bar(unit, reader, visit, create_menu=create_menu, sought=sought)
    return Shell(side_bar, top_bar, bottom_bar, csrf_field(visit), tuple(notes))


def _top_bar(unit: Unit, reader: Reader, visit: Visit, *, create_menu: Markup, sought: str) -> Markup:
    """The search field and the menus: the same on every page of a session, so it is written once for it."""
    user, base, theme = unit.ctx.user, f"/{unit.ctx.tenant.slug}", request.cookies.get(THEME_COOKIE, "auto")

    def written() -> Markup:
        return fragment(
            reader.locale, "top_bar.html", search_url=f"{base}/search", suggest_url=f"{base}/suggest",
            preferences_url=f"{base}/preferences", bin_url=f"{base}/recycle-bin", sign_out_url=f"{base}/logout",
            user_name=user.name, user_login=user.login, avatar=avatar(user.name, "large"), csrf_field=csrf_field(visit),
            languages=languages_of(visit), themes=_themes(visit), create_menu=create_menu, sought=sought,
        )

    if sought:
        return written()
    return _top_bars.get((create_menu, base, user.name, user.login, visit.csrf_token, visit.locale, theme), written)


_top_bars: Kept[Markup] = Kept(1_000)


def here() -> str:
    """The address one is at, for coming back."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def apps_of(reader: Reader) -> tuple[App, ...]:
    """The installed apps in which the reader can open something, the platform's own last."""
    return _apps.get(reader.key, lambda: _open_apps(reader))


def _open_apps(reader: Reader) -> tuple[App, ...]:
    apps = [each for each in reader.model.apps.values() if _groups(reader, each, "", "")]
    return tuple(sorted(apps, key=lambda each: each.name == SYSTEM_APP))


def app_at(reader: Reader, wanted: str | None, at: str) -> App | None:
    """The app one is in: the wanted one unless the object at hand is not in its navigation."""
    apps = apps_of(reader)
    if at:
        holding = [each for each in apps if _leads_to(each, at)]
        chosen = [each for each in holding if each.name == wanted]
        if chosen or holding:
            return (chosen or holding)[0]
    return next((each for each in apps if each.name == wanted), apps[0] if apps else None)


def _leads_to(app: App, object_name: str) -> bool:
    return any(tab.name == object_name and tab.kind == "object" for group in app.navigation for tab in group.tabs)


_apps: Kept[tuple[App, ...]] = Kept(500)
_kept: Kept[tuple[Markup, Markup, Markup]] = Kept(2_000)


def _navigation(reader: Reader, base: str, tenant_name: str, app: App | None, at: str) -> tuple[Markup, Markup, Markup]:
    """Side bar, bottom bar and create menu, as HTML."""
    place = request.endpoint if request.endpoint in (HOME, APP_HOME, SEARCH) else ""
    key = (reader.key, base, tenant_name, app.name if app else "", at, place)
    return _kept.get(key, lambda: _written(reader, base, tenant_name, app, at))


def _written(reader: Reader, base: str, tenant_name: str, app: App | None, at: str) -> tuple[Markup, Markup, Markup]:
    groups = _groups(reader, app, base, at) if app else ()
    apps = [
        Place(
            f"{base}/app/{each.name}", reader.text(each.label) or each.name, each.icon,
            app is not None and each.name == app.name,
        )
        for each in apps_of(reader)
    ]
    shown = next((each for each in apps if each.current), Place(f"{base}/", tenant_name, "components"))
    home = Place(f"{base}/app/{app.name}" if app else f"{base}/", "", "", request.endpoint in (HOME, APP_HOME))
    search = Place(f"{base}/search", "", "", request.endpoint == SEARCH)
    links = [link for group in groups for link in group.links]
    common = {"app": shown, "apps": apps, "groups": groups, "home": home, "tenant_name": tenant_name}
    return (
        fragment(reader.locale, "side_bar.html", **common),
        fragment(reader.locale, "bottom_bar.html", places=links[:2], search=search, **common),
        _create_menu(reader, base, app),
    )


def _groups(reader: Reader, app: App | None, base: str, at: str) -> tuple[Group, ...]:
    found = (_group(reader, each, base, at) for each in (app.navigation if app else ()))
    return tuple(each for each in found if each.links)


def _group(reader: Reader, group: NavigationGroup, base: str, at: str) -> Group:
    links = [_link(reader, tab, base, at) for tab in group.tabs]
    return Group(reader.text(group.label), group.icon, tuple(each for each in links if each is not None))


def _link(reader: Reader, tab: NavigationTab, base: str, at: str) -> Place | None:
    if tab.kind == "object":
        of = reader.model.objects.get(tab.name)
        return object_place(reader, of, base, current=tab.name == at) if of and reader.access.rights(of.name).read else None
    view = reader.model.list_views.get(tab.name)
    if view is None or not reader.access.rights(view.object).read:
        return None
    of = reader.model.objects[view.object]
    url = f"{base}/o/{of.name}?{urlencode({'view': view.name})}"
    return Place(url, reader.text(view.label) or view.name, of.icon, False, tone_of(of.name))


def object_place(reader: Reader, of: Object, base: str, *, current: bool = False) -> Place:
    """The list of an object as a place."""
    return Place(f"{base}/o/{of.name}", reader.plural(of), of.icon, current, tone_of(of.name))


def groups_of(reader: Reader, app: App | None, base: str) -> tuple[Group, ...]:
    """The groups of an app's navigation as far as the reader may open them."""
    return _groups(reader, app, base, "")


def _create_menu(reader: Reader, base: str, app: App | None) -> Markup:
    tabs = [tab for group in (app.navigation if app else ()) for tab in group.tabs if tab.kind == "object"]
    objects = [reader.model.objects[tab.name] for tab in tabs if tab.name in reader.model.objects]
    links = [
        Place(f"{base}/o/{of.name}/new", reader.object_label(of), of.icon) for of in objects if may_create(reader, of)
    ]
    return fragment(reader.locale, "create_menu.html", links=links[:12]) if links else Markup("")


def may_create(reader: Reader, of: Object) -> bool:
    """Whether the reader may create records of an object."""
    rights = reader.access.rights(of.name)
    return rights.create and rights.read
