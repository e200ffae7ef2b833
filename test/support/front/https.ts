/** One request over HTTPS that believes one certificate only. */
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { TLSSocket } from 'node:tls';

export interface HttpsAnswer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
  /** Of the certificate that was shown, SHA-256. */
  fingerprint: string;
}

/** @param ca the certificate to be believed, PEM */
export function ask(url: string, ca: string, { body, ...options }: RequestOptions & { body?: string } = {}): Promise<HttpsAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca, agent: false, ...options }, (response) => {
      let text = '';
      const fingerprint = response.socket instanceof TLSSocket ? response.socket.getPeerCertificate().fingerprint256 : '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text, fingerprint }));
    });
    sent.on('error', reject).end(body);
  });
}
