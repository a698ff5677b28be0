"""What people do, in a real browser: sign in, find, enter, correct, choose, agree with each other, on a desk and a phone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.live import DESKTOP, NARROW, PHONE, Live, sign_in, signed_in
from tests.support.application import SLUG
from tests.support.browser import accessibility_faults, open_page

SIZES = [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone")]
REFUSED = "the server responded with a status of 4"


def forget_refusals(page: Page) -> None:
    """A refused form is an error to the console; it was wanted here."""
    page.faults[:] = [each for each in page.faults if REFUSED not in each]


def choose(page: Page, field: str, text: str, name: str) -> None:
    """Choose a record by typing into a look-up."""
    page.locator(f'[data-field="{field}"] .ts-control').click()
    page.keyboard.type(text)
    page.locator(f'[data-field="{field}"] .ts-dropdown .option', has_text=name).click()


@pytest.mark.parametrize("viewport", SIZES)
def test_somebody_signs_in_creates_a_record_and_finds_it_again(browser: Browser, live: Live, viewport: dict[str, int]) -> None:
    name = f"孙小美 {viewport['width']}"
    with open_page(browser, base_url=live.origin, viewport=viewport) as page:
        page.goto(f"/{SLUG}/o/patient")
        expect(page.locator("#login")).to_be_focused()
        sign_in(page, live)
        page.goto(f"/{SLUG}/o/patient")
        page.get_by_role("link", name="新建患者").first.click()
        page.fill("#f-name", name)
        page.select_option("#f-province", "gd")
        assert page.locator("#f-city option").all_inner_texts() == ["–", "广州", "深圳"]
        page.select_option("#f-city", "sz")
        page.locator('[data-field="allergies"] .ts-control').click()
        page.keyboard.type("坚")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        page.fill("#f-balance", "1,250.5")
        page.keyboard.press("Control+s")
        expect(page.locator("h1")).to_have_text(name)
        expect(page.get_by_role("status").filter(has_text="已新建患者")).to_be_visible()
        expect(page.locator(".detail")).to_contain_text(["深圳", "¥1,250.50"])

        page.fill('.finder input[name="q"]', "小美")
        page.locator(".finder-hits a", has_text=name).click()
        expect(page.locator("h1")).to_have_text(name)


@pytest.mark.parametrize("viewport", SIZES)
def test_a_mistake_is_explained_focused_and_corrected(browser: Browser, live: Live, viewport: dict[str, int]) -> None:
    with signed_in(browser, live, viewport=viewport) as page:
        page.goto(f"/{SLUG}/o/patient/2/edit")
        page.fill("#f-height", "-3")
        page.locator("[data-save]").click()

        expect(page.locator(".notice-bad")).to_be_focused()
        page.get_by_role("link", name="身高").click()
        expect(page.locator("#f-height")).to_be_focused()
        expect(page.locator("#f-height")).to_have_attribute("aria-invalid", "true")
        page.fill("#f-height", str(viewport["width"] / 10))
        page.keyboard.press("Enter")
        expect(page.locator(".timeline").first).to_contain_text("身高")
        forget_refusals(page)


def test_a_relation_is_found_by_typing_and_the_form_follows(browser: Browser, live: Live) -> None:
    with signed_in(browser, live, viewport=DESKTOP) as page:
        page.goto(f"/{SLUG}/o/appointment/new?record_type=visit")
        choose(page, "patient", "林", "林芳")
        choose(page, "doctor", "雪", "李雪梅")
        choose(page, "helpers", "weber", "Dr. Anna Weber")
        page.fill("#f-starts_at", "2026-01-08T09:30")
        page.fill("#f-fee", "200")
        page.fill("#f-discount", "10")
        page.keyboard.press("Tab")
        expect(page.locator('[data-field="to_pay"]')).to_contain_text("¥180.00")

        page.select_option("#f-status", "cancelled")
        expect(page.locator("#f-cancelled_because")).to_be_visible()
        expect(page.locator('[data-section="details-money"]')).to_be_hidden()
        page.select_option("#f-status", "planned")
        expect(page.locator("#f-cancelled_because")).to_be_hidden()
        expect(page.locator("#f-fee")).to_be_visible()

        page.locator("[data-save]").click()
        expect(page.locator(".facts")).to_contain_text("2026-01-08 09:30")
        expect(page.locator(".facts")).to_contain_text("¥180.00")
        expect(page.locator(".detail").first).to_contain_text("Dr. Anna Weber")


def test_two_people_edit_one_record_and_nobody_loses_anything(browser: Browser, live: Live) -> None:
    number = live.site.client().create("patient", name="冲突案例", phone="13800000001", visits=1)
    with signed_in(browser, live, viewport=DESKTOP) as mine, signed_in(browser, live, "nora", viewport=DESKTOP) as theirs:
        for page in (mine, theirs):
            page.goto(f"/{SLUG}/o/patient/{number}/edit")
        theirs.fill("#f-phone", "13900000000")
        theirs.fill("#f-visits", "2")
        theirs.locator("[data-save]").click()
        expect(theirs.locator(".facts")).to_contain_text("13900000000")

        mine.fill("#f-phone", "13700000000")
        mine.locator("[data-save]").click()
        expect(mine.get_by_role("alert")).to_contain_text("nora")
        row = mine.get_by_role("row", name="手机")
        expect(row).to_contain_text("13800000001")
        row.get_by_label("13700000000").check()
        mine.get_by_role("button", name="保存").click()

        expect(mine.locator(".facts")).to_contain_text("13700000000")
        expect(mine.locator(".detail").nth(1)).to_contain_text("2")
        forget_refusals(mine)


def test_leaving_an_unsaved_form_asks_first(browser: Browser, live: Live) -> None:
    with signed_in(browser, live, viewport=DESKTOP) as page:
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.goto(f"/{SLUG}/o/patient/3/edit")
        page.click("[data-cancel]")
        expect(page.locator("h1")).to_contain_text("张伟")
        page.goto(f"/{SLUG}/o/patient/3/edit")
        page.fill("#f-visits", "5")
        page.locator(".crumbs a").first.click(no_wait_after=True)
        page.wait_for_timeout(200)

        assert asked == ["beforeunload"] and page.url.endswith("/edit")
        page.fill("#f-visits", "")
        page.evaluate("addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true)")


def test_deleting_can_be_undone_at_once(browser: Browser, live: Live) -> None:
    number = live.site.client().create("patient", name="删错了")
    with signed_in(browser, live, viewport=DESKTOP) as page:
        page.goto(f"/{SLUG}/o/patient/{number}")
        page.get_by_label("更多操作").click()
        page.get_by_role("button", name="删除").click()
        page.get_by_role("button", name="撤销").click()

        expect(page.locator("h1")).to_have_text("删错了")
        expect(page.get_by_role("link", name="编辑")).to_be_visible()


def test_conditions_are_built_from_what_fits_the_field(browser: Browser, live: Live) -> None:
    with signed_in(browser, live, viewport=DESKTOP) as page:
        page.goto(f"/{SLUG}/o/patient")
        page.get_by_text("添加条件").click()
        page.select_option("#filter-field", "gender")
        page.select_option("#filter-operator", "in")
        page.select_option("#filter-value", "female")
        page.get_by_role("button", name="应用").first.click()

        expect(page.locator(".chip")).to_have_text("性别 属于 女")
        expect(page.locator("tbody tr")).to_have_count(1)
        page.locator("tbody td").nth(3).click()
        expect(page.locator("h1")).to_have_text("林芳")


def test_the_language_and_the_appearance_change_at_once(browser: Browser, live: Live) -> None:
    with signed_in(browser, live, viewport=DESKTOP) as page:
        page.goto(f"/{SLUG}/o/patient/1")
        page.get_by_label("个人与设置").click()
        page.get_by_role("button", name="English").click()
        expect(page.locator("h1")).to_have_text("陈晓明")
        expect(page.get_by_role("link", name="Edit")).to_be_visible()
        page.get_by_label("Profile and settings").click()
        page.get_by_role("button", name="Dark").click()

        assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_everything_can_be_done_with_the_keyboard(browser: Browser, live: Live) -> None:
    with signed_in(browser, live, viewport=DESKTOP) as page:
        page.goto(f"/{SLUG}/o/doctor")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="新建医生").first).to_be_focused()
        page.keyboard.press("Control+k")
        page.keyboard.type("陈晓")
        expect(page.locator(".finder-hits a").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("陈晓明")
        page.get_by_label("更多操作").focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator(".page-actions .menu-body a").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_label("更多操作")).to_be_focused()


def test_without_scripts_records_are_found_entered_and_refused(browser: Browser, live: Live) -> None:
    with signed_in(browser, live, viewport=DESKTOP, java_script_enabled=False) as page:
        page.goto(f"/{SLUG}/o/appointment/new?record_type=visit")
        page.fill('[name="patient.name"]', "林芳")
        page.fill("#f-starts_at", "2026-01-09T10:00")
        page.locator("[data-save]").click()
        expect(page.locator(".facts")).to_contain_text("林芳")

        page.goto(f"/{SLUG}/search?q=林芳")
        page.get_by_role("link", name="林芳").first.click()
        expect(page.locator("h1")).to_have_text("林芳")


SMALL = """
    [...document.querySelectorAll('.main :is(a.btn, button, input:not([type=hidden]):not([type=checkbox]), select)')]
    .filter((each) => each.offsetParent && !each.closest('.ts-wrapper') && each.getBoundingClientRect().height < 36)
    .map((each) => each.outerHTML.slice(0, 80))
