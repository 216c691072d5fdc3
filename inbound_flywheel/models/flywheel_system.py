# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..engine.items import ItemError, parse_allowed, shorten

GROUP = "inbound_flywheel.group_flywheel_api"
# What one call may bring. More would be one transaction for minutes.
MAX_ITEMS = 10_000
# What the flow alone writes.
KEPT = ("user_id", "has_key", "key_until", "created_before", "last_before")
# Core's name for keys that open the remote interfaces and nothing else.
KEY_SCOPE = "rpc"


class FlywheelSystem(models.Model):
    """An outside system that sends touchpoints: its user, what it may send, and what
    came of it.

    Its user is in one group, which has no right on any model: it can append through
    ``ingest`` and read nothing, not even what it sent. What ``ingest`` answers tells
    it nothing about people that it did not say itself.
    """

    _name = "flywheel.system"
    _description = "Outside System"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Signs In As",
        readonly=True,
        copy=False,
        ondelete="cascade",
    )
    login = fields.Char(related="user_id.login")
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        required=True,
        default=lambda self: self.env.company,
        help="People of these companies are recognised; a new person belongs to the "
        "first one.",
    )
    type_ids = fields.Many2many(
        "flywheel.touchpoint.type",
        string="May Send",
        help="Touchpoint types that it may send. Empty: all but the internal ones, "
        "such as adjustments of a score.",
    )
    may_learn = fields.Boolean(
        string="May Send Facts",
        help="It may also send what people said about themselves: answers to your "
        "questions.",
    )
    key_until = fields.Datetime(
        string="Key Valid Until",
        readonly=True,
        copy=False,
        help="Empty: until it is revoked.",
    )
    has_key = fields.Boolean(readonly=True, copy=False)
    call_ids = fields.One2many("flywheel.system.call", "system_id")
    last_date = fields.Datetime(string="Last Call", compute="_compute_calls")
    created_count = fields.Integer(
        string="Sent", compute="_compute_calls", help="Touchpoints and facts taken."
    )
    error_count = fields.Integer(
        string="Refused", compute="_compute_calls", help="Items refused in 7 days."
    )
    # Calls that are no longer kept one by one.
    created_before = fields.Integer(readonly=True, copy=False)
    last_before = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("waiting", "Nothing Yet"),
            ("working", "Working"),
            ("errors", "With Errors"),
            ("expired", "Key Expired"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_state",
    )

    _user_uniq = models.UniqueIndex(
        "(user_id) WHERE user_id IS NOT NULL", "This user is a connected system."
    )

    @api.depends("call_ids", "created_before", "last_before")
    def _compute_calls(self):
        week = fields.Datetime.now() - timedelta(days=7)
        Call = self.env["flywheel.system.call"]
        groups = Call._read_group(
            [("system_id", "in", self.ids)],
            ["system_id"],
            ["date:max", "created:sum"],
        )
        sums = {system.id: rest for system, *rest in groups}
        groups = Call._read_group(
            [("system_id", "in", self.ids), ("date", ">=", week)],
            ["system_id"],
            ["refused:sum"],
        )
        refused = {system.id: number for system, number in groups}
        for system in self:
            last, created = sums.get(system.id, (False, 0))
            system.last_date = last or system.last_before
            system.created_count = system.created_before + created
            system.error_count = refused.get(system.id, 0)

    @api.depends("active", "has_key", "key_until", "call_ids")
    def _compute_state(self):
        now = fields.Datetime.now()
        for system in self:
            if not system.active or not system.has_key:
                system.state = "revoked"
            elif system.key_until and system.key_until < now:
                system.state = "expired"
            elif system.error_count:
                system.state = "errors"
            else:
                system.state = "working" if system.last_date else "waiting"

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_own_values(vals_list)
            # Defaults come from outside, too.
            vals_list = [{**vals, **dict.fromkeys(KEPT, False)} for vals in vals_list]
        systems = super().create(vals_list)
        systems._check_companies()
        for system in systems.filtered(lambda system: not system.user_id):
            # sudo: a user who may do nothing but this; managers were let in above
            system.sudo().user_id = system.sudo()._make_user()
        return systems

    def write(self, vals):
        if not self.env.su:
            self._check_own_values([vals])
        result = super().write(vals)
        self._check_companies()
        if "company_ids" in vals:
            for system in self:
                system._get_robots().write(system._get_user_companies())
        if "active" in vals:
            self._get_robots().write({"active": vals["active"]})
        return result

    def unlink(self):
        self.check_access("unlink")
        self._check_companies()
        # A key that outlives its system would send whatever it likes.
        self._drop_keys()
        self._get_robots().write({"active": False})
        return super().unlink()

    @api.model
    def _check_own_values(self, vals_list):
        """Refuse what the flow alone writes: whoever could choose the user would get
        the key of anybody."""
        if any(vals.get(name) for vals in vals_list for name in KEPT):
            raise AccessError(
                self.env._("The user of an outside system and its key are made here.")
            )

    def _get_robots(self):
        """Return the users who are systems and nothing else, archived ones as well: a
        colleague who was put in the group by hand keeps the own account as it is.

        They come with all rights: managers have none on users.
        """
        group = self.env.ref(GROUP)
        users = self.sudo().with_context(active_test=False).user_id
        return users.filtered(lambda user: user.all_group_ids == group)

    def _check_companies(self):
        """A manager lets a system into his own companies only, and leaves alone those
        that others let into theirs."""
        if self.env.su:
            return
        # sudo: companies that the manager does not see are the ones looked for
        foreign = self.sudo().company_ids - self.env.user.company_ids
        if foreign:
            raise AccessError(
                self.env._(
                    "%(companies)s: not a company of yours.",
                    companies=", ".join(foreign.mapped("name")),
                )
            )

    def _get_user_companies(self):
        companies = self.company_ids
        return {
            "company_id": companies[0].id,
            "company_ids": [fields.Command.set(companies.ids)],
        }

    def _make_user(self):
        """Make the user of the system: neither employee nor portal, no password."""
        users = self.env["res.users"].with_context(
            no_reset_password=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        return users.create(
            {
                "name": self.name,
                "login": f"outside-system-{self.id}",
                "group_ids": [fields.Command.set(self.env.ref(GROUP).ids)],
                **self._get_user_companies(),
            }
        )

    # ------------------------------------------------------------------
    # Keys
    # ------------------------------------------------------------------
    def _check_manager(self):
        if not self.env.user.has_group("inbound_flywheel.group_flywheel_manager"):
            raise AccessError(
                self.env._("Only a flywheel manager connects outside systems.")
            )
        self.check_access("write")

    def _make_key(self, until):
        """Make a key in place of the one before.

        :param until: naive UTC datetime until which it is valid, or False
        :return: the key; nobody can read it again
        """
        self.ensure_one()
        self._check_manager()
        self._check_companies()
        if not self._get_robots():
            raise AccessError(
                self.env._("%(system)s has rights of its own.", system=self.name)
            )
        if until and until <= fields.Datetime.now():
            raise ValidationError(self.env._("The key would have expired already."))
        self._drop_keys()
        # sudo: the key of another user, who has no rights but this one
        keys = self.env["res.users.apikeys"].with_user(self.user_id).sudo()
        key = keys._generate(KEY_SCOPE, self.name, until or None)
        self.sudo().write({"has_key": True, "key_until": until, "active": True})
        return key

    def _drop_keys(self):
        self._get_robots().api_key_ids._remove()
        # XML-RPC remembers who was let in.
        self.env.registry.clear_cache()

    def action_revoke(self):
        """Let the system in no more; what it sent stays."""
        self._check_manager()
        self._drop_keys()
        self.sudo().write({"has_key": False, "key_until": False, "active": False})
        return True

    def action_new_key(self):
        """Open the dialogue that makes another key; the old one ends then."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_system_connect_action"
        )
        action["context"] = {"default_system_id": self.id}
        return action

    def action_calls(self):
        """Open the log of the calls."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inbound_flywheel.flywheel_system_call_action"
        )
        action["domain"] = [("system_id", "=", self.id)]
        return action

    # ------------------------------------------------------------------
    # Calls
    # ------------------------------------------------------------------
    @api.model
    def _get_own(self):
        """Return the system that is calling; empty when a person does.

        Who is in the group without a system, because somebody ticked it by hand, gets
        one, so that what it sends is kept apart as well.

        :raise AccessError: its key has expired
        """
        user = self.env.user
        # sudo: it may not read itself
        System = self.sudo()
        if not user.has_group(GROUP):
            return System.browse()
        System = System.with_env(System.env(context=self._get_call_context()))
        system = System.with_context(active_test=False).search(
            [("user_id", "=", user.id)], limit=1
        )
        if not system:
            system = System.create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "has_key": True,
                    "company_ids": [fields.Command.set(user.company_ids.ids)],
                }
            )
        expired = system.key_until and system.key_until < fields.Datetime.now()
        if expired or not system.active:
            # Core asks for the key at XML-RPC once, and remembers.
            raise AccessError(self.env._("The key of this system has expired."))
        return system

    def _check_call(self, items):
        """Refuse a call that is no list, is too long, or is for foreign companies."""
        # Names the companies of the caller as the context wants them, and objects.
        self.env(su=False).companies  # noqa: B018
        if not isinstance(items, list | tuple):
            raise ValidationError(self.env._("A list of items is needed."))
        if len(items) > MAX_ITEMS:
            raise UserError(
                self.env._(
                    "%(number)s items in one call; send at most %(limit)s.",
                    number=len(items),
                    limit=MAX_ITEMS,
                )
            )

    def _get_call_context(self):
        """Return the context of a call without what is meant for Odoo's own code.

        :raise ValidationError: its companies are no list of numbers
        """
        context = {}
        lang = self.env.context.get("lang")
        # A language that is not here would refuse good items for the sake of bad ones.
        if lang in [code for code, _name in self.env["res.lang"].get_installed()]:
            context["lang"] = lang
        companies = self.env.context.get("allowed_company_ids")
        if companies:
            if not isinstance(companies, list | tuple) or not all(
                isinstance(company, int) for company in companies
            ):
                raise ValidationError(
                    self.env(context=context)._(
                        "allowed_company_ids: %(value)s is not a list of companies",
                        value=shorten(companies),
                    )
                )
            context["allowed_company_ids"] = companies
        return context

    def _get_key_prefix(self):
        """Return what sets the keys of this system apart from those of Odoo itself and
        of other systems: none can take, or ask for, the key of another."""
        return f"outside/{self.id}:"

    def _restrict(self, cleaned, errors):
        """Keep what the system may send, with keys of its own.

        :param cleaned: [(index, clean item)]
        :param errors: list of errors, to which the refused ones are added
        """
        codes = self._get_codes()
        prefix = self._get_key_prefix()
        kept = []
        for index, item in cleaned:
            try:
                parse_allowed(item, codes)
            except ItemError as error:
                errors.append({"index": index, "error": self.env._(error.args[0])})
                continue
            if item.get("external_key"):
                item["external_key"] = prefix + item["external_key"]
            kept.append((index, item))
        return kept

    def _get_codes(self):
        types = self.type_ids or self.env["flywheel.touchpoint.type"].search(
            [("direction", "!=", "internal")]
        )
        return set(types.mapped("code"))

    def _log_call(self, method, sent, answer):
        self.env["flywheel.system.call"].create(
            {
                "system_id": self.id,
                "method": method,
                "sent": sent,
                "created": answer["created"],
                "repeated": answer["duplicates"],
                "refused": len(answer["errors"]),
                "errors": self._describe_errors(answer["errors"]),
            }
        )

    @api.model
    def _describe_errors(self, errors):
        return "\n".join(f"[{e['index']}] {e['error']}" for e in errors[:20])

    @api.autovacuum
    def _gc_calls(self):
        """Fold calls of more than 30 days ago into sums: their errors quote what was
        sent."""
        self.env.cr.execute(
            SQL(
                """
                WITH old AS (
                    DELETE FROM flywheel_system_call WHERE date < %s
                 RETURNING system_id, created, date
                ), total AS (
                    SELECT system_id, SUM(created) AS created, MAX(date) AS date
                      FROM old GROUP BY system_id)
                UPDATE flywheel_system s
                   SET created_before = COALESCE(s.created_before, 0) + total.created,
                       last_before = GREATEST(s.last_before, total.date)
                  FROM total WHERE total.system_id = s.id
                """,
                fields.Datetime.now() - timedelta(days=30),
            )
        )
        self.invalidate_model(flush=False)
