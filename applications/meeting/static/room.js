// The room of one seat: asks the server every second how the meeting stands and makes the page and its media agree.
// The server decides everything; what this page does by itself is turning its own microphone and camera off.
import { Janus } from "./janus.js";
import { CAMERA, Meter, Receiver, Sender } from "./media.js";
import { Desk } from "./desk.js";

const POLL_MS = 1000;
const METER_ROUNDS = 3;
const AGAIN_MS = 2000;
const NOTED_MS = 8000;
const texts = JSON.parse(document.getElementById("texts").textContent);
const $ = (id) => document.getElementById(id);

export const t = (msgid, values = {}) =>
  Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), texts[msgid]);

export async function post(path, body = {}) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const found = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
  if (!answer.ok) throw Object.assign(new Error(found.error ?? ""), { status: answer.status });
  return found;
}

// Asks the server for an act; tells whether it was done.
export async function act(name, target = "", value = "") {
  try {
    await post("/room/act", { act: name, target, value });
    if (name === "invite") room.note(t("Invited. Where no message reaches it, give it its code by telephone."));
    await room.poll();
    return true;
  } catch (error) {
    room.note(error.message || t("The server does not answer."));
    return false;
  }
}

const say = (words) => { $("said").textContent = words; };

class Room {
  constructor() {
    this.stream = new MediaStream();
    this.tiles = new Map();
    this.tracks = new Map();
    this.meter = new Meter();
    this.rounds = 0;
    this.agains = 0;
    this.noted = { words: "", until: 0 };
    this.watched = new WeakSet();
    this.desk = $("chair") ? new Desk($("chair"), act, t) : null;
  }

  async open() {
    for (const wish of [{ audio: true, video: CAMERA }, { audio: true }, { video: CAMERA }]) {
      try {
        this.stream = await navigator.mediaDevices.getUserMedia(wish);
        break;
      } catch (error) {
        $("devices").textContent = t("No camera or microphone could be opened: {words}", { words: error.message });
      }
    }
    $("preview").srcObject = this.stream;
  }

  async enter() {
    $("enter").disabled = true;
    say(t("Entering…"));
    this.entered = true;
    await this.poll();
    this.timer = setInterval(() => this.poll(), POLL_MS);
  }

  async poll() {
    if (this.asking || this.over) return;
    this.asking = true;
    try {
      this.rounds += 1;
      const body = this.rounds % METER_ROUNDS === 0 ? await this.report() : {};
      this.state = await post("/room/state", body);
      await this.agree();
    } catch (error) {
      if (error.status === 401) this.leave(t("You are not in this meeting any more."));
      else if (error.status === undefined || error.status >= 500) say(t("The server does not answer."));
      else throw error;
    } finally {
      this.asking = false;
    }
  }

  async report() {
    const found = await this.meter.read([this.sender?.connection, this.receiver?.connection]);
    if (!found) return {};
    this.line = found;
    const loss = found.loss.toFixed(1);
    $("line").textContent = t("Line: {up} up, {down} down, {loss} % lost", { up: found.up, down: found.down, loss });
    return { report: found };
  }

  async agree() {
    const state = this.state;
    if (state.state === "waiting") return say(t("Waiting for the chair to admit this venue."));
    $("title").textContent = state.title;
    if (!this.janus) return this.connect();
    if (state.send && this.sender) await this.sender.limit(state.send);
    this.get();
    this.draw();
    return null;
  }

  async connect() {
    const janus = new Janus(`wss://${location.host}/janus`);
    this.janus = janus;
    try {
      const pass = await post("/room/pass");
      await janus.open();
      this.sender = new Sender(janus, pass, this.stream);
      const privateId = await this.sender.start((data) => this.heard(data));
      await post("/room/sends");
      const lost = () => this.again();
      const show = (tracks) => { this.tracks = tracks; this.draw(); };
      this.receiver = new Receiver(janus, pass, privateId, show, lost);
      janus.onclose = lost;
      this.watch(this.sender.connection);
      $("door").hidden = true;
      for (const id of ["stage", "strip", "mine", "chair"]) if ($(id)) $(id).hidden = false;
      if (this.agains) this.note(t("The connection is back."));
      else say("");
    } catch (error) {
      console.warn("connect:", error.message);
      this.again();
    }
  }

  // Connects anew when a connection fails; each is looked at once.
  watch(connection) {
    if (!connection || this.watched.has(connection)) return;
    this.watched.add(connection);
    connection.addEventListener("connectionstatechange", () => {
      if (connection.connectionState === "failed") this.again();
    });
  }

  heard(data) {
    if (data.videoroom === "hangup") return this.again();
    if (data.videoroom === "talking" || data.videoroom === "stopped-talking") {
      const seat = this.state.seats.find((one) => one.feed === data.id);
      this.tiles.get(seat?.id)?.classList.toggle("talking", data.videoroom === "talking");
    }
    return this.get();
  }

  again() {
    if (this.over || this.pause) return;
    this.agains += 1;
    say(t("The connection was lost. Trying again…"));
    this.stop();
    this.pause = setTimeout(() => { this.pause = 0; this.janus = null; }, AGAIN_MS);
  }

