// One seat's media: what it sends (one connection) and what it gets of the others (a second one for all of them).
import { NO_ANSWER } from "./janus.js";

export const CAMERA = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20 } };

export class Sender {
  constructor(janus, pass, stream) {
    this.janus = janus;
    this.pass = pass;
    this.stream = stream;
    this.feeds = new Map(); // feed -> [{mid, type}]
  }

  // Joins the room with the pass and begins to send; returns the private id that getting others' media needs.
  async start(changed) {
    this.changed = changed;
    this.handle = await this.janus.attach((data) => this.event(data));
    const { room, feed, token } = this.pass;
    const joined = await this.handle.ask({ request: "join", ptype: "publisher", room, id: feed, token });
    this.note(joined.data.publishers);
    this.connection = new RTCPeerConnection(this.pass.ice);
    this.connection.onicecandidate = (event) => this.handle.trickle(event.candidate ?? { completed: true });
    for (const track of this.stream.getTracks()) {
      this.connection.addTransceiver(track, { direction: "sendonly", streams: [this.stream] });
    }
    if (this.stream.getTracks().length) await this.publish();
    return joined.data.private_id;
  }

  async publish() {
    await this.connection.setLocalDescription();
    const answer = await this.handle.ask({ request: "publish" }, this.connection.localDescription);
    await this.connection.setRemoteDescription(answer.jsep);
  }

  note(publishers = []) {
    for (const one of publishers) this.feeds.set(one.id, one.streams.filter((stream) => !stream.disabled));
  }

  event(data) {
    this.note(data.publishers);
    for (const gone of [data.unpublished, data.leaving]) if (gone) this.feeds.delete(gone);
    this.changed(data);
  }

  // Makes the picture as large as the server says.
  async limit({ kbps, scale, frames }) {
    const wanted = `${kbps}/${scale}/${frames}`;
    const sender = this.connection?.getSenders().find((one) => one.track?.kind === "video");
    if (!sender || wanted === this.limited) return;
    const parameters = sender.getParameters();
    if (!parameters.encodings?.length) return;
    Object.assign(parameters.encodings[0], {
      maxBitrate: kbps * 1000, scaleResolutionDownBy: scale, maxFramerate: frames });
    await sender.setParameters(parameters);
    this.limited = wanted;
  }

  close() {
    this.connection?.close();
  }
}

export class Receiver {
  // `show` is called with the tracks of every feed whenever they change, `lost` when Janus answers no more.
  constructor(janus, pass, privateId, show, lost) {
    Object.assign(this, { janus, pass, privateId, show, lost });
    this.streams = [];
    this.work = Promise.resolve();
  }

  // Gets exactly these [feed, mid] from now on. Changes are made one after the other.
  want(pairs) {
    this.wanted = pairs;
    this.queue(() => this.change());
  }

  queue(step) {
    this.work = this.work.then(step).catch((error) => {
      console.warn("receiver:", error.message);
      if (error.message === NO_ANSWER) this.lost();
    });
    return this.work;
  }

  async change() {
    const key = (feed, mid) => `${feed}/${mid}`;
    const active = this.streams.filter((stream) => stream.active && stream.feed_id);
    const now = new Map(active.map((stream) => [key(stream.feed_id, stream.feed_mid), stream]));
    const wanted = new Map(this.wanted.map(([feed, mid]) => [key(feed, mid), { feed, mid }]));
    const subscribe = [...wanted].filter(([name]) => !now.has(name)).map(([, one]) => one);
    const unsubscribe = [...now].filter(([name]) => !wanted.has(name)).map(([, one]) => ({ sub_mid: one.mid }));
    if (!subscribe.length && !unsubscribe.length) return;
    if (!this.handle) return this.first(subscribe);
    const more = { ...(subscribe.length && { subscribe }), ...(unsubscribe.length && { unsubscribe }) };
    const answer = await this.handle.ask({ request: "update", ...more });
    return this.answer(answer.data, answer.jsep);
  }

  // A feed may have gone meanwhile: then nothing is kept, and the next round begins anew.
  async first(streams) {
    const handle = await this.janus.attach((data, jsep) => this.queue(() => this.answer(data, jsep)));
    this.connection = new RTCPeerConnection(this.pass.ice);
    this.connection.onicecandidate = (event) => handle.trickle(event.candidate ?? { completed: true });
    this.handle = handle;
    const join = { request: "join", ptype: "subscriber", room: this.pass.room, private_id: this.privateId, streams };
    try {
      const answer = await handle.ask(join);
      await this.answer(answer.data, answer.jsep);
    } catch (error) {
      this.connection.close();
      this.handle = this.connection = null;
      throw error;
    }
  }

  async answer(data, jsep) {
    if (!this.connection) return;
    if (data.streams) this.streams = data.streams;
    if (jsep) {
      await this.connection.setRemoteDescription(jsep);
      await this.connection.setLocalDescription();
      await this.handle.ask({ request: "start", room: this.pass.room }, this.connection.localDescription);
    }
    this.place();
  }

  place() {
    const tracks = new Map();
    const receivers = new Map(this.connection.getTransceivers().map((one) => [one.mid, one.receiver]));
    for (const stream of this.streams.filter((one) => one.active && one.feed_id)) {
      const track = receivers.get(stream.mid)?.track;
      if (track) tracks.set(stream.feed_id, [...(tracks.get(stream.feed_id) ?? []), track]);
    }
    this.show(tracks);
  }

  close() {
    this.connection?.close();
  }
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const COUNTED = 20; // packets of a stream in one interval, below which its loss says nothing

// Sums up what two connections' statistics say since the last time: kbit/s, share of lost packets, jitter in ms.
// `common` is what the streams lose alike: what this line loses, and not what one venue's line lost on the way up.
export class Meter {
  constructor() {
    this.before = null;
  }

  async read(connections) {
    const sum = { up: 0, down: 0, got: 0, lost: 0, jitter: 0, at: performance.now(), streams: new Map() };
    for (const connection of connections.filter(Boolean)) {
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type === "outbound-rtp") sum.up += entry.bytesSent + (entry.headerBytesSent ?? 0);
        if (entry.type !== "inbound-rtp") continue;
        sum.down += entry.bytesReceived + (entry.headerBytesReceived ?? 0);
        sum.got += entry.packetsReceived;
        sum.lost += entry.packetsLost;
        sum.streams.set(entry.id, { got: entry.packetsReceived, lost: entry.packetsLost });
        sum.jitter = Math.max(sum.jitter, entry.jitter * 1000);
      }
    }
    const before = this.before;
    this.before = sum;
    if (!before) return null;
    const seconds = (sum.at - before.at) / 1000;
    const packets = sum.got - before.got + (sum.lost - before.lost);
    const rate = (now, then) => Math.max(0, Math.round(((now - then) * 8) / 1000 / seconds));
    return {
      up: rate(sum.up, before.up),
      down: rate(sum.down, before.down),
      loss: packets > 0 ? Math.max(0, ((sum.lost - before.lost) / packets) * 100) : 0,
      lost: Math.max(0, sum.lost),
      jitter: sum.jitter,
      common: this.common(before.streams, sum.streams),
    };
  }

  common(before, now) {
    const shares = [];
    for (const [id, { got, lost }] of now) {
      const then = before.get(id) ?? { got: 0, lost: 0 };
      const all = got - then.got + (lost - then.lost);
      if (all >= COUNTED) shares.push(Math.max(0, ((lost - then.lost) / all) * 100));
    }
    return median(shares);
  }
}
