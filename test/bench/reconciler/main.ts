import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { WebServer } from '../../../examples/webserver/webserver.js';
import { measureEdits } from './edits.js';
import { type LifeFigures, measureLife } from './life.js';
import type { Program } from './process.js';
import { buildOperators } from './programs.js';
import { type QuietCluster, startQuietCluster } from './quiet-cluster.js';
import { rawLoop } from './raw-loop.js';
import { growthTable, type Pair, table } from './report.js';

/*
 * Our WebServer operator and controller-runtime's, in turn on one API server: see reconciler/docs/bench.md.
 */
const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000' },
    pairs: { type: 'string', default: '6' },
    edits: { type: 'string', default: '1000' },
    rest: { type: 'string', default: '60' },
    many: { type: 'string', default: '20000' },
    node: { type: 'string', default: process.execPath },
    'server-side-apply': { type: 'boolean', default: false },
    add: { type: 'boolean', default: false },
  },
});
const results = 'build/bench/reconciler.json';
const scale = { objects: Number(values.objects), rest: Number(values.rest), edits: Number(values.edits) };

async function main(): Promise<void> {
  const { ours, createOrUpdate, serverSideApply, bundleSize } = buildOperators(values.node);
  const other = values['server-side-apply'] ? serverSideApply : createOrUpdate;
  const cluster = await startQuietCluster();
  // A machine that is shared is quiet for minutes at a time: pairs may be measured one by one.
  const pairs: Pair[] = values.add && existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : [];
  try {
    await cluster.api.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', WebServer.definition);
    await served(cluster.api);
    for (let round = 1; round <= Number(values.pairs); round++) {
      const raw = await rawLoop(cluster.api, `raw-${round}`, scale.objects);
      // An API server that has just started, or is in its tenth minute, treats neither better: which goes first
      // changes.
      const order = pairs.length % 2 === 0 ? [ours, other] : [other, ours];
      const figures = await measureAll(order, cluster, round);
      pairs.push({ raw, ours: figures.get(ours)!, reference: figures.get(other)! });
      writeFileSync(results, JSON.stringify(pairs, null, 2));
      console.log(`\n${pairs.length} pairs (${other.name})\n${table(pairs, scale.objects)}`);
    }
    const many = Number(values.many);
    if (many > 0) {
      const large = await measureLife(ours, cluster, 'many', { objects: many, rest: scale.rest, leave: true });
      console.log(`\n${growthTable(large, many, pairs, scale.objects)}`);
    }
  } finally {
    await cluster.stop();
  }
  console.log(`bundle: ${bundleSize.toFixed(1)} KiB gzipped; every figure in ${results}`);
}

async function measureAll(order: readonly Program[], cluster: QuietCluster, round: number) {
  const lives: LifeFigures[] = [];
  for (const program of order) lives.push(await measureLife(program, cluster, `${program.name}-${round}`, scale));
  const edits = await measureEdits(order, cluster, `edits-${round}`, scale);
  return new Map(order.map((program, i) => [program, { ...lives[i]!, ...edits[i]! }]));
}

async function served(api: { list(path: string): Promise<unknown> }): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; ) {
    if (await api.list('/apis/my.domain/v1/webservers').catch(() => undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the API server does not serve WebServers after 30 s');
}

main();
