/** By which ways media may come and go, as a connection is told when it is made. */
export type IceSettings = Required<Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>>;
