/** The SIP stack's face: what services, and other projects, import. */

export { Agent, type AgentLog, type AgentOptions, type InviteOptions, type RequestSendOptions } from './agent/agent.ts';
export type { RequestOptions } from './agent/create-request.ts';
export { AckTimeoutError, AgentClosedError, CallCancelledError, CallLostError, CallRejectedError, RequestAbortedError } from './agent/errors.ts';
export { IncomingCall, type AcceptOptions } from './agent/incoming-call.ts';
export { OutgoingCall, type Answer } from './agent/outgoing-call.ts';
export type { CallHandler, HandlerOptions } from './agent/user-agent-server.ts';
export { Dialog, type DialogRequestOptions } from './dialog/dialog.ts';
export { DialogEndedError, InvitePendingError, type DialogEnd } from './dialog/errors.ts';
export { IncomingRequest, type ReplyOptions, type RequestHandler } from './dialog/incoming-request.ts';
export { DEFAULT_SIP_PORT, requestAddress, uriAddress } from './dialog/next-hop.ts';
export { DigestClient, type DigestClientOptions } from './digest/client.ts';
export { DigestServer, type DigestServerOptions, type Verdict } from './digest/server.ts';
export { sessionExpires, supportsTimer, type SessionExpires, type SessionTimerPolicy } from './dialog/session-timer.ts';
export { SystemDns, type Dns } from './locating/dns.ts';
export { inDomain, inList, type Find, type FindOptions, type FoundServer } from './locating/find.ts';
export { Servers, type ServersOptions } from './locating/servers.ts';
export type { SrvRecord } from './locating/srv-order.ts';
export { formatNameAddress, NameAddress, parseNameAddress } from './message/address.ts';
export { formatHostPort, parseHostPort } from './message/host.ts';
export { Headers } from './message/headers.ts';
export { SipMessage, SipRequest, SipResponse } from './message/message.ts';
export { reasonPhrase } from './message/status.ts';
export { SipSyntaxError } from './message/syntax-error.ts';
export { formatUri, parseUri, sameUri, sipUri, type Uri } from './message/uri.ts';
export { formatVia, parseVia, Via } from './message/via.ts';
export { MalformedMessageError } from './parser/malformed-message-error.ts';
export { isKeepAlive, parseMessage } from './parser/parser.ts';
export { validate } from './parser/validate.ts';
export { serialize } from './serializer/serializer.ts';
export { Notifier, type NotifierOptions } from './subscription/notifier.ts';
export {
  ServerSubscription,
  type NotifyBody,
  type NotifyContent,
  type SubscriptionEnd,
  type SubscriptionRecord,
  type TerminationReason,
} from './subscription/server-subscription.ts';
export { SERVER_DOWN, Subscription, SubscriptionRejectedError } from './subscription/subscription.ts';
export { systemClock, type Cancel, type Clock } from './timing/clock.ts';
export { systemRandom, type RandomSource } from './timing/random.ts';
export { Proxy, type Disposition, type ProxyOptions } from './proxy/proxy.ts';
export type { RelayHooks, Relaying, Target } from './proxy/response-context.ts';
export { RFC3261_TIMERS, transactionLifetime, type Timers } from './timing/timers.ts';
export type { ClientTransaction, ClientTransactionUser } from './transaction/client.ts';
export { TooManyTransactionsError, TransactionTimeoutError } from './transaction/errors.ts';
export { TransactionLayer, type StatelessAnswer, type TransactionLayerOptions, type TransactionLimits } from './transaction/layer.ts';
export { createResponse, type HeaderValues, type ResponseOptions } from './transaction/responses.ts';
export type { ServerTransaction, ServerTransactionUser } from './transaction/server.ts';
export type { TransactionStats } from './transaction/stats.ts';
export { TransportError, type Address, type Transport } from './transport/transport.ts';
export { UdpTransport, type UdpTransportOptions } from './transport/udp-transport.ts';
