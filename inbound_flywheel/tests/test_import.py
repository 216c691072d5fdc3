# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time
from odoo.tools.misc import file_open

from .common import NOW, FlywheelCase

FIELDS = ["type_id", "date", "email", "external_key", "value", "summary"]
OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "encoding": "",
    "date_format": "",
    "datetime_format": "%Y-%m-%d %H:%M:%S",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "advanced": True,
    "limit": 20_000,
}


@freeze_time(NOW)
class TestImport(FlywheelCase):
    def load(self, *rows, fields=tuple(FIELDS), user=None, **context):
        model = self.env["flywheel.touchpoint"].with_user(user or self.sam)
        model = model.with_context(import_file=True, **context)
        return model.load(list(fields), [list(row) for row in rows])

    def row(self, number=1, code="form", email="wang@example.com", **other):
        row = [code, "2026-06-01 10:00:00", email, f"k{number}", "", f"Line {number}"]
        for name, value in other.items():
            row[FIELDS.index(name)] = value
        return row

    def test_lines_become_touchpoints(self):
        answer = self.load(
            self.row(1), self.row(2, "Meeting"), self.row(3, "order", value="30.5")
        )
        self.assertEqual(answer["messages"], [])
        lines = self.env["flywheel.touchpoint"].browse(answer["ids"])
        self.assertEqual(len(lines), 3)
        self.assertEqual(lines.profile_id, self.person())
        codes = {line.type_id.code: line.value for line in lines}
        self.assertEqual(codes, {"form": 0.0, "meeting": 0.0, "order": 30.5})
        self.assertIn("Line 2", lines.mapped("summary"))
        self.assert_scored(self.person())

    def test_same_file_twice(self):
        rows = [self.row(number) for number in range(5)]
        first = self.load(*rows)
        again = self.load(*rows, self.row(9))
        self.assertEqual(len(self.lines(self.person())), 6)
        self.assertLess(set(first["ids"]), set(again["ids"]))
        (message,) = again["messages"]
        self.assertEqual(message["type"], "warning")
        self.assertIn("5 of 6", message["message"])
        self.assertNotIn("record", message)

    def test_all_or_nothing_with_line_and_value(self):
        answer = self.load(
            self.row(1),
            self.row(2, "telepathy"),
            self.row(3, email="none at all"),
            self.row(4, date="31.13.2026"),
            self.row(5, value="many"),
            self.row(6, date="2031-01-01 10:00:00"),
            self.row(7, email=""),
        )
        self.assertFalse(answer["ids"])
        told = {
            message["rows"]["from"]: (message.get("field"), message["message"])
            for message in answer["messages"]
        }
        self.assertEqual(sorted(told), [1, 2, 3, 4, 5, 6])
        for index, field, value in (
            (1, "type_id", "telepathy"),
            (2, "email", "none at all"),
            (3, "date", "31.13.2026"),
            (4, "value", "many"),
            (5, "date", "2031-01-01"),
        ):
            self.assertEqual(told[index][0], field)
            self.assertIn(value, told[index][1])
        self.assertFalse(self.person())

    def test_cells_that_crash_a_reader(self):
        """Every line is told by its number, from 1, and nothing is taken."""
        fields = ["type_id", "date", "partner_id/.id", "external_key"]
        when = "2026-06-01 10:00:00"
        partner = str(self.sam.partner_id.id)
        answer = self.load(
            ["form", when, "²", "1"],
            ["form", "", partner, "2"],
            ["form", when, "9" * 30, "3"],
            ["", when, partner, "4"],
            ["form", when, "", "5"],
            ["form", when, partner, "6"],
            ["x" * 500, when, partner, "7"],
            fields=fields,
        )
        self.assertFalse(answer["ids"])
        told = {m["record"]: m["message"] for m in answer["messages"]}
        self.assertEqual(sorted(told), [1, 2, 3, 4, 5, 7])
        for line, words in (
            (1, "² is no contact"),
            (2, "date is missing"),
            (3, "999"),
            (4, "type is missing"),
            (5, "Nobody is named"),
        ):
            self.assertIn(words, told[line])
        self.assertLess(len(told[7]), 150)

    def test_external_ids_of_contacts(self):
        fields = ["type_id", "date", "partner_id/id"]
        row = ["form", "2026-06-01 10:00:00"]
        answer = self.load(
            [*row, "base.main_partner"],
            [*row, "nodot"],
            [*row, "base.main_company"],
            fields=fields,
        )
        texts = [message["message"] for message in answer["messages"]]
        self.assertEqual(
            texts,
            [
                "partner_id: nodot is no contact",
                "partner_id: base.main_company is no contact",
            ],
        )

    def test_two_people_in_one_line(self):
        answer = self.load(
            ["form", "2026-06-01 10:00:00", "wang@example.com", "0912 345 678"],
            fields=["type_id", "date", "email", "phone"],
        )
        self.assertIn("Email, Phone", answer["messages"][0]["message"])

    def test_same_error_in_many_lines(self):
        rows = [self.row(n, date="") for n in range(30)]
        rows += [self.row(n, f"nonsense {n}") for n in range(60)]
        answer = self.load(*rows)
        first, *others, last = answer["messages"]
        self.assertIn("29 other lines: 2, 3, 4", first["message"])
        self.assertEqual(len(others), 49)
        self.assertIn("90 lines", last["message"])
        self.assertNotIn("record", last)

    def test_errors_of_a_line_in_another_language(self):
        """The column is known by the key, whatever colon follows it."""
        message = self.env["flywheel.touchpoint"]._get_message(0, "date：2031 是未來")
        self.assertEqual(message["field"], "date")

    def test_ragged_lines(self):
        with self.assertRaises(ValidationError):
            self.load(self.row(1), ["form"])

    def test_key_of_another_person(self):
        self.load(self.row(1))
        answer = self.load(self.row(1, email="other@example.com"))
        self.assertFalse(answer["ids"])
        self.assertIn("another person", answer["messages"][0]["message"])

    def test_other_ways_to_name_a_person(self):
        partner = self.env["res.partner"].create({"name": "Only One Wang"})
        self.env["res.partner"].create([{"name": "Two Lis"}, {"name": "Two Lis"}])
        fields = ["type_id", "date", "phone", "id", "partner_id"]
        base = ["form", "2026-06-01 10:00:00"]
        answer = self.load(
            [*base, "0912 345 678", "", ""],
            [*base, "", "customer-1", ""],
            [*base, "", "", "Only One Wang"],
            fields=fields,
        )
        self.assertEqual(answer["messages"], [])
        self.assertTrue(self.person("+886912345678", "phone"))
        self.assertTrue(self.person("customer-1", "external"))
        self.assertEqual(len(self.lines(partner.flywheel_profile_id)), 1)
        answer = self.load(
            [*base, "", "", "Two Lis"], [*base, "", "", "Nobody"], fields=fields
        )
        texts = [message["message"] for message in answer["messages"]]
        self.assertIn("2 contacts are called Two Lis", texts[0])
        self.assertIn("0 contacts are called Nobody", texts[1])

    def test_date_in_the_users_time_zone(self):
        self.sam.tz = "Asia/Taipei"
        answer = self.load(self.row(1), tz="Asia/Taipei")
        line = self.env["flywheel.touchpoint"].browse(answer["ids"])
        self.assertEqual(str(line.date), "2026-06-01 02:00:00")

    def test_batches_go_on(self):
        rows = [self.row(number) for number in range(5)]
        answer = self.load(*rows, _import_limit=2)
        self.assertEqual((len(answer["ids"]), answer["nextrow"]), (2, 2))
        # Half a file again: what is there stops nothing.
        answer = self.load(*rows, _import_limit=3)
        self.assertEqual((answer["messages"], answer["nextrow"]), ([], 3))

    def test_who_may(self):
        for user in (self.rita, self.ian, self.pia):
            with self.assertRaises(AccessError):
                self.load(self.row(1), user=user)
        answer = self.load(self.row(1), user=self.bea)
        self.assertEqual(
            self.env["flywheel.touchpoint"].browse(answer["ids"]).company_id,
            self.branch,
        )

    def test_by_hand_with_an_address(self):
        Touchpoint = self.env["flywheel.touchpoint"].with_user(self.sam)
        kind = self.env.ref("inbound_flywheel.touchpoint_type_form").id
        line = Touchpoint.create(
            {"type_id": kind, "date": NOW, "email": "new@example.com"}
        )
        self.assertEqual(line.profile_id, self.person("new@example.com"))

    # -- the import screen ---------------------------------------------------------

    def screen(self, content, name="text/csv", dryrun=False, encoding=""):
        """Import a file as the screen does: guess columns, then import."""
        if "base_import.import" not in self.env:
            self.skipTest("base_import is not installed")
        Import = self.env["base_import.import"].with_user(self.sam)
        wizard = Import.create(
            {
                "res_model": "flywheel.touchpoint",
                "file": content,
                "file_type": name,
            }
        )
        options = dict(OPTIONS, encoding=encoding)
        preview = wizard.parse_preview(options)
        self.assertNotIn("error", preview)
        matched = preview["matches"]
        fields = [
            "/".join(matched[index]) if index in matched else False
            for index in range(len(preview["headers"]))
        ]
        options.update(preview["options"])
        options.update(datetime_format="%Y-%m-%d %H:%M:%S", limit=20_000)
        return fields, wizard.execute_import(
            fields, preview["headers"], options, dryrun=dryrun
        )

    def test_template(self):
        (template,) = self.env["flywheel.touchpoint"].get_import_templates()
        with file_open(template["template"].strip("/"), "rb") as file:
            content = file.read()
        fields, answer = self.screen(content, dryrun=True)
        self.assertNotIn(False, fields)
        self.assertEqual(answer["messages"], [])
        self.assertFalse(self.person())
        fields, answer = self.screen(content)
        self.assertEqual(len(answer["ids"]), 3)
        again = self.screen(content, dryrun=True)[1]
        self.assertIn("3 of 3", again["messages"][0]["message"])

    def test_encodings(self):
        text = "Type,Date,Email,External Key,Summary\r\n" + "".join(
            f"form,2026-06-01 10:00:00,wang{n}@example.com,k{n},索取型錄與價目 {n}\r\n"
            for n in range(20)
        )
        # What the screen finds out by itself, and what its user chooses.
        for encoding, chosen in (
            ("utf-8-sig", ""),
            ("utf-8", ""),
            ("big5", "big5"),
            ("gb18030", "gb18030"),
        ):
            content = text.replace(",k", f",{encoding}").encode(encoding)
            answer = self.screen(content, encoding=chosen)[1]
            self.assertEqual(answer["messages"], [], encoding)
            lines = self.env["flywheel.touchpoint"].browse(answer["ids"])
            self.assertIn("索取型錄與價目 3", lines.mapped("summary"), encoding)

    def test_excel(self):
        openpyxl = __import__("openpyxl")
        book = openpyxl.Workbook()
        book.active.append(["Type", "Date", "Email", "External Key", "Value"])
        book.active.append(
            ["Form Filled In", "2026-06-01 10:00:00", "x@example.com", "x", 3]
        )
        file = io.BytesIO()
        book.save(file)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = self.screen(file.getvalue(), kind)[1]
        self.assertEqual(answer["messages"], [])
        self.assertEqual(self.lines(self.person("x@example.com")).value, 3.0)

    def test_form_still_opens(self):
        with Form(self.env["flywheel.touchpoint"]) as form:
            form.profile_id = self.env["flywheel.profile"].create({"name": "P"})
            form.type_id = self.env.ref("inbound_flywheel.touchpoint_type_note")
            form.date = NOW
