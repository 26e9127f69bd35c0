#!/usr/bin/env python3
"""A WebRTC phone for the system tests: aiortc for the media, a few lines of SIP over UDP for the rest.

It calls a number (--call) or registers and waits for a call (--answer), sends a tone, listens for the given time and
prints one line of JSON: what it heard (strongest of the frequencies given, its level), and how the media was secured.
Exit status 0 when a call was up. Everything stays on loopback.
"""
import argparse
import array
import asyncio
import fractions
import hashlib
import json
import math
import re
import secrets
import sys
import time

import aioice.ice

# aioice offers every address of the machine but loopback; the tests want only that.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription  # noqa: E402
from aiortc.rtcrtpsender import RTCRtpSender  # noqa: E402
from av import AudioFrame, AudioResampler  # noqa: E402


class ToneTrack(MediaStreamTrack):
    """A sine at 48 kHz, paced by the clock."""

    kind = "audio"
    RATE = 48000
    SAMPLES = 960

    def __init__(self, hertz):
        super().__init__()
        self.step = 2 * math.pi * hertz / self.RATE
        self.position = 0
        self.start = None

    async def recv(self):
        if self.start is None:
            self.start = time.monotonic()
        wait = self.start + self.position / self.RATE - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        samples = array.array(
            "h", (int(16000 * math.sin(self.step * (self.position + i))) for i in range(self.SAMPLES)))
        frame = AudioFrame(format="s16", layout="mono", samples=self.SAMPLES)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = self.RATE
        frame.pts = self.position
        frame.time_base = fractions.Fraction(1, self.RATE)
        self.position += self.SAMPLES
        return frame


class Ear:
    """Collects what a track brings, as 8 kHz mono."""

    RATE = 8000

    def __init__(self):
        self.samples = array.array("h")

    async def listen(self, track):
        resampler = AudioResampler(format="s16", layout="mono", rate=self.RATE)
        try:
            while True:
                for frame in resampler.resample(await track.recv()):
                    self.samples.frombytes(bytes(frame.planes[0])[: 2 * frame.samples])
        except Exception:  # the track ends with the call
            return

    def report(self, frequencies):
        # The second half: by then every buffer on the way has filled.
        heard = self.samples[len(self.samples) // 2:]
        if not heard:
            return {"heardHertz": None, "levelDecibels": None, "seconds": 0.0}
        powers = {hertz: self.power(heard, hertz) for hertz in frequencies}
        strongest = max(powers, key=powers.get)
        total = sum(s * s for s in heard) / len(heard)
        return {
            "heardHertz": strongest if powers[strongest] > 0.5 * total > 0 else None,
            "levelDecibels": round(10 * math.log10(total / 32768 ** 2), 1) if total else None,
            "seconds": round(len(self.samples) / self.RATE, 2),
        }

    def power(self, samples, hertz):
        """Mean power of one frequency (Goertzel)."""
        factor = 2 * math.cos(2 * math.pi * hertz / self.RATE)
        first = second = 0.0
        for sample in samples:
            first, second = sample + factor * first - second, first
        energy = first * first + second * second - factor * first * second
        return 2 * energy / len(samples) ** 2


class SIP(asyncio.DatagramProtocol):
    """Just enough of a user agent for one registration and one call at a time."""

    def __init__(self, options):
        self.options = options
        self.inbox = asyncio.Queue()
        self.tag = secrets.token_hex(6)
        self.call_id = secrets.token_hex(8)
        self.cseq = 0

    def connection_made(self, transport):
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data, address):
        head, _, body = data.decode().partition("\r\n\r\n")
        lines = head.split("\r\n")
        fields = [line.split(":", 1) for line in lines[1:] if ":" in line]
        self.inbox.put_nowait((lines[0], [(n.strip().lower(), v.strip()) for n, v in fields], body))

    def uri(self, user=None):
        return f"sip:{user + '@' if user else ''}{self.options.host}:{self.options.port}"

    def send(self, lines, body=""):
        kind = ["Content-Type: application/sdp"] if body else []
        text = "\r\n".join(lines + kind + [f"Content-Length: {len(body.encode())}", "", body])
        self.transport.sendto(text.encode(), (self.options.host, self.options.port))

    def request(self, method, uri, to, cseq, extra=(), body="", branch=None):
        branch = branch or "z9hG4bK" + secrets.token_hex(8)
        self.send([
            f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch};rport",
            "Max-Forwards: 70", f"From: <{self.uri(self.options.user)}>;tag={self.tag}", f"To: {to}",
            f"Call-ID: {self.call_id}", f"CSeq: {cseq} {method}",
            f"Contact: <sip:{self.options.user}@127.0.0.1:{self.port}>", *extra], body)
        return branch

    def credentials(self, method, uri, challenge, name):
        value = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.split(" ", 1)[1]))
        digest = lambda text: hashlib.md5(text.encode()).hexdigest()  # noqa: E731
        first = digest(f"{self.options.user}:{value['realm']}:{self.options.password}")
        client = secrets.token_hex(8)
        answer = digest(f"{first}:{value['nonce']}:00000001:{client}:auth:{digest(f'{method}:{uri}')}")
        return (f'{name}: Digest username="{self.options.user}", realm="{value["realm"]}", nonce="{value["nonce"]}", '
                f'uri="{uri}", response="{answer}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{client}"')

    async def next(self, accept):
        while True:
            message = await asyncio.wait_for(self.inbox.get(), 20)
            if accept(message):
                return message

    async def transact(self, method, uri, to, extra=(), body=""):
        """Sends a request, with credentials when asked for them; returns the final response."""
        credentials = []
        for _ in range(2):
            self.cseq += 1
            cseq = f"{self.cseq} {method}"
            branch = self.request(method, uri, to, self.cseq, [*extra, *credentials], body)
            start, fields, answer = await self.next(
                lambda m: m[0].startswith("SIP/2.0") and dict(m[1])["cseq"] == cseq
                and int(m[0].split()[1]) >= 200)
            status = int(start.split()[1])
            fields_map = dict(fields)
            if method == "INVITE" and status >= 300:
                self.request("ACK", uri, fields_map["to"], self.cseq, branch=branch)
            if status not in (401, 407):
                return status, fields, answer
            name = "Authorization" if status == 401 else "Proxy-Authorization"
            challenge = fields_map["www-authenticate" if status == 401 else "proxy-authenticate"]
            credentials = [self.credentials(method, uri, challenge, name)]
        return status, fields, answer

    def respond(self, request, status, phrase, extra=(), body=""):
        fields = [f"{name.title()}: {value}" for name, value in request[1] if name in ("via", "from", "call-id", "cseq")]
        to = dict(request[1])["to"]
        self.send([f"SIP/2.0 {status} {phrase}", *fields, f"To: {to if 'tag=' in to else to + ';tag=' + self.tag}",
                   *extra], body)


