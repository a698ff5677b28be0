"""Puts the whole year together: every seed file of the demonstration, from people to payments."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from plugins.finance_demo import accounts, activities, catalogue, contracts, marketing, people, sales
from plugins.finance_demo.customers import customers
from plugins.finance_demo.deals import deals
from plugins.finance_demo.files import SeedFile, text_of

FOLDER = Path(__file__).resolve().parents[2] / "metadata" / "apps" / "finance_crm" / "demo"


def seed_files() -> list[SeedFile]:
    """Make every file of the demonstration."""
    everybody = customers()
    sold = deals(everybody)
    held = Counter(each.owner for each in everybody if each.owner)
    files = [
        people.units(), people.users(dict(held)), catalogue.products(), catalogue.features(), catalogue.price_books(),
        catalogue.price_entries(), catalogue.rates(), catalogue.rivals(), catalogue.rival_products(),
    ]
    days = accounts.created_days(everybody, sold)
    campaigns = marketing.campaigns_of_year()
    leads = marketing.leads_of(sold)
    brought = {each.id: marketing.campaign_of(each, campaigns) for each in leads}
    lead_of = {each.deal.id: each.id for each in leads if each.deal}
    by_customer = {each.deal.customer.id: found for each in leads if each.deal and (found := brought[each.id])}
    families, members, household_of = accounts.households(everybody)
    people_at = accounts.contacts(everybody, days)
    lead_file = marketing.leads(leads, campaigns)
    files += [
        accounts.accounts(everybody, days, household_of, by_customer), people_at, families, members, accounts.relations(everybody),
        accounts.teams(everybody, days), lead_file, *marketing.campaigns(campaigns),
        marketing.members(campaigns, everybody, list(lead_file.records), list(people_at.records)),
        sales.opportunities(sold, lead_of, {lead: found for lead, found in brought.items() if found}),
        sales.opportunity_lines(sold), sales.rivals_met(sold),
    ]
    quotes, quote_lines = sales.quotes(sold)
    signed = contracts.contracts_of(sold)
    plans = contracts.instalments_of(signed)
    quote_of = {str(each["opportunity"]): str(each["external_id"]) for each in quotes.records if each["is_primary"]}
    files += [
        quotes, quote_lines, *contracts.contracts(signed, plans, quote_of), contracts.orders(signed), *contracts.deliveries(signed),
        contracts.payment_plans(plans), *contracts.receipts(signed, plans), contracts.invoices(plans),
    ]
    known = [each for each in everybody if each.owner and each.status in ("success", "potential", "base")]
    return [*files, activities.calls(known), activities.visits(known, sold), activities.events(known), activities.tasks(known)]


def write(folder: Path = FOLDER) -> list[Path]:
    """Write all files into a folder and remove what no longer belongs there."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {folder / f"{file.name}.yaml": text_of(file) for file in seed_files()}
    for path in set(folder.glob("*.yaml")) - written.keys():
        path.unlink()
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    return sorted(written)
