import type { Container } from 'kubernetes-types/core/v1.js';
import { effectiveOf } from '../../render/effective.js';
import { environment } from '../../render/environment.js';
import type { Settings } from '../../resource/effective/doors.js';
import { type Effective, effective } from '../../resource/effective/effective.js';
import type { Instance } from '../../resource/resolve.js';
import { parseVersion } from '../../server/version.js';
import { consents, generationOf } from '../consent.js';
import { templateThatRuns } from '../pods/pods.js';
import type { View } from '../view.js';

/** Of a Nacos: its uid and the generation whose spec may name another database, since the same data is there. */
const databaseAnnotation = 'nacos.io/database-moved';

const variables = ['MYSQL_SERVICE_HOST', 'MYSQL_SERVICE_PORT', 'MYSQL_SERVICE_DB_NAME'];

/**
 * Why servers that have run must not go to another database than those of their StatefulSet use, by whatever door it is
 * set: it may be an empty one, and during the roll members would write to different ones. Whether the same data is
 * there only a human can know.
 */
export function databaseObstacle({ nacos, instance, observed, version }: View): string | undefined {
  const containers = templateThatRuns(observed)?.spec?.containers;
  const live = containers?.find(({ name }) => name === instance.names.container);
  if (!version || !live || consents(nacos, databaseAnnotation, nacos)) return undefined;
  const change = changeOf(instance, live, version);
  if (!change) return undefined;
  const { name, namespace } = nacos.metadata;
  const known = generationOf(nacos, `nacos ${name} -n ${namespace}`);
  return `spec.database: servers use ${change.former}, and ${change.next} may hold other data, or none; set it back, or, once the same data is there, kubectl annotate nacos ${name} -n ${namespace} --overwrite ${databaseAnnotation}=${known}`;
}

/** A URL may hold a password: it is not shown. */
function changeOf(instance: Instance, live: Container, version: string) {
  const running = parseVersion(version);
  const was = running && effective(live as Settings, running);
  const is = effectiveOf(instance);
  // What comes by reference is not known.
  const known = was && [was, is].every(({ closed }) => closed.length === 0);
  const differs = (of: (one: Effective['database']) => string | undefined) => {
    const [before, after] = [was && of(was.database), of(is.database)];
    return known && before !== undefined && after !== undefined && before !== after;
  };
  if (differs(({ platform }) => platform))
    return { former: platformOf(was?.database.platform), next: platformOf(is.database.platform) };
  if (differs(urlOf)) {
    const { url } = was?.database ?? {};
    return { former: url ? 'a JDBC URL' : 'no JDBC URL of their own', next: is.database.url ? 'another one' : 'none' };
  }
  return instance.database.type === 'mysql' ? changedVariables(instance, live) : undefined;
}

function platformOf(platform: string | undefined): string {
  return platform || 'the embedded database';
}

/** Without its parameters, which name no data; empty where there is none, undefined where it is not known. */
function urlOf({ url }: Effective['database']): string | undefined {
  if (!url) return '';
  return url.from ? JSON.stringify(url.from) : url.value?.split('?')[0];
}

function changedVariables(instance: Instance, { env: live }: Container) {
  const desired = environment(instance);
  const value = (variable: string, of: typeof desired = []) => of.find((one) => one.name === variable)?.value;
  const changed = variables.filter((one) => value(one, live) && value(one, desired) !== value(one, live));
  const [former, next] = [live, desired].map((of) => changed.map((one) => value(one, of) ?? 'by reference').join(' '));
  return changed.length > 0 ? { former, next } : undefined;
}
