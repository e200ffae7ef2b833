/** What a log line is about. `callId` names the SIP call; `err` carries an Error, whose causes are logged too. */
export type LogFields = Record<string, unknown>;
