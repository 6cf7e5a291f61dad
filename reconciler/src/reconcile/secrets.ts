import type { GeneratedSecret } from '../controller.js';
import { TerminalError } from '../errors.js';
import { namespaceObstacle } from './namespaces.js';
import type { Desired } from './ownership.js';
import type { Run } from './run.js';

/** Makes the Secrets that are made once. */
export async function makeSecrets(run: Run, namespaces: ReadonlyMap<string, Desired>): Promise<void> {
  const { controller, cluster, owner, journal } = run;
  const secrets = await journal.attempt('secrets', 'RenderFailed', () => {
    const wanted = controller.secrets?.(owner) ?? [];
    judge(wanted, owner.metadata.namespace);
    return wanted;
  });
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

/** @throws TerminalError if one cannot be, or two are the same */
function judge(secrets: readonly GeneratedSecret[], ofOwner: string | undefined): void {
  const seen = new Set<string>();
  for (const { name, namespace = ofOwner } of secrets) {
    if (!namespace)
      throw new TerminalError('InvalidSecret', `Secret ${name} has no namespace, and neither has its owner`);
    const what = `Secret ${namespace}/${name}`;
    if (seen.has(what))
      throw new TerminalError('InvalidSecret', `${what} is twice in secrets: give one of them all keys`);
    seen.add(what);
  }
}
