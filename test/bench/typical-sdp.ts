/** The descriptions that a call through the daemon carries: a browser's offer as front sends it on, an answer of like size. */
import { compact, formatSdp, keepCodecs, parseSdp } from '../../shared/sdp/index.ts';
import { offerOf } from '../support/sdp-fixtures.ts';

export const TYPICAL_OFFER = formatSdp(compact(keepCodecs(parseSdp(offerOf('chromium')), { audio: ['opus'], video: ['VP8'] })));

export const TYPICAL_ANSWER = TYPICAL_OFFER.replaceAll('a=recvonly', 'a=sendonly').replaceAll('a=setup:actpass', 'a=setup:active');
