"""HTTP's side of WHIP and WHEP for aiortc: an offer is posted, its answer taken, the session deleted."""
import asyncio
import json
import sys
import urllib.error
import urllib.request
from urllib.parse import urljoin

import aioice.ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

# Tests keep to loopback, which aioice passes over unless told otherwise.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"] if use_ipv4 else []


def connection():
    """A peer connection that asks no server of a stranger's for its address."""
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def say(**fields):
    """Tells the test something: a line of JSON."""
    print(json.dumps(fields), flush=True)


def _request(method, url, token, body=None, content_type=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if content_type:
        headers["Content-Type"] = content_type
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


async def request(method, url, token="", body=None, content_type=None):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, _request, method, url, token, body, content_type)


async def begin(pc, endpoint, token):
    """Posts pc's offer and takes the answer. Returns the session's address."""
    await pc.setLocalDescription(await pc.createOffer())
    status, headers, body = await request("POST", endpoint, token, pc.localDescription.sdp.encode(), "application/sdp")
    if status != 201:
        say(refused=status, body=body)
        sys.exit(0)
    await pc.setRemoteDescription(RTCSessionDescription(sdp=body, type="answer"))
    session = urljoin(endpoint, headers["Location"])
    say(began=status, type=headers["Content-Type"], session=session)
    return session
