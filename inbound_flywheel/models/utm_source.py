# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# External id: what the source is. ``ref``: a source of Odoo's own.
SOURCES = {
    "source_website": {
        "name": "Website",
        "direction": "inbound",
        "flywheel_kind": "website",
    },
    "source_ecommerce": {
        "name": "E-commerce",
        "direction": "inbound",
        "flywheel_kind": "ecommerce",
        "flywheel_aliases": "online shop, webshop",
    },
    "source_content": {
        "name": "Content",
        "direction": "inbound",
        "flywheel_kind": "content",
        "flywheel_aliases": "blog, white paper, e-book",
    },
    "source_social": {
        "name": "Social Media",
        "direction": "inbound",
        "flywheel_kind": "social",
        "flywheel_aliases": "social",
    },
    "source_taiwantrade": {
        "name": "Taiwantrade",
        "direction": "inbound",
        "flywheel_kind": "marketplace",
        "flywheel_aliases": "taiwantrade.com, taiwan trade, 台灣經貿網",
    },
    "source_amazon_business": {
        "name": "Amazon Business",
        "direction": "inbound",
        "flywheel_kind": "marketplace",
        "flywheel_aliases": "amazon, amazon.com, business.amazon.com",
    },
    "source_alibaba": {
        "name": "Alibaba.com",
        "direction": "inbound",
        "flywheel_kind": "marketplace",
        "flywheel_aliases": "alibaba, www.alibaba.com, 阿里巴巴",
    },
    "source_fair": {
        "name": "Trade Fair",
        "direction": "outbound",
        "flywheel_kind": "fair",
        "flywheel_aliases": "fair, exhibition, trade show, 展會, 展会",
    },
    "source_ads": {
        "name": "Online Advertising",
        "direction": "outbound",
        "flywheel_kind": "ads",
        "flywheel_aliases": "ads, adwords, google ads",
    },
    "source_cold_call": {
        "name": "Cold Call",
        "direction": "outbound",
        "flywheel_kind": "phone",
        "flywheel_aliases": "call centre, telemarketing",
    },
    "source_partner": {
        "name": "Partner",
        "direction": "inbound",
        "flywheel_kind": "partner",
    },
    "source_search": {
        "ref": "utm.utm_source_search_engine",
        "name": "Search engine",
        "direction": "inbound",
        "flywheel_kind": "search",
        "flywheel_aliases": "google, bing, organic search",
    },
    "source_linkedin": {
        "ref": "utm.utm_source_linkedin",
        "name": "LinkedIn",
        "direction": "inbound",
        "flywheel_kind": "social",
        "flywheel_aliases": "linkedin.com, www.linkedin.com",
    },
    "source_facebook": {
        "ref": "utm.utm_source_facebook",
        "name": "Facebook",
        "direction": "inbound",
        "flywheel_kind": "social",
    },
    "source_x": {
        "ref": "utm.utm_source_twitter",
        "name": "X",
        "direction": "inbound",
        "flywheel_kind": "social",
        "flywheel_aliases": "twitter, x.com",
    },
    "source_referral": {
        "ref": "utm.utm_source_referral",
        "name": "Referral",
        "direction": "inbound",
        "flywheel_kind": "referral",
    },
    "source_newsletter": {
        "ref": "utm.utm_source_newsletter",
        "name": "Newsletter",
        "direction": "outbound",
        "flywheel_kind": "email",
        "flywheel_aliases": "edm, mailing",
    },
    "source_monster": {
        "ref": "utm.utm_source_monster",
        "name": "Monster",
        "direction": "inbound",
        "flywheel_kind": "other",
    },
    "source_glassdoor": {
        "ref": "utm.utm_source_glassdoor",
        "name": "Glassdoor",
        "direction": "inbound",
        "flywheel_kind": "other",
    },
    "source_craigslist": {
        "ref": "utm.utm_source_craigslist",
        "name": "Craigslist",
        "direction": "inbound",
        "flywheel_kind": "marketplace",
    },
    "source_recall": {
        "ref": "utm.utm_source_mailing",
        "name": "Lead Recall",
        "direction": "outbound",
        "flywheel_kind": "email",
    },
}
# Sources of apps that may be installed later.
OF_APPS = {
    "source_livechat": {
        "ref": "crm_livechat.utm_source_livechat",
        "name": "Livechat",
        "direction": "inbound",
        "flywheel_kind": "website",
        "flywheel_aliases": "live chat, chat",
    },
    "source_card": {
        "ref": "marketing_card.utm_source_marketing_card",
        "name": "Marketing Card",
        "direction": "inbound",
        "flywheel_kind": "social",
    },
}


class UtmSource(models.Model):
    _name = "utm.source"
    _inherit = ["utm.source", "flywheel.direction.mixin"]

    flywheel_aliases = fields.Char(
        string="Also Known As",
        help="Other words for this source in files that you import, with commas "
        "between them.",
    )

    @api.model
    def _flywheel_set_up(self):
        """See to the sources that come with the flywheel."""
        self._flywheel_adopt({**SOURCES, **OF_APPS})

    @api.model
    def _flywheel_get_known(self):
        known = {}
        for source in (*SOURCES.values(), *OF_APPS.values()):
            says = {name: source[name] for name in ("direction", "flywheel_kind")}
            words = source.get("flywheel_aliases", "").split(",")
            for word in (source["name"], *words):
                if word.strip():
                    known[word.strip().lower()] = says
        return known

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Find sources by their other words too, when a file names them so."""
        found = super().name_search(name, domain, operator, limit)
        word = (name or "").strip().lower()
        if found or operator != "=" or not word:
            return found
        sources = self.search_fetch(
            [*(domain or []), ("flywheel_aliases", "ilike", word)],
            ["display_name", "flywheel_aliases"],
        )
        return [
            (source.id, source.display_name)
            for source in sources
            if word in source._get_aliases()
        ][:limit]

    def _get_aliases(self):
        self.ensure_one()
        words = (self.flywheel_aliases or "").lower().replace("、", ",").split(",")
        return {word.strip() for word in words}
