import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { type Scenario, scenarios, startOf } from '../server/schema-matrix.js';
import { testOnNodes } from './fixture.js';
import { database } from './manifests.js';
import { SqlSession } from './sql-session.js';

const test = testOnNodes(1);
const folder = join(__dirname, '..', 'server', 'recorded');
const recorded = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));

/**
 * All of them with `npm run soak`: otherwise from the tables of each real server to the newest, and who has few rights.
 */
function isQuick({ name }: Scenario): boolean {
  return !name.includes('killed') && (/^(upstream's|nothing).*→ 3\.3\.0/.test(name) || !name.includes('→'));
}

const chosen = scenarios(recorded.map(startOf)).filter((one) => process.env.SOAK === 'true' || isQuick(one));

const databases = { MariaDB: ['mariadb:10.11', 'mariadb'], MySQL: ['mysql:9', 'mysql'] } as const;

describe.for(Object.entries(databases))('our schema in real %s', ([name, [image, client]]) => {
  const pod = name.toLowerCase();
  let session: SqlSession;

  test.beforeAll(async ({ cluster }) => {
    await cluster.apply(...database(pod, image, 'root'));
    await cluster.podReady(pod, 120);
    session = new SqlSession(cluster.controlPlane, pod, client);
  });

  test.afterAll(() => session.end());

  test.for(chosen)('$name', ({ run }) => run(session.query));
});