"""
"""What is harder to touch than it should be."""

PAGES = ("/", "/o/patient", "/o/patient/1", "/o/patient/1/edit", "/o/appointment/new?record_type=visit", "/search?q=陈晓", "/recycle-bin")


def test_nothing_sticks_out_and_nothing_is_too_small_at_320_pixels(browser: Browser, live: Live) -> None:
    with signed_in(browser, live, viewport=NARROW) as page:
        for path in PAGES:
            page.goto(f"/{SLUG}{path}")

            assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
            assert not page.evaluate(SMALL), path


@pytest.mark.parametrize("look", ["light", "dark"])
def test_pages_are_accessible(browser: Browser, live: Live, look: str) -> None:
    with signed_in(browser, live, viewport=DESKTOP, color_scheme=look) as page:
        faults = []
        for path in PAGES:
            page.goto(f"/{SLUG}{path}")
            faults += [f"{path} {each}" for each in accessibility_faults(page)]

        assert not faults, "\n".join(faults)


def test_formatted_text_is_written_with_an_editor_and_kept_clean(browser: Browser, live: Live) -> None:
    number = live.site.client().create("patient", name="病史案例", story="<p>旧的</p>")
    with signed_in(browser, live, viewport=DESKTOP) as page:
        page.goto(f"/{SLUG}/o/patient/{number}/edit")
        editor = page.get_by_role("textbox", name="病史")
        expect(editor).to_have_text("旧的")
        editor.click()
        page.keyboard.press("Control+a")
        page.get_by_role("button", name="加粗").click()
        page.keyboard.press("End")
        page.keyboard.type(" <新的>")
        page.locator("[data-save]").click()

        expect(page.locator(".prose b, .prose strong").first).to_contain_text("旧的")
        assert "新的" in live.site.client().get(f"/records/patient/{number}").json["story"]
