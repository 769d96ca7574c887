// The chair's desk: who is here, waits, raised a hand or is missing, each with the buttons that the server allows.
const $ = (id) => document.getElementById(id);

export class Desk {
  constructor(element, act, t) {
    Object.assign(this, { element, act, t });
    element.addEventListener("click", (event) => {
      const { act: name, target, value } = event.target.dataset;
      if (name) this.act(name, target, value);
    });
    $("record").addEventListener("click", () => this.act("record", "", this.state.recording ? "off" : "on"));
    $("invite").addEventListener("click", () => this.invite($("others").selectedOptions[0]));
    $("end").addEventListener("click", () => this.act("end"));
  }

  async invite(venue) {
    if (venue && await this.act("invite", venue.value)) venue.remove();
  }

  draw(state) {
    this.state = state;
    $("record").textContent = this.t(state.recording ? "Stop recording" : "Start recording");
    for (const button of this.element.querySelectorAll("[data-act=layout]")) {
      button.setAttribute("aria-pressed", String(button.dataset.value === state.layout));
    }
    const others = state.seats.filter((seat) => seat.id !== state.me);
    const hands = others.filter((seat) => seat.hand > 0).sort((a, b) => a.hand - b.hand);
    this.list("here", others, (seat) => this.seat(seat));
    this.list("hands", hands, (seat) => [["Give floor", "floor", seat.id]]);
    this.list("waiting", state.waiting, (seat) => [["Admit", "admit", seat.id], ["Refuse", "remove", seat.id]]);
    this.list("absent", state.absent, (venue) => [["Invite", "invite", venue.id]]);
    $("missing").textContent = String(state.absent.length);
  }

  seat(seat) {
    const floor = seat.id === this.state.floor;
    return [
      floor ? ["Take floor back", "floor", ""] : ["Give floor", "floor", seat.id],
      seat.silent ? ["Unmute", "unmute", seat.id] : ["Mute", "mute", seat.id],
      seat.dark ? ["Allow picture", "camera-on", seat.id] : ["Stop picture", "camera-off", seat.id],
      ["Remove", "remove", seat.id],
    ];
  }

  // Draws a list anew only when it changed, so that nobody's finger meets another button than it aimed at.
  list(id, rows, buttons) {
    const place = $(id);
    const ul = place.tagName === "UL" ? place : place.querySelector("ul");
    if (place.tagName !== "UL") place.hidden = rows.length === 0;
    const items = rows.map((row) => ({
      name: row.label ?? (document.documentElement.lang === "en" ? row.name_en : row.name),
      more: this.more(row),
      buttons: buttons(row),
    }));
    const key = JSON.stringify(items);
    if (ul.dataset.key === key) return;
    ul.dataset.key = key;
    ul.replaceChildren(...items.map((item) => this.item(item)));
  }

  more(row) {
    if (row.guest) return this.t("Not invited");
    if (row.code) return `${row.telephone} ${this.t("Code")} ${row.code.slice(0, 4)} ${row.code.slice(4)}`;
    const found = row.report;
    if (!found) return "";
    return this.t("Line: {up} up, {down} down, {loss} % lost", {
      up: found.up, down: found.down, loss: found.loss.toFixed(1) });
  }

  item({ name, more, buttons }) {
    const li = document.createElement("li");
    const label = document.createElement("span");
    label.className = "name";
    label.textContent = name;
    li.append(label);
    for (const [msgid, act, target] of buttons) {
      const button = document.createElement("button");
      button.textContent = this.t(msgid);
      Object.assign(button.dataset, { act, target });
      li.append(button);
    }
    if (more) {
      const small = document.createElement("small");
      small.textContent = more;
      li.append(small);
    }
    return li;
  }
}
