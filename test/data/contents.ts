import fc from 'fast-check';
import type { Item } from '../../lib/data/item.js';
import { md5, nameOf } from '../../lib/data/item.js';

/** Contents that a copy could spoil. */
export const contents = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  fc.constantFrom('a\r\nb\r\n', '\n', '\u2028\u2029', 'a=%25&b=#+c', '\ufeffbom', '二'.repeat(3000), '😀\u0000end', ''),
  fc.integer({ min: 90_000, max: 110_000 }).map((length) => 'x%#\r\n'.repeat(length / 5)),
);

const word = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,12}$/);
/** What Nacos would not take, an archive must keep. */
const key = fc.oneof(word, fc.constantFrom('a%2Fb', 'a/b', '#c', '100%', '文.yaml'));
const metadata = fc.dictionary(word, fc.string(), { maxKeys: 3 });

const configuration = fc
  .record(
    {
      namespace: key,
      group: key,
      dataId: key,
      content: contents,
      type: fc.constantFrom('text', 'yaml', 'json'),
      description: fc.string({ minLength: 1 }),
      tags: word,
      application: word,
      encryptedDataKey: word,
      author: word,
      beta: fc.record({ content: contents, addresses: fc.constant('10.0.0.1,10.0.0.2') }),
    },
    { requiredKeys: ['namespace', 'group', 'dataId', 'content', 'type'] },
  )
  .map(
    ({ beta, ...one }): Item => ({
      kind: 'configuration',
      ...one,
      md5: md5(one.content),
      ...(beta && { beta: { ...beta, md5: md5(beta.content) } }),
    }),
  );

const service = fc.record({ namespace: word, group: word, name: key, metadata, ephemeral: fc.boolean() }).map(
  (one): Item => ({
    kind: 'service',
    ...one,
    protectThreshold: 0.5,
    selector: { type: 'none' },
    clusters: [],
    instances: [{ cluster: 'DEFAULT', ip: '10.0.0.1', port: 80, weight: 1, enabled: true, metadata: one.metadata }],
  }),
);

/** Of all kinds, each name once. */
export const items: fc.Arbitrary<Item[]> = fc.uniqueArray(
  fc.oneof(
    { weight: 5, arbitrary: configuration },
    service,
    fc.record({ id: key, name: fc.string() }).map((one): Item => ({ kind: 'namespace', ...one })),
    key.map((username): Item => ({ kind: 'user', username })),
    fc.record({ role: key, username: key }).map((one): Item => ({ kind: 'role', ...one })),
    fc
      .record({ role: key, resource: key, action: fc.constantFrom('r', 'w', 'rw') })
      .map((one): Item => ({ kind: 'permission', ...one })),
  ),
  { selector: nameOf, maxLength: 30 },
);
