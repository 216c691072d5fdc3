# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import formatLang

from .flywheel_similar import MANY, MIN_SIMILAR


class FlywheelProfileMixin(models.AbstractModel):
    """How somebody buys and what to offer next, for whatever shows a person."""

    _inherit = "flywheel.profile.mixin"

    def get_order_panel(self):
        """Return what the panel of orders shows.

        :return: dict: ``figures`` (list of dicts ``title``, ``value``, ``detail``,
            ``alert``), ``formula`` (how the stretch is worked out, or False),
            ``company`` (what the whole company buys, or False), ``similar`` (see
            :meth:`_get_similar_panel`), ``ordered``; empty for those who may not
            read orders
        :raise AccessError: the caller may not read this record
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env["sale.order"].has_access("read"):
            return {}
        person = self._get_buyer_profile()
        partner = self._get_buyer_partner()
        return {
            "ordered": bool(person.order_count),
            "figures": person._get_order_figures() if person.order_count else [],
            "formula": person._get_stretch_words(),
            "company": person._get_company_words(),
            "similar": self._get_similar_panel(person, partner),
        }

    def _get_buyer_profile(self):
        """Return the person who buys."""
        return self.flywheel_profile_id

    def _get_buyer_partner(self):
        """Return the contact who buys, empty if there is none yet."""
        if self._name == "res.partner":
            return self
        return self._get_buyer_profile().partner_id

    def _get_similar_panel(self, person, partner):
        """Return what similar customers buy, in words.

        :return: dict: ``items`` (list of dicts ``product_id``, ``name``, ``words``,
            ``lift``, ``price``, ``lead_id`` of an open opportunity or False),
            ``words``: who is similar, or why nothing is proposed, ``can_create``
        """
        if person.no_profiling:
            words = self.env._("This person objects to profiling: nothing is proposed.")
            return {"items": [], "words": words, "can_create": False}
        Similar = self.env["flywheel.similar"]
        found = Similar._find(partner, person.persona_id)
        ids = [item["product_id"] for item in found["items"]]
        products = self.env["product.template"].browse(ids)
        prices = Similar._get_prices(products)
        opened = self._get_open_proposals(partner, products)
        currency = self.env.company.currency_id
        return {
            "words": self._get_similar_words(found, person.persona_id),
            "can_create": bool(partner) and self.env["crm.lead"].has_access("create"),
            "items": [
                {
                    "product_id": product.id,
                    "name": product.display_name,
                    "lift": self.env._("%s×", round(item["lift"], 1)),
                    "words": self.env._(
                        "%(n)s of %(similar)s similar customers bought it "
                        "(%(share)s %%); of all %(customers)s customers %(bought)s "
                        "(%(usual)s %%).",
                        n=item["n"],
                        similar=found["similar"],
                        share=round(item["share"] * 100),
                        customers=found["customers"],
                        bought=item["bought"],
                        usual=round(item["bought"] * 100 / found["customers"]),
                    ),
                    "price": formatLang(
                        self.env, prices[product.id], currency_obj=currency
                    ),
                    "lead_id": opened.get(product.id, False),
                }
                for product, item in zip(products, found["items"], strict=True)
            ],
        }

    def _get_similar_words(self, found, persona):
        """Return who is similar, or why nothing is proposed."""
        if not found["own"] and not persona:
            return self.env._(
                "Nothing has been bought yet and the persona is not known: nobody "
                "can be told to be similar."
            )
        shared = 2 if found["own"] >= MANY else 1
        words = {
            "products": self.env._(
                "Similar customers (%(n)s) bought %(shared)s or more of the same "
                "products.",
                n=found["similar"],
                shared=shared,
            ),
            "both": self.env._(
                "Similar customers (%(n)s) bought %(shared)s or more of the same "
                "products and are %(persona)s as well.",
                n=found["similar"],
                shared=shared,
                persona=persona.name,
            ),
            "persona": self.env._(
                "Nothing has been bought yet. Similar customers (%(n)s) are "
                "%(persona)s as well.",
                n=found["similar"],
                persona=persona.name,
            ),
        }[found["basis"]]
        if found["similar"] < MIN_SIMILAR:
            few = self.env._(
                "Too few to propose anything: at least %s are needed.", MIN_SIMILAR
            )
            return f"{words} {few}"
        if not found["items"]:
            none = self.env._("They buy nothing else more often than others do.")
            return f"{words} {none}"
        return words

    @api.model
    def _get_open_proposals(self, partner, products):
        """Return {product id: lead id} of the open opportunities of a customer, that
        the reader may see."""
        leads = self.env["crm.lead"]
        if not partner or not leads.has_access("read"):
            return {}
        leads = leads.search(self._get_proposal_domain(partner, products), order="id")
        return {lead.flywheel_product_id.id: lead.id for lead in leads}

    @api.model
    def _get_proposal_domain(self, partner, products):
        return Domain(
            [
                ("partner_id", "child_of", partner.commercial_partner_id.ids),
                ("flywheel_product_id", "in", products.ids),
                ("won_status", "=", "pending"),
            ]
        )

    def action_flywheel_orders(self):
        """Open the orders that the figures are made of."""
        self.ensure_one()
        self.check_access("read")
        partner = self._get_buyer_partner()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        operator = "=" if partner != partner.commercial_partner_id else "child_of"
        action["domain"] = [
            ("partner_id", operator, partner.id),
            ("state", "=", "sale"),
        ]
        action["context"] = {"create": False, "active_test": False}
        return action

    def action_propose_product(self, product_id):
        """Make an opportunity for a product that similar customers buy, once: open the
        one that there is.

        :param product_id: id of a product template
        :raise AccessError: the caller may not read this record, or not make leads
        :raise UserError: nobody to sell to, or the product is not for sale
        """
        self.ensure_one()
        self.check_access("read")
        leads = self.env["crm.lead"]
        leads.check_access("create")
        partner = self._get_buyer_partner()
        product = self.env["product.template"].browse(product_id).exists()
        if not partner:
            raise UserError(self.env._("There is no contact yet to sell to."))
        product.check_access("read")
        if not product.sale_ok or not product.active:
            raise UserError(self.env._("This product is not for sale."))
        self._lock_proposals(partner)
        # sudo: an opportunity of a colleague is one as well
        domain = self._get_proposal_domain(partner, product)
        domain &= Domain("company_id", "in", [*self.env.companies.ids, False])
        lead = leads.sudo().search(domain, order="id", limit=1).sudo(False)
        if not lead:
            lead = leads.create(self._prepare_proposal(partner, product))
        elif not lead.has_access("read"):
            raise AccessError(
                self.env._(
                    "%(user)s has an open opportunity for this already.",
                    user=lead.sudo().user_id.name or self.env._("Another team"),
                )
            )
        return lead._get_records_action()

    @api.model
    def _lock_proposals(self, partner):
        """Let two who click at the same time come one after the other: the second
        begins anew, and finds what the first has made."""
        self.env.cr.execute(
            "UPDATE flywheel_profile SET write_date = write_date WHERE partner_id = %s",
            [partner.commercial_partner_id.id],
        )

    def _prepare_proposal(self, partner, product):
        """Return the values of an opportunity for a product."""
        person = self._get_buyer_profile()
        return {
            "type": "opportunity",
            "name": self.env._(
                "%(product)s for %(customer)s",
                product=product.name,
                customer=partner.commercial_partner_id.name or partner.name,
            ),
            "partner_id": partner.id,
            "user_id": self.env.uid,
            "company_id": self.env.company.id,
            "flywheel_product_id": product.id,
            "expected_revenue": self.env["flywheel.similar"]._get_prices(product)[
                product.id
            ],
            "description": self._get_reason(product, person, partner),
        }

    def _get_reason(self, product, person, partner):
        """Return why a product is proposed, or False."""
        panel = self._get_similar_panel(person, partner)
        return next(
            (
                f"{item['words']} {panel['words']}"
                for item in panel["items"]
                if item["product_id"] == product.id
            ),
            False,
        )
