import { beforeEach, expect, test } from 'vitest';
import { DnsNames } from './dns-names.js';

let names: DnsNames;

function service(name: string, clusterIP: string) {
  return { metadata: { name, namespace: 'default', uid: `service-${name}` }, spec: { clusterIP } };
}

function slice(
  service: string,
  endpoints: readonly { addresses: string[]; hostname?: string; conditions?: { ready: boolean } }[],
) {
  const labels = { 'kubernetes.io/service-name': service };
  return {
    metadata: { name: `${service}-1`, namespace: 'default', uid: `slice-${service}`, labels },
    addressType: 'IPv4',
    endpoints,
  };
}

const ask = (name: string, type: 'A' | 'AAAA' | 'PTR' = 'A') =>
  names.answer({ name, type })?.map((answer) => 'data' in answer && answer.data);

beforeEach(() => {
  names = new DnsNames();
  names.service({ type: 'ADDED', object: service('client', '10.96.0.7') });
  names.service({ type: 'ADDED', object: service('web', 'None') });
  names.endpointSlice({
    type: 'ADDED',
    object: slice('web', [
      { addresses: ['10.244.1.2'], hostname: 'web-0', conditions: { ready: true } },
      { addresses: ['10.244.2.2'], hostname: 'web-1', conditions: { ready: false } },
      { addresses: ['10.244.3.2'], conditions: { ready: true } },
    ]),
  });
  names.endpointSlice({
    type: 'ADDED',
    object: slice('client', [{ addresses: ['10.244.1.2'], conditions: { ready: true } }]),
  });
});

test('a Service has the name of its cluster address, a headless one the addresses of the pods that are ready', () => {
  expect(ask('client.default.svc.cluster.local')).toEqual(['10.96.0.7']);
  expect(ask('web.default.svc.cluster.local')).toEqual(['10.244.1.2', '10.244.3.2']);
});

test('a pod of a headless Service has a name of its own, by hostname or else by address', () => {
  expect(ask('web-0.web.default.svc.cluster.local')).toEqual(['10.244.1.2']);
  expect(ask('WEB-0.Web.default.svc.cluster.local')).toEqual(['10.244.1.2']);
  expect(ask('10-244-3-2.web.default.svc.cluster.local')).toEqual(['10.244.3.2']);
  expect(ask('web-1.web.default.svc.cluster.local')).toBeUndefined();
});

test('addresses lead back to names', () => {
  expect(ask('2.1.244.10.in-addr.arpa', 'PTR')).toEqual(['web-0.web.default.svc.cluster.local']);
  expect(ask('7.0.96.10.in-addr.arpa', 'PTR')).toEqual(['client.default.svc.cluster.local']);
});

test('a name that exists has no address of another family; any other does not exist', () => {
  expect(ask('client.default.svc.cluster.local', 'AAAA')).toEqual([]);
  expect(ask('example.com')).toBeUndefined();
  expect(ask('client.default.svc.cluster.local.default.svc.cluster.local')).toBeUndefined();
});

test('an external name leads to what the other name has', () => {
  const alias = { metadata: { name: 'former', namespace: 'default', uid: 'service-former' } };
  const target = 'client.default.svc.cluster.local';
  names.service({ type: 'ADDED', object: { ...alias, spec: { externalName: target } } });
  expect(ask('former.default.svc.cluster.local')).toEqual([target, '10.96.0.7']);
  names.service({ type: 'MODIFIED', object: { ...alias, spec: { externalName: 'nacos.example.com' } } });
  expect(ask('former.default.svc.cluster.local')).toEqual(['nacos.example.com']);
});

test('a name goes with its object, and a changed address replaces the old one', () => {
  names.endpointSlice({ type: 'MODIFIED', object: slice('web', [{ addresses: ['10.244.9.9'], hostname: 'web-0' }]) });
  expect(ask('web-0.web.default.svc.cluster.local')).toEqual(['10.244.9.9']);
  names.service({ type: 'DELETED', object: service('web', 'None') });
  expect(ask('web.default.svc.cluster.local')).toBeUndefined();
});
