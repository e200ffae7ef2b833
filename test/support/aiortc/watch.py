"""watch.py ENDPOINT FRAMES [TOKEN]: watches by WHEP until so many pictures were decoded, tells of them, and ends the session."""
import asyncio
import sys

from aiortc.mediastreams import MediaStreamError

from whip import begin, connection, request, say


async def pictures(track, count):
    """Decodes so many pictures. Returns size, and the mean of each colour of each."""
    means = []
    size = None
    while len(means) < count:
        frame = await track.recv()
        size = [frame.width, frame.height]
        means.append([round(float(mean)) for mean in frame.to_ndarray(format="rgb24").mean(axis=(0, 1))])
    return size, means


async def sound(track, count):
    """Decodes so many pieces of sound. Returns the loudest sample."""
    loudest = 0
    for _ in range(count):
        frame = await track.recv()
        loudest = max(loudest, int(abs(frame.to_ndarray().astype("int32")).max()))
    return loudest


async def main(endpoint, count, token=""):
    pc = connection()
    receivers = {kind: pc.addTransceiver(kind, direction="recvonly").receiver for kind in ("audio", "video")}
    session = await begin(pc, endpoint, token)
    try:
        (size, means), loudest = await asyncio.gather(pictures(receivers["video"].track, int(count)), sound(receivers["audio"].track, 25))
        say(size=size, means=means, loudest=loudest)
    except MediaStreamError:
        say(ended=True)
    status, _, _ = await request("DELETE", session, token)
    say(deleted=status)
    await pc.close()


asyncio.run(main(*sys.argv[1:]))
