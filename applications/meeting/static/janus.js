// Janus' API over one WebSocket: requests with their answers, events to whoever attached, and the keepalive.
// https://janus.conf.meetecho.com/docs/rest.html ("WebSockets interface")
const KEEPALIVE_MS = 20000;
const ANSWER_MS = 20000;
export const NO_ANSWER = "no answer";

export class Janus {
  constructor(url) {
    this.url = url;
    this.waiting = new Map();
    this.handles = new Map();
    this.onclose = () => {};
  }

  async open() {
    this.socket = new WebSocket(this.url, "janus-protocol");
    await new Promise((resolve, reject) => {
      this.socket.onopen = resolve;
      this.socket.onerror = () => reject(new Error("signalling"));
    });
    this.socket.onmessage = (message) => this.heard(JSON.parse(message.data));
    this.socket.onclose = () => this.closed();
    this.session = (await this.ask({ janus: "create" })).data.id;
    this.beat = setInterval(() => this.send({ janus: "keepalive" }), KEEPALIVE_MS);
  }

  close() {
    this.onclose = () => {};
    this.socket?.close();
    this.closed();
  }

  closed() {
    clearInterval(this.beat);
    for (const { reject } of this.waiting.values()) reject(new Error("closed"));
    this.waiting.clear();
    this.onclose();
  }

  // Returns a handle on the videoroom plugin; `heard` gets its events that answer nothing: (plugin's data, jsep).
  async attach(heard) {
    const id = (await this.ask({ janus: "attach", plugin: "janus.plugin.videoroom" })).data.id;
    this.handles.set(id, heard);
    return {
      ask: (body, jsep) => this.ask({ janus: "message", handle_id: id, body, ...(jsep && { jsep }) }),
      trickle: (candidate) => this.send({ janus: "trickle", handle_id: id, candidate }),
    };
  }

  send(message, transaction = crypto.randomUUID()) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ session_id: this.session, ...message, transaction }));
  }

  ask(message) {
    const transaction = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.settle(transaction, reject, new Error(NO_ANSWER)), ANSWER_MS);
      this.waiting.set(transaction, { resolve, reject, timer });
      this.send(message, transaction);
    });
  }

  settle(transaction, done, value) {
    clearTimeout(this.waiting.get(transaction)?.timer);
    this.waiting.delete(transaction);
    done(value);
  }

  heard(message) {
    if (message.janus === "ack") return;
    const data = message.plugindata?.data;
    const asked = this.waiting.get(message.transaction);
    if (asked) {
      const wrong = message.janus === "error" ? message.error.reason : data?.error;
      if (wrong) this.settle(message.transaction, asked.reject, new Error(wrong));
      else this.settle(message.transaction, asked.resolve, data ? { data, jsep: message.jsep } : message);
    } else if (data) {
      this.handles.get(message.sender)?.(data, message.jsep);
    } else if (message.janus === "hangup" || message.janus === "timeout") {
      this.handles.get(message.sender)?.({ videoroom: "hangup" });
    }
  }
}
