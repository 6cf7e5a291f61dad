import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Redaction, secretsOf } from '../../lib/cli/redact.js';
import { withDefaults } from '../../lib/resource/validate.js';

const word = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/);

it('a secret of a spec is shown nowhere, also not where others repeat it', () => {
  fc.assert(
    fc.property(word, word, word, word, (password, setting, variable, content) => {
      const nacos = withDefaults({
        apiVersion: 'nacos.io/v1alpha1',
        kind: 'Nacos',
        metadata: { name: 'a' },
        spec: {
          database: { type: 'mysql', mysqlHost: 'db', mysqlPassword: password },
          config: `a.b=${setting}\nserver.port=8848`,
          env: [{ name: 'OWN', value: variable }],
          initialData: { configurations: [{ dataId: 'a', content }] },
        },
      } as never);
      const redaction = new Redaction(secretsOf({ spec: nacos.spec }), ['a']);
      const event = { apiVersion: 'v1', kind: 'Event', note: `${password} ${setting} ${variable} ${content}` };
      const secret = { apiVersion: 'v1', kind: 'Secret', data: { a: 'c2VjcmV0' } };
      const shown = JSON.stringify([redaction.object(nacos), redaction.object(event), redaction.object(secret)]);
      for (const one of [password, setting, variable, content, 'c2VjcmV0']) {
        expect(shown).not.toContain(one);
        expect(shown).not.toContain(Buffer.from(one).toString('base64'));
      }
      expect(shown).toContain('"mysqlHost":"db"');
    }),
  );
});

it('a short value of a variable is hidden where it stands, and no word or name with the same letters', () => {
  const spec = {
    env: [
      { name: 'PIN', value: '123' },
      { name: 'STAGE', value: 'prod' },
    ],
    config: 'user=nacos',
  };
  const redaction = new Redaction(secretsOf({ spec }), ['prod', 'shop']);
  const containers = [{ name: 'prod', image: 'nacos/nacos-server:v2.3.2', env: spec.env }];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'prod-0', namespace: 'shop' }, spec: { containers } };
  expect(redaction.object(pod)).toEqual({
    ...pod,
    metadata: { ...pod.metadata, annotations: {} },
    spec: {
      containers: [
        {
          ...containers[0],
          env: [
            { name: 'PIN', value: '***' },
            { name: 'STAGE', value: '***' },
          ],
        },
      ],
    },
  });
});
