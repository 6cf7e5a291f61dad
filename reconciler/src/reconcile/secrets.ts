import { namespaceObstacle } from './namespaces.js';
import type { Desired } from './ownership.js';
import type { Run } from './run.js';

/** Makes the Secrets that are made once. */
export async function makeSecrets(run: Run, namespaces: ReadonlyMap<string, Desired>): Promise<void> {
  const { controller, cluster, owner, journal } = run;
  const secrets = await journal.attempt('secrets', 'RenderFailed', () => controller.secrets?.(owner) ?? []);
  for (const secret of secrets.result ?? []) {
    const { name, namespace = owner.metadata.namespace } = secret;
    // Once the namespace is there it is made.
    if (namespaceObstacle({ metadata: { name, namespace } }, namespaces, owner, cluster)) continue;
    const what = `Secret ${namespace}/${name}`;
    const made = await journal.attempt(what, 'ApplyFailed', () => cluster.makeSecret(owner, secret));
    if (!made.result) continue;
    cluster.report(owner, { reason: 'SecretCreated', message: what, about: 'step' });
    journal.changes.push(`created ${what}`);
  }
}
