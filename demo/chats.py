"""Chats with the bot on the website, held as visitors hold them: by its public routes.

Some are qualified, some are not; most say who they are, a few just look around.
"""

import http.cookiejar
import json
import urllib.request

from .bank import is_open
from .client import NAMESPACE, LoadError
from .people import make_stranger
from .progress import Progress

ADDON = "inbound_flywheel_livechat"
CHANNEL = "discuss.channel"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
BUY, LOOK = "I am looking for a solution", "I am just looking around"
HIGH, MIDDLE, LOW = "More than 10,000", "Up to 10,000", "Up to 1,000"
NO_BUDGET = "There is no budget yet"
MONTH, QUARTER, LATER = "Within a month", "Within three months", "Later"
# What can be chosen; all else is typed.
READY = {BUY, LOOK, HIGH, MIDDLE, LOW, NO_BUDGET, MONTH, QUARTER, LATER}
# Whether the bank knows the visitor, and what is said: wish, need, budget, timing.
TALKS = (
    (True, BUY, "I have sold a flat and want it safe for a year.", HIGH, MONTH),
    (True, BUY, "A deposit whose interest is paid out each month.", MIDDLE, MONTH),
    (False, LOOK),
    (False, BUY, "Something for my daughter, until she studies.", LOW, LATER),
    (True, BUY, "I compare your two-year rate with my bank's.", HIGH, QUARTER),
    (False, BUY, "How is my money insured if the bank fails?", NO_BUDGET, LATER),
    (True, LOOK),
    (True, BUY, "We sell the shop next year and need a plan.", HIGH, QUARTER),
    (False, LOOK),
    (False, BUY, "A safe deposit box near the station.", NO_BUDGET, MONTH),
    (True, BUY, "My deposit at another bank ends in three weeks.", MIDDLE, MONTH),
    (False, LOOK),
)
# More steps than the script has.
MOST = 30


class Visitor:
    """A browser that nobody has signed in to.

    :param client: the :class:`~demo.client.Client`, for the server and database
    """

    def __init__(self, client):
        self.client = client
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        direct = urllib.request.ProxyHandler({})
        self._open = urllib.request.build_opener(direct, cookies).open

    def post(self, path, **params):
        """Call a public JSON-RPC route and return its result.

        :raises LoadError: the route's own words
        """
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        headers = {"Content-Type": "application/json", "User-Agent": BROWSER}
        headers["X-Odoo-Database"] = self.client.database
        request = urllib.request.Request(
            self.client.url + path, json.dumps(body).encode(), headers
        )
        with self._open(request, timeout=self.client.timeout) as response:
            answer = json.load(response)
        if "error" in answer:
            error = answer["error"].get("data", answer["error"])
            raise LoadError(f"{path}: {error.get('message')}")
        return answer.get("result")


def load_chats(client, rows, people):
    """Hold the chats that have not been held yet."""
    if not client.has_model("flywheel.chat"):
        return
    bot, channel = _put_on_website(client)
    steps = _read_script(client, bot)
    held = client.known(CHANNEL)
    waiting = [people[int(row["row"])] for row in rows if is_open(row)]
    progress = Progress("Chats on the website", len(TALKS), done=len(held))
    for number, (known, *words) in enumerate(TALKS):
        if f"chat_{number}" in held:
            continue
        address = waiting[7 + 11 * number].email
        if not known:
            address = make_stranger(9000 + number)[1]
        chat = _hold(client, steps, channel, bot, words, address)
        values = {"module": NAMESPACE, "name": f"chat_{number}"}
        values.update(model=CHANNEL, res_id=chat)
        client.call("ir.model.data", "create", vals_list=[values])
        progress.add()
    progress.close()


def _put_on_website(client):
    """Put the bot on the chat of the website; return the ids of bot and chat."""
    found = client.search_read(
        "ir.model.data",
        [("module", "=", ADDON), ("name", "=", "chatbot_script_qualify")],
        ["res_id"],
    )
    if not found:
        raise LoadError("the chatbot Qualification is gone: update the addon")
    bot = found[0]["res_id"]
    chats = client.search_read("im_livechat.channel", [], ["name"], limit=1, order="id")
    if chats:
        channel = chats[0]["id"]
    else:
        channel = client.ensure(
            "im_livechat.channel", ["id", "name"], [["livechat", "Website"]]
        )["livechat"]
    row = ["chat_rule", str(channel), str(bot), "/", "display_button"]
    fields = ["id", "channel_id/.id", "chatbot_script_id/.id", "regex_url", "action"]
    client.ensure("im_livechat.channel.rule", fields, [row])
    return bot, channel


def _read_script(client, bot):
    """Return {step id: (type, {ready answer: id})}."""
    steps = client.search_read(
        "chatbot.script.step",
        [("chatbot_script_id", "=", bot)],
        ["step_type"],
    )
    ids = [step["id"] for step in steps]
    answers = client.search_read(
        "chatbot.script.answer",
        [("script_step_id", "in", ids)],
        ["name", "script_step_id"],
    )
    ready = {}
    for answer in answers:
        ready.setdefault(answer["script_step_id"][0], {})[answer["name"]] = answer["id"]
    return {s["id"]: (s["step_type"], ready.get(s["id"], {})) for s in steps}


def _hold(client, steps, channel, bot, words, address):
    """Hold one chat and return the id of its conversation."""
    visitor = Visitor(client)
    begun = visitor.post(
        "/im_livechat/get_session",
        channel_id=channel,
        chatbot_script_id=bot,
        persisted=True,
    )
    if not begun:
        raise LoadError("the chat of the website does not answer")
    chat, last = begun["channel_id"], None
    for _step in range(MOST):
        said = client.search_read(
            "chatbot.message",
            [("discuss_channel_id", "=", chat)],
            ["script_step_id", "mail_message_id"],
            order="id desc",
            limit=1,
        )[0]
        if said["id"] == last:
            break
        last = said["id"]
        kind, ready = steps[said["script_step_id"][0]]
        if kind == "question_email":
            _say(visitor, chat, address)
            visitor.post("/chatbot/step/validate_email", channel_id=chat)
        elif ready or kind.startswith("free_input"):
            _answer(visitor, chat, said, ready, words)
        visitor.post("/chatbot/step/trigger", channel_id=chat, chatbot_script_id=bot)
    visitor.post("/im_livechat/visitor_leave_session", channel_id=chat)
    return chat


def _answer(visitor, chat, said, ready, words):
    """Say the next of the visitor's words that fits the question."""
    fits = [word for word in words if (word in ready if ready else word not in READY)]
    word = fits[0] if fits else next(iter(ready), "I cannot say yet.")
    _say(visitor, chat, word, ready.get(word))
    if word in ready:
        visitor.post(
            "/chatbot/answer/save",
            channel_id=chat,
            message_id=said["mail_message_id"][0],
            selected_answer_id=ready[word],
        )


def _say(visitor, chat, words, answer=None):
    more = {"selected_answer_id": answer} if answer else {}
    visitor.post(
        "/mail/message/post",
        thread_model=CHANNEL,
        thread_id=chat,
        post_data={
            "body": words,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
        },
        **more,
    )
