"""A client of a running Odoo: JSON-2 with an API key that lives for one load.

JSON-2 wants a key where the loader is given a login and a password. The key is
made as a user makes one: sign in, ask for a key, confirm with the password.
"""

import contextlib
import http.cookiejar
import json
import time
import urllib.error
import urllib.request

from .progress import Progress

# Every record that the loader makes has an external id in this namespace. It is how
# a second load knows what is already there.
NAMESPACE = "flywheel_bank"
KEY_NAME = "Demo loader"
# Imports neither tell followers nor keep a log of each first value.
IMPORT_CONTEXT = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "no_reset_password": True,
}
# What PostgreSQL says when two transactions wrote to the same record.
CONCURRENT = "could not serialize"
ATTEMPTS = 8
# Seconds until the other transaction has probably ended.
PAUSE = 3


class LoadError(Exception):
    """The server refused something or is not there; the text says what to do."""


class Client:
    """Calls models of one database as one user.

    :param url: address of the server, as ``http://127.0.0.1:8069``
    :param timeout: seconds that one call may take
    :raises LoadError: no server, no such database, or wrong login
    """

    def __init__(self, url, database, login, password, timeout=600):
        self.url = url.rstrip("/")
        self.database = database
        self.timeout = timeout
        # The server is one that the caller names: a proxy that is set for
        # downloads must not be asked for it.
        direct = urllib.request.ProxyHandler({})
        self._open = urllib.request.build_opener(direct).open
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._session_open = urllib.request.build_opener(direct, cookies).open
        self.uid = self._sign_in(login, password)
        self._key = self._make_key(password)

    def close(self):
        """Take the key back. Where that fails, it ends by itself within a day."""
        domain = [("name", "=", KEY_NAME), ("user_id", "=", self.uid)]
        with contextlib.suppress(LoadError):
            keys = self.call("res.users.apikeys", "search", domain=domain)
            self._session_call("res.users.apikeys", "remove", keys)

    # -- signing in ------------------------------------------------------------

    def _sign_in(self, login, password):
        params = {"db": self.database, "login": login, "password": password}
        info = self._session_post("/web/session/authenticate", params)
        if not info.get("uid"):
            raise LoadError(f"{login} cannot sign in to {self.database}")
        return info["uid"]

    def _make_key(self, password):
        wizard = "res.users.apikeys.description"
        values = [{"name": KEY_NAME, "duration": "1"}]
        ids = self._session_call(wizard, "create", values)
        action = self._session_call(wizard, "make_key", ids)
        if action["res_model"] == "res.users.identitycheck":
            context = {"password": password}
            action = self._session_call(
                "res.users.identitycheck", "run_check", [action["res_id"]], context
            )
        return action["context"]["default_key"]

    def _session_call(self, model, method, argument, context=None):
        path = f"/web/dataset/call_kw/{model}/{method}"
        params = {
            "model": model,
            "method": method,
            "args": [argument],
            "kwargs": {"context": context or {}},
        }
        return self._session_post(path, params)

    def _session_post(self, path, params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self._post(self._session_open, path, body, {})
        if "error" in answer:
            error = answer["error"].get("data", answer["error"])
            raise LoadError(f"{path}: {error.get('message')}")
        return answer["result"]

    # -- calls -----------------------------------------------------------------

    def call(self, model, method, /, ids=None, context=None, **arguments):
        """Call a public method by JSON-2 and return its result.

        :param ids: records to call it on; None for a method of the model
        :param arguments: the method's parameters, by name
        :raises LoadError: the server's own words, with model and method
        """
        body = {"context": context or {}, **arguments}
        if ids is not None:
            body["ids"] = ids
        headers = {
            "Authorization": f"bearer {self._key}",
            "X-Odoo-Database": self.database,
        }
        return self._post(self._open, f"/json/2/{model}/{method}", body, headers)

    def _post(self, send, path, body, headers):
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        try:
            with send(request, timeout=self.timeout) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise LoadError(f"{path}: {_reason(error)}") from error
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            raise LoadError(f"{self.url} does not answer: {error}") from error

    def search_read(self, model, domain, fields, **more):
        """Return the records that match, as dicts of the fields and ``id``."""
        return self.call(model, "search_read", domain=domain, fields=fields, **more)

    def has_model(self, model):
        """Tell whether the addon that brings the model is installed."""
        domain = [("model", "=", model)]
        return bool(self.call("ir.model", "search_count", domain=domain))

    # -- records with external ids -----------------------------------------------

    def known(self, model):
        """Return {external name: id} of the loader's records of a model."""
        rows = self.search_read(
            "ir.model.data",
            [("module", "=", NAMESPACE), ("model", "=", model)],
            ["name", "res_id"],
        )
        return {row["name"]: row["res_id"] for row in rows}

    def ensure(self, model, fields, rows, title=None, batch=500, context=None):
        """Import the rows that are not there yet and return {external name: id}.

        What is there stays as it is, whoever changed it since.

        :param fields: names as in Odoo's import, the first one ``id``
        :param rows: one list of texts a record; the first is the external name
        :param title: shows a progress bar under this name
        :raises LoadError: a row was refused; nothing of its batch is kept
        """
        names = {row[0] for row in rows}
        known = {n: i for n, i in self.known(model).items() if n in names}
        missing = [row for row in rows if row[0] not in known]
        progress = Progress(title, len(rows), done=len(rows) - len(missing))
        for start in range(0, len(missing), batch):
            chunk = missing[start : start + batch]
            data = [[external(row[0]), *row[1:]] for row in chunk]
            ids = self.load(model, fields, data, context)
            known.update(zip((row[0] for row in chunk), ids, strict=True))
            progress.add(len(chunk))
        progress.close()
        return known

    def load(self, model, fields, data, context=None):
        """Call Odoo's import and return the ids, in the order of the rows.

        :raises LoadError: the first message that the import gives
        """
        context = {**IMPORT_CONTEXT, **(context or {})}
        for _attempt in range(ATTEMPTS):
            result = self.call(model, "load", fields=fields, data=data, context=context)
            errors = [m for m in result["messages"] if m.get("type") == "error"]
            if not any(CONCURRENT in m.get("message", "") for m in errors):
                break
            # A scheduled action wrote to the same records: nothing was kept.
            time.sleep(PAUSE)
        if errors or not result["ids"]:
            first = (errors or result["messages"])[0]
            row = first.get("record")
            where = f" in {data[row][0]}" if isinstance(row, int) else ""
            raise LoadError(f"{model}{where}: {first.get('message')}")
        return result["ids"]


def external(name):
    """Return the full external id of one of the loader's records."""
    return f"{NAMESPACE}.{name}"


def _reason(error):
    """Return the words of an HTTP error that a person can use."""
    text = error.read().decode(errors="replace")
    try:
        answer = json.loads(text)
    except ValueError:
        return f"{error.code} {error.reason}"
    return answer.get("message") or f"{error.code} {error.reason}"
