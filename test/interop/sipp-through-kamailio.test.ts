/** The control: what fails here as well is the scenario's fault, or SIPp's. */
import { kamailio } from '../support/interop/proxies.ts';
import { callThrough } from './sipp-through-proxy.ts';

callThrough(kamailio);
