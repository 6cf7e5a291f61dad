import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../cluster/api.js';

/** How often the API server was asked for what, by `verb resource[/subresource]`. */
export type Requests = Readonly<Record<string, number>>;

const measured = /^(webservers|deployments|services|events)/;

/** All requests for the objects of the bench so far, except lists and watches. */
export async function countRequests(api: Api): Promise<Requests> {
  const counts: Record<string, number> = {};
  const text = await api.get<string>('/metrics');
  for (const [, labels = '', value] of text.matchAll(/^apiserver_request_total\{(.*)\} (\S+)$/gm)) {
    const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const key = `${label('verb')} ${label('resource')}${label('subresource') && `/${label('subresource')}`}`.replace(
      '//',
      '/',
    );
    if (!measured.test(label('resource')) || /LIST|WATCH|DELETECOLLECTION/.test(label('verb'))) continue;
    counts[key] = (counts[key] ?? 0) + Number(value);
  }
  return counts;
}

/** What came between two counts, without what the driver itself sends (it creates and edits WebServers). */
export function operatorRequests(before: Requests, after: Requests): Requests {
  const entries = Object.entries(after)
    .map(([key, count]) => [key, count - (before[key] ?? 0)] as const)
    .filter(([key, count]) => count > 0 && !/^\w+ webservers$/.test(key));
  return Object.fromEntries(entries);
}

/** Events aside: they are reports, not work. */
export function total(requests: Requests): number {
  return Object.entries(requests).reduce((sum, [key, count]) => (key.includes('events') ? sum : sum + count), 0);
}

/** Resolves once a second passes without a request of an operator. */
export async function quiet(api: Api): Promise<void> {
  for (let before = await countRequests(api); ; ) {
    await sleep(1000);
    const after = await countRequests(api);
    if (total(operatorRequests(before, after)) === 0) return;
    before = after;
  }
}
