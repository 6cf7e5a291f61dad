import type { Instance } from '../resource/resolve.js';
import { type Endpoint, endpoints } from '../server/endpoints.js';
import { portsOf } from './effective.js';

/** Ports of pods and Services alike. */
export function endpointPorts(instance: Instance, name: Endpoint) {
  const { protocols } = endpoints[name];
  const port = portsOf(instance)[name];
  const of = (protocol: string) => (protocol === protocols[0] ? name : `${name}-${protocol.toLowerCase()}`);
  return protocols.map((protocol) => ({ name: of(protocol), port, protocol }));
}
