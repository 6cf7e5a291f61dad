import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  streamDecode,
  streamEncode,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import type { Api } from '../cluster/api.js';
import { DnsNames } from './dns-names.js';

const nameError = 3;
const longestDatagram = 512;

/** Serves the names of the cluster on port 53 of an address; every other name does not exist. */
export async function serveNames(api: Api, address: string, signal: AbortSignal): Promise<void> {
  const names = new DnsNames();
  await api.follow('/api/v1/services', (event) => names.service(event as never), signal);
  await api.follow('/apis/discovery.k8s.io/v1/endpointslices', (event) => names.endpointSlice(event as never), signal);

  const datagrams = createSocket('udp4').on('message', (message, { address: from, port }) => {
    const answer = answered(names, message, decode);
    if (!answer) return;
    const bytes = encode(answer);
    const truncated = { ...answer, answers: [], flags: (answer.flags ?? 0) | TRUNCATED_RESPONSE };
    datagrams.send(bytes.length > longestDatagram ? encode(truncated) : bytes, port, from);
  });
  const streams = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const answer = answered(names, received, streamDecode);
        received = received.subarray(2 + received.readUInt16BE(0));
        if (answer) socket.write(streamEncode(answer));
      }
    });
  });
  await Promise.all([
    new Promise<void>((resolve, reject) => datagrams.once('error', reject).bind(53, address, resolve)),
    new Promise<void>((resolve, reject) => streams.once('error', reject).listen(53, address, resolve)),
  ]);
}

/** Undefined for what is not a question. */
function answered(names: DnsNames, message: Buffer, read: (message: Buffer) => Packet | null): Packet | undefined {
  let packet: Packet | null;
  try {
    packet = read(message);
  } catch {
    return undefined;
  }
  const question = packet?.questions?.[0];
  if (packet?.type !== 'query' || !question) return undefined;
  const answers = names.answer(question);
  const flags = ((packet.flags ?? 0) & recursionDesired) | AUTHORITATIVE_ANSWER | (answers ? 0 : nameError);
  return { type: 'response', id: packet.id, flags, questions: [question], answers: answers ?? [] };
}

const recursionDesired = 1 << 8;
