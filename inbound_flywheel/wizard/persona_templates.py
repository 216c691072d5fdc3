# Copyright 2026 Inbound Flywheel
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Five personas to start from, by how people like to meet a company.

Source of age, income and preferences: one vendor's article (CINNOX) that cites a study
by Forrester with 1,200 respondents in Australia, Hong Kong, Indonesia, Malaysia, the
Philippines and Singapore. The weights of the channels are our reading of it.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

ORIGIN = _lt(
    "Template. Source: one vendor's study (CINNOX, citing a Forrester survey of 1,200 "
    "people in Australia, Hong Kong, Indonesia, Malaysia, the Philippines and "
    "Singapore). Check it against your own customers. Age is a weak hint: it never "
    "rules anybody in or out."
)

TEMPLATES = {
    "multichannel": {
        "name": _lt("Multichannel Enthusiast"),
        "tagline": _lt("Uses every channel, and expects to be remembered on each"),
        "problem": _lt(
            "They have to start over whenever they change the channel or meet another "
            "colleague."
        ),
        "demographics": [
            _lt("20 to 49 years old (a weak hint)"),
            _lt("Employed"),
        ],
        "behaviours": [
            _lt("Digital and human touchpoints are the same to them"),
            _lt("Change between chat, email and phone within one matter"),
            _lt("Want to stay with the contact point where they began"),
        ],
        "motivations": [_lt("Freedom of choice"), _lt("Being known")],
        "goals": [_lt("One matter, one thread, whichever the channel")],
        "pains": [
            _lt("Being passed on to another channel"),
            _lt("Saying the same thing twice"),
        ],
        "objections": [_lt("\u201cI told your colleague that already.\u201d")],
        "marketing": [
            _lt("Be present on all channels, with the same message"),
            _lt("Let every campaign lead to a contact point that stays"),
        ],
        "sales": [
            _lt("Read the history before you write; begin where it stopped"),
            _lt("Answer in the channel they used last"),
            _lt("One salesperson from the first question to the offer"),
        ],
        "service": [
            _lt("Keep the case with one colleague, in the channel it came from"),
        ],
        "human_share": 0.5,
        "single_touchpoint": True,
        "channels": {
            "chat": 0.8,
            "email": 0.8,
            "phone": 0.8,
            "web": 0.7,
            "social": 0.6,
            "meeting": 0.5,
        },
    },
    "immigrant": {
        "name": _lt("Digital Immigrant"),
        "tagline": _lt("Feels safer when a human being answers"),
        "problem": _lt(
            "They do not trust what they cannot ask about, and get lost where nobody "
            "answers."
        ),
        "demographics": [
            _lt("50 years or older (a weak hint)"),
            _lt("Low income; few are retired"),
        ],
        "behaviours": [
            _lt("Prefer human touchpoints to digital ones"),
            _lt("Go online when they must, and want somebody to confirm it"),
        ],
        "motivations": [_lt("Safety"), _lt("Being taken seriously")],
        "goals": [_lt("To be sure that it has been done right")],
        "pains": [
            _lt("Menus, passwords, small print on a screen"),
            _lt("Fear of fraud"),
        ],
        "objections": [_lt("\u201cCan I speak to somebody?\u201d")],
        "marketing": [
            _lt("A phone number on everything"),
            _lt("Plain words, large type, faces of colleagues"),
        ],
        "sales": [
            _lt("Call, take your time, confirm in writing"),
            _lt("Explain price and risk before they ask"),
        ],
        "service": [
            _lt("Offer the phone first; walk them through digital steps"),
            _lt("Tell them what happens next, and when"),
        ],
        "human_share": 0.8,
        "single_touchpoint": False,
        "channels": {
            "phone": 0.9,
            "meeting": 0.8,
            "email": 0.4,
            "sms": 0.3,
            "web": 0.3,
            "chat": 0.2,
            "social": 0.1,
        },
    },
    "affluent": {
        "name": _lt("Affluent High-Touch Seeker"),
        "tagline": _lt("Accepts digital, but decides face to face"),
        "problem": _lt(
            "They have money and little patience, and nobody takes the time to "
            "understand what they need."
        ),
        "demographics": [
            _lt("50 years or older (a weak hint)"),
            _lt("High income"),
        ],
        "behaviours": [
            _lt("Accept digital touchpoints for what is simple"),
            _lt("Want to meet in person for what matters"),
        ],
        "motivations": [_lt("Personal attention"), _lt("Competence")],
        "goals": [_lt("Somebody who knows them and takes care of it")],
        "pains": [_lt("Changing contacts"), _lt("Answers from a script")],
        "objections": [_lt("\u201cLet us discuss that when we meet.\u201d")],
        "marketing": [
            _lt("Invitations rather than campaigns: events, previews, advice"),
            _lt("Few messages, each with a reason"),
        ],
        "sales": [
            _lt("Propose a meeting early, at their place"),
            _lt("Prepare: they expect you to know their history"),
        ],
        "service": [
            _lt("A named person, with a direct number"),
            _lt("Call back when it is solved"),
        ],
        "human_share": 0.75,
        "single_touchpoint": False,
        "channels": {
            "meeting": 1.0,
            "phone": 0.8,
            "email": 0.6,
            "web": 0.5,
            "portal": 0.4,
            "chat": 0.3,
            "social": 0.2,
        },
    },
    "native": {
        "name": _lt("Low-Touch Digital Native"),
        "tagline": _lt("Helps themselves, on one screen, and does not want a call"),
        "problem": _lt("They lose time whenever they have to wait for a human being."),
        "demographics": [_lt("Under 30 years old (a weak hint)")],
        "behaviours": [
            _lt("Digital touchpoints only, if possible just one"),
            _lt("Search for the answer themselves before they ask"),
        ],
        "motivations": [_lt("Independence"), _lt("Speed")],
        "goals": [_lt("Done in two minutes, at any hour")],
        "pains": [
            _lt("Calls that nobody asked for"),
            _lt("Being sent to another channel"),
        ],
        "objections": [_lt("\u201cWhy can I not do this online?\u201d")],
        "marketing": [
            _lt("Short answers that can be found; reviews; a trial without a call"),
        ],
        "sales": [
            _lt("Do not call unless they ask; write, with a link that does it"),
            _lt("Offer a purchase without a conversation"),
        ],
        "service": [
            _lt("Self-service first, chat second, in the place where they are"),
            _lt("Write articles from what they search in vain"),
        ],
        "human_share": 0.05,
        "single_touchpoint": True,
        "channels": {
            "web": 0.9,
            "portal": 0.9,
            "chat": 0.8,
            "social": 0.6,
            "email": 0.5,
            "sms": 0.4,
            "phone": 0.0,
            "meeting": 0.0,
        },
    },
    "omni": {
        "name": _lt("Omni Shopper"),
        "tagline": _lt("Social, connected, wants it convenient; online if it can be"),
        "problem": _lt("What they began online does not go on in the shop, or back."),
        "demographics": [
            _lt("29 to 49 years old (a weak hint)"),
            _lt("Employed"),
        ],
        "behaviours": [
            _lt("Digital and human touchpoints are the same to them; online preferred"),
            _lt("Ask friends and reviews before they buy"),
        ],
        "motivations": [_lt("Convenience"), _lt("Belonging")],
        "goals": [
            _lt("To buy where they happen to be, with what they began elsewhere")
        ],
        "pains": [_lt("Channels that do not know of each other")],
        "objections": [_lt("\u201cMy friends paid less online.\u201d")],
        "marketing": [
            _lt("Social proof, shareable content, offers that work everywhere"),
        ],
        "sales": [
            _lt("Write first, in the network they use; call when it gets complicated"),
            _lt("Send what you talked about, ready to be shared"),
        ],
        "service": [
            _lt("Answer where they asked, social media included"),
            _lt("Ask for a review once they are happy"),
        ],
        "human_share": 0.4,
        "single_touchpoint": False,
        "channels": {
            "social": 0.9,
            "web": 0.9,
            "chat": 0.8,
            "email": 0.7,
            "phone": 0.5,
            "meeting": 0.4,
        },
    },
}
