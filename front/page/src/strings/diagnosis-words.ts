/** Why no media comes, in sentences for viewers, who may pass them on to an operator; a translation replaces this file with the others. */

export const diagnosisWords = {
  noAddress: 'The streamer’s answer names no address.',
  loopbackElsewhere: (addresses: string) => `The streamer only offers ${addresses}, which is its own machine alone; its operator can start it with --media-host or --announce-ip and an address that others reach.`,
  loopbackHere: (addresses: string) =>
    `The streamer only offers ${addresses}, which Firefox never uses and other browsers use on the same machine alone; its operator can start it without --media-host, or with --announce-ip and the machine’s network address.`,
  noOwnAddress: 'This browser found no network address that it may use: an extension or a setting may keep WebRTC from the network, or the device has no network.',
  privateOnly: (addresses: string) => `The streamer only offers ${addresses}, which is reached from its own network alone; its operator can start it with --announce-ip and its public address.`,
  oneWay: (addresses: string) => `What ${addresses} sends arrives here, but nothing of this browser arrives there: a firewall lets UDP through in one direction only.`,
  noUdp: (addresses: string) => `No UDP passes between this browser and ${addresses}: a firewall or a NAT stands between.`,
  ownNetworkOnly: (count: number) => (count === 1 ? 'That address is reached from the streamer’s own network alone.' : 'Those addresses are reached from the streamer’s own network alone.'),
  relayMissing: 'Where that cannot be changed, a TURN server is needed, and none is configured (--ice-servers).',
  relaySilent: 'The TURN server that is configured did not answer either.',
  relayInVain: 'By way of the TURN server it is not reached either.',
  noKeys: 'A path was found, but streamer and browser could not agree on keys: something between them may change or drop large packets.',
};
