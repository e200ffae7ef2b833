import { signaling } from '../support/interop/proxies.ts';
import { callThrough } from './sipp-through-proxy.ts';

callThrough(signaling);
