"""publish.py ENDPOINT [TOKEN]: publishes by WHIP a picture that is red and blue by turns, each a second long, and a tone, until it is told to end (SIGTERM)."""
import asyncio
import fractions
import math
import signal
import sys

import numpy
from aiortc import MediaStreamTrack, VideoStreamTrack
from av import AudioFrame, VideoFrame

from whip import begin, connection, request, say

WIDTH, HEIGHT = 320, 240
RED, BLUE = (220, 20, 20), (20, 20, 220)
RATE, SAMPLES = 48000, 960


class Colours(VideoStreamTrack):
    async def recv(self):
        pts, time_base = await self.next_timestamp()
        colour = RED if int(pts * time_base) % 2 == 0 else BLUE
        frame = VideoFrame.from_ndarray(numpy.full((HEIGHT, WIDTH, 3), colour, dtype=numpy.uint8), format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        return frame


class Tone(MediaStreamTrack):
    kind = "audio"

    def __init__(self):
        super().__init__()
        self.sent = 0
        self.start = None

    async def recv(self):
        loop = asyncio.get_running_loop()
        self.start = self.start or loop.time()
        await asyncio.sleep(max(0, self.start + self.sent / RATE - loop.time()))
        phase = 2 * math.pi * 440 / RATE * numpy.arange(self.sent, self.sent + SAMPLES)
        frame = AudioFrame.from_ndarray((numpy.sin(phase) * 12000).astype(numpy.int16).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.sent, fractions.Fraction(1, RATE)
        self.sent += SAMPLES
        return frame


async def main(endpoint, token=""):
    pc = connection()
    pc.addTransceiver(Tone(), direction="sendonly")
    pc.addTransceiver(Colours(), direction="sendonly")
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    session = await begin(pc, endpoint, token)
    await told.wait()
    status, _, _ = await request("DELETE", session, token)
    say(deleted=status)
    await pc.close()


asyncio.run(main(*sys.argv[1:]))
