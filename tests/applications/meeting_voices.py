"""Who is heard in a meeting, counted in packets that arrive, and what a venue gets that asks Janus past our server."""

import time

from playwright.sync_api import Page

from tests.applications import meeting_people as people

SIGNALLING = """async () => {
  const socket = new WebSocket(`wss://${location.host}/janus`, 'janus-protocol');
  return await new Promise(done => { socket.onopen = () => done(true); socket.onerror = () => done(false); });
}"""
PACKETS = """(async () => {
  const own = room.receiver.streams.find(s => s.feed_id === FEED && s.type === 'audio');
  if (!own) return 0;
  const receiver = room.receiver.connection.getTransceivers().find(t => t.mid === own.mid).receiver;
  for (const e of (await receiver.getStats()).values()) if (e.type === 'inbound-rtp') return e.packetsReceived;
  return 0;
})()"""
TAMPER = """(async () => {
  const { room: number, feed, token } = room.sender.pass;
  const said = [];
  const attempt = async (handle, body) => {
    try { said.push((await handle.ask(body)).data.error ?? 'done'); } catch (error) { said.push(error.message); }
  };
  for (const track of room.stream.getAudioTracks()) track.enabled = true;
  await attempt(room.sender.handle, { request: 'moderate', room: number, id: feed, mid: '0', mute: false });
  await attempt(room.sender.handle, { request: 'enable_recording', room: number, record: true });
  await attempt(room.sender.handle, { request: 'create', room: 77 });
  await attempt(room.sender.handle, { request: 'destroy', room: number });
  const other = await room.janus.attach(() => {});
  await attempt(other, { request: 'join', ptype: 'publisher', room: number, id: feed + 1, token });
  await attempt(other, { request: 'join', ptype: 'subscriber', room: number, streams: [{ feed }] });
  const refused = await fetch('/room/act', { method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ act: 'mute-all' }) });
  return [...said, refused.status];
})()"""


def label(venue: Page) -> str:
    """Return what a venue is called in the meeting."""
    found = people.ask(venue, "room.state.seats.find(seat => seat.id === room.state.me).label")
    assert isinstance(found, str)
    return found


def _heard(listener: Page, speaker: Page) -> int:
    """Return how many packets of a venue's voice another one got so far."""
    feed = people.ask(speaker, "room.state.seats.find(seat => seat.id === room.state.me).feed")
    found = people.ask(listener, PACKETS.replace("FEED", str(feed)))
    assert isinstance(found, int)
    return found


def speaks(listener: Page, speaker: Page, *, yes: bool) -> None:
    """Wait until a venue is heard, or has not been for three seconds (of at most sixty)."""
    quiet_since, last, ends = time.monotonic(), _heard(listener, speaker), time.monotonic() + 60
    while time.monotonic() < ends:
        listener.wait_for_timeout(250)
        now = _heard(listener, speaker)
        if now > last:
            quiet_since, last = time.monotonic(), now
            if yes:
                return
        elif not yes and time.monotonic() - quiet_since > 3:
            return
    raise AssertionError(f"heard: {not yes}")


def a_tampered_page_stays_silent(first: Page, second: Page) -> None:
    """A venue that keeps sending, asks Janus to unmute it and to record, and uses its token again, gets nowhere."""
    answers = people.ask(first, TAMPER)
    assert isinstance(answers, list)
    assert len(answers) == 7
    assert "done" not in answers
    assert answers[-1] == 403
    speaks(second, first, yes=False)