  stop() {
    this.janus?.close();
    this.sender?.close();
    this.receiver?.close();
    this.sender = this.receiver = null;
    this.tracks = new Map();
  }

  leave(words) {
    this.over = true;
    clearInterval(this.timer);
    this.stop();
    this.stream.getTracks().forEach((track) => track.stop());
    for (const id of ["stage", "strip", "mine", "chair", "door"]) if ($(id)) $(id).hidden = true;
    say(words);
  }

  // Gets every voice, and the pictures that the server chose for this line.
  get() {
    if (!this.receiver || !this.state) return;
    const large = $("narrow").checked ? new Set(this.state.stage) : null;
    const watched = new Set(this.state.watch.filter((id) => !large || large.has(id)));
    const pairs = [];
    for (const seat of this.state.seats) {
      if (seat.id === this.state.me) continue;
      for (const stream of this.sender.feeds.get(seat.feed) ?? []) {
        if (stream.type === "audio" || (stream.type === "video" && watched.has(seat.id))) {
          pairs.push([seat.feed, stream.mid]);
        }
      }
    }
    this.receiver.want(pairs);
    this.watch(this.receiver.connection);
  }

  draw() {
    if (!this.state?.seats) return;
    const { seats, stage, layout, me, floor } = this.state;
    const grid = layout === "grid";
    $("stage").classList.toggle("grid", grid);
    for (const seat of seats) this.tile(seat, grid || stage.includes(seat.id) ? $("stage") : $("strip"), floor);
    for (const [id, tile] of this.tiles) {
      if (!seats.some((seat) => seat.id === id)) {
        tile.remove();
        this.tiles.delete(id);
      }
    }
    this.controls(seats.find((seat) => seat.id === me));
    this.desk?.draw(this.state);
    $("live").hidden = !this.state.recording;
  }

  tile(seat, place, floor) {
    let tile = this.tiles.get(seat.id);
    if (!tile) {
      tile = document.createElement("div");
      tile.innerHTML = '<video autoplay playsinline></video><span class="who"></span>';
      this.tiles.set(seat.id, tile);
    }
    tile.className = tile.classList.contains("talking") && !seat.silent ? "seat talking" : "seat";
    tile.classList.toggle("floor", seat.id === floor);
    tile.classList.toggle("silent", seat.silent);
    tile.classList.toggle("hand", seat.hand > 0);
    tile.dataset.seat = seat.id;
    tile.querySelector(".who").textContent = seat.label;
    if (tile.parentElement !== place) place.append(tile);
    this.fill(tile.querySelector("video"), seat);
  }

  fill(video, seat) {
    const own = seat.id === this.state.me;
    const tracks = own ? this.stream.getVideoTracks() : this.tracks.get(seat.feed) ?? [];
    const key = tracks.map((track) => track.id).join();
    if (video.dataset.tracks === key) {
      if (video.paused && tracks.length) video.play().catch(() => {});
      return;
    }
    video.dataset.tracks = key;
    video.muted = own;
    video.srcObject = tracks.length ? new MediaStream(tracks) : null;
  }

  controls(mine) {
    const [voice, picture] = [this.stream.getAudioTracks()[0], this.stream.getVideoTracks()[0]];
    $("voice").hidden = !voice;
    $("voice").textContent = t(mine?.silent ? "Muted by the chair" : voice?.enabled ? "Microphone on" : "Microphone off");
    $("voice").setAttribute("aria-pressed", String(!voice?.enabled || Boolean(mine?.silent)));
    $("picture").hidden = !picture;
    $("picture").textContent = t(picture?.enabled ? "Camera on" : "Camera off");
    $("picture").setAttribute("aria-pressed", String(!picture?.enabled));
    if ($("hand")) $("hand").textContent = t(mine?.hand ? "Lower hand" : "Raise hand");
    say(this.words(mine));
  }

  // Says something for a while that is no state of the meeting.
  note(words) {
    this.noted = { words, until: Date.now() + NOTED_MS };
    say(words);
  }

  words(mine) {
    if (!this.sender) return t("The connection was lost. Trying again…");
    if (Date.now() < this.noted.until) return this.noted.words;
    return mine && mine.id === this.state.floor ? t("You have the floor") : "";
  }

  toggle(kind) {
    for (const track of this.stream.getTracks()) if (track.kind === kind) track.enabled = !track.enabled;
    this.draw();
  }

  hand() {
    const mine = this.state.seats.find((seat) => seat.id === this.state.me);
    return act("hand", "", mine?.hand ? "down" : "up");
  }
}

export const room = new Room();
$("enter").addEventListener("click", () => room.enter());
$("voice").addEventListener("click", () => room.toggle("audio"));
$("picture").addEventListener("click", () => room.toggle("video"));
$("hand")?.addEventListener("click", () => room.hand());
$("narrow").addEventListener("change", () => room.get());
$("leave").addEventListener("click", async () => {
  await act("leave");
  room.leave(t("You are not in this meeting any more."));
});
room.open().finally(() => { $("enter").disabled = false; });
