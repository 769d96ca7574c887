"""The front page, signing in, venues, people, and what the health check asks."""

import time
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from applications.meeting import people
from applications.meeting.janus import JanusError
from applications.meeting.web import no_organiser, organisers, services, t
from applications.meeting.web.tries import Tries

pages = Blueprint("house", __name__)
tries = Tries(10, 600)


@pages.get("/")
def front() -> str:
    """Show the form to enter a meeting and, to organisers, the meetings to come."""
    store = services().store
    meetings = []
    if g.person is not None:
        meetings = store.rows(
            "select meeting.*, venue.name as hall_name, venue.name_en as hall_name_en,"
            " (select count(*) from invitation where meeting = number) as invited from meeting"
            " left join venue on venue.id = meeting.hall where state in ('booked', 'open') order by begins"
        )
    return render_template("front.html", meetings=meetings, number=request.args.get("number", ""))


@pages.get("/health")
def health() -> tuple[str, int]:
    """Say whether the database answers and Janus answered lately (asked for now, when no meeting runs)."""
    given = services()
    given.store.row("select 1")
    try:
        given.authority.alive()
    except JanusError as error:
        return f"janus: {error}\n", 503
    return "ok\n", 200


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """Ask for name and password; ten failures of one address or name close it for ten minutes."""
    header = services().settings.sign_on_header
    if header and (login := request.headers.get(header)):
        return no_organiser(login)
    if header:
        return redirect("/signed-on/begin?" + urlencode({"next": _inside(request.args.get("next", ""))}))
    if request.method == "GET":
        return render_template("sign_in.html")
    login = request.form.get("login", "").strip()
    keys = (f"address {request.remote_addr}", f"login {login}")
    if tries.closed(keys):
        flash(t("Too many failures. Try again in ten minutes."))
        return render_template("sign_in.html"), 429
    person = people.known(services().store, login, request.form.get("password", ""))
    if person is None:
        tries.failed(keys)
        flash(t("This name and password do not go together."))
        return render_template("sign_in.html"), 403
    session.clear()
    session.permanent = True
    session["login"] = person["login"]
    return redirect(_inside(request.args.get("next", "")))


def _inside(target: str) -> str:
    """Return a path of our own to go to, whatever was asked for."""
    parts = urlsplit(target)
    safe = target.startswith("/") and not target.startswith("//") and not parts.netloc and "\\" not in target
    return target if safe else url_for("house.front")


@pages.post("/sign-out")
def sign_out() -> Response:
    """Forget who signed in."""
    session.clear()
    return redirect(url_for("house.front"))


@pages.get("/venues")
@organisers
def venues() -> str:
    """Show venues with whom to call and what their lines carry."""
    return render_template("venues.html", venues=services().store.rows("select * from venue order by hall desc, rowid"))


@pages.post("/venues/<venue>")
@organisers
def change_venue(venue: str) -> Response:
    """Write a venue's contact and line down."""
    try:
        up, down = (int(request.form.get(field, "")) for field in ("up_kbps", "down_kbps"))
    except ValueError:
        up = down = 0
    telephone = request.form.get("telephone", "").strip()
    if not (64 <= up <= 1_000_000 and 64 <= down <= 1_000_000):
        flash(t("A line's rate is a number from 64 to 1000000 kbit/s."))
    elif telephone.strip("+0123456789- "):
        flash(t("A telephone number has digits, spaces and dashes only."))
    else:
        services().store.run(
            "update venue set contact = ?, telephone = ?, up_kbps = ?, down_kbps = ? where id = ?",
            *(request.form.get("contact", "").strip()[:40], telephone, up, down, venue),
        )
        flash(t("Saved."))
    return redirect(url_for("house.venues") + f"#{venue}")


@pages.route("/people", methods=["GET", "POST"])
@organisers
def persons() -> str | Response:
    """Show who may book; add somebody, or give a new password."""
    store = services().store
    if request.method == "POST":
        login, name = request.form.get("login", "").strip(), request.form.get("name", "").strip()
        password = request.form.get("password", "")
        if not login.isascii() or not login or not name or len(login) > 40 or len(name) > 40:
            flash(t("An account needs a name of Latin letters to sign in with, and the person's name."))
        elif len(password) < people.SHORTEST and not services().settings.sign_on_header:
            flash(t("A password has at least {letters} letters.", letters=people.SHORTEST))
        else:
            people.put(store, login, name, password or str(time.time_ns()))
            flash(t("Saved."))
        return redirect(url_for("house.persons"))
    return render_template("people.html", people=store.rows("select login, name from person order by login"))


@pages.post("/people/<login>/remove")
@organisers
def remove_person(login: str) -> Response:
    """Take an account away; never one's own, and never the playbook's, which it would make again."""
    if login in (g.person["login"], people.ORGANISER):
        flash(t("This account cannot be removed here."))
    else:
        services().store.run("delete from person where login = ?", login)
        flash(t("Saved."))
    return redirect(url_for("house.persons"))