async def call(sip, pc, options):
    await pc.setLocalDescription(await pc.createOffer())
    to = f"<{sip.uri(options.call)}>"
    status, fields, body = await sip.transact(
        "INVITE", sip.uri(options.call), to, body=pc.localDescription.sdp)
    if status != 200:
        raise SystemExit(f"call refused: {status}")
    fields = dict(fields)
    target = re.search(r"<([^>]+)>", fields["contact"]).group(1)
    sip.request("ACK", target, fields["to"], sip.cseq)
    await pc.setRemoteDescription(RTCSessionDescription(sdp=body, type="answer"))
    return target, fields["to"]


async def answer(sip, pc, options):
    status, _, _ = await sip.transact(
        "REGISTER", sip.uri(), f"<{sip.uri(options.user)}>", extra=["Expires: 300"])
    if status != 200:
        raise SystemExit(f"registration refused: {status}")
    print("registered", flush=True)
    invite = await sip.next(lambda m: m[0].startswith("INVITE"))
    await pc.setRemoteDescription(RTCSessionDescription(sdp=invite[2], type="offer"))
    await pc.setLocalDescription(await pc.createAnswer())
    sip.respond(invite, 200, "OK", [f"Contact: <sip:{options.user}@127.0.0.1:{sip.port}>"], pc.localDescription.sdp)
    await sip.next(lambda m: m[0].startswith("ACK"))
    fields = dict(invite[1])
    sip.call_id, caller = fields["call-id"], fields["from"]
    target = re.search(r"<([^>]+)>", fields["contact"]).group(1)
    return target, caller


async def run(options):
    loop = asyncio.get_running_loop()
    transport, sip = await loop.create_datagram_endpoint(lambda: SIP(options), local_addr=("127.0.0.1", 0))
    pc = RTCPeerConnection()
    ear = Ear()
    pc.on("track", lambda track: asyncio.ensure_future(ear.listen(track)))
    tone = pc.addTransceiver(ToneTrack(options.tone))
    if options.codec:
        codecs = RTCRtpSender.getCapabilities("audio").codecs
        tone.setCodecPreferences([c for c in codecs if c.mimeType.lower() == f"audio/{options.codec.lower()}"])
    dialog = await (call if options.call else answer)(sip, pc, options)
    for _ in range(1000):
        if pc.connectionState == "connected":
            break
        await asyncio.sleep(0.01)
    print("established" if pc.connectionState == "connected" else f"media {pc.connectionState}", flush=True)
    await asyncio.sleep(options.seconds)
    result = ear.report(options.listen)
    result["media"] = pc.connectionState
    result["codec"] = pc.getTransceivers()[0]._codecs[0].mimeType if pc.getTransceivers()[0]._codecs else None
    if not options.waits:
        sip.cseq += 1
        sip.request("BYE", dialog[0], dialog[1], sip.cseq)
        await sip.next(lambda m: m[0].startswith("SIP/2.0 200"))
    else:
        sip.respond(await sip.next(lambda m: m[0].startswith("BYE")), 200, "OK")
    await pc.close()
    transport.close()
    print(json.dumps(result), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--call", help="number to call")
    parser.add_argument("--answer", action="store_true", help="register and answer one call")
    parser.add_argument("--tone", type=float, default=700, help="what to send, in Hz")
    parser.add_argument("--listen", type=float, nargs="+", default=[1000.0, 700.0], help="what to listen for, in Hz")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--codec", help="only this one: opus, PCMU, PCMA, G722")
    parser.add_argument("--waits", action="store_true", help="the other side hangs up")
    options = parser.parse_args()
    if bool(options.call) == options.answer:
        parser.error("say --call NUMBER or --answer")
    try:
        asyncio.run(run(options))
    except asyncio.TimeoutError:
        sys.exit("no answer within 20 seconds")


if __name__ == "__main__":
    main()
