import { useEffect, useState } from 'preact/hooks';
import type { Instance } from '../src/instance.js';
import type { Events, Members } from '../src/routes/views.js';
import { call, instancePath } from './api.js';
import { useTexts, useTime } from './language.js';
import { Copy, Problem, Table } from './parts.js';

/** Milliseconds. */
const refresh = 10_000;

/** Members, events and manifest: read again when the instance changes, and from time to time. */
export function Inside({ instance }: { readonly instance: Instance }) {
  const texts = useTexts();
  const { members, events, manifest, failure } = useInside(instance);
  return (
    <>
      <h2>{texts.members}</h2>
      <Table
        caption={texts.members}
        heads={[texts.pod, texts.state, texts.ready, texts.version, texts.leads, texts.restarts, texts.node]}
        rows={members.map(({ pod, phase, state, ready, version, leaderOf, restarts, node }) => [
          pod,
          state ?? phase,
          ready ? '✓' : '–',
          version,
          leaderOf.join(', '),
          restarts,
          node,
        ])}
      />
      <EventList events={events} />
      <h2>{texts.manifest}</h2>
      <Copy text={manifest} label={texts.manifest} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{manifest}</pre>
      <Problem failure={failure} />
    </>
  );
}

function useInside({ namespace, name, resourceVersion }: Instance) {
  const path = instancePath(namespace, name);
  const [members, setMembers] = useState<Members['items']>([]);
  const [events, setEvents] = useState<Events['items']>([]);
  const [manifest, setManifest] = useState('');
  const [failure, setFailure] = useState<unknown>();
  // Another version is another state.
  useEffect(() => {
    const control = new AbortController();
    const { signal } = control;
    const fail = (error: unknown) => signal.aborted || setFailure(error);
    const load = () => {
      call<Members>('GET', `${path}/members`, { signal }).then(({ items }) => setMembers(items), fail);
      call<Events>('GET', `${path}/events`, { signal }).then(({ items }) => setEvents(items), fail);
    };
    load();
    call<string>('GET', `${path}/manifest`, { signal }).then(setManifest, fail);
    const timer = setInterval(load, refresh);
    return () => {
      clearInterval(timer);
      control.abort();
    };
  }, [path, resourceVersion]);
  return { members, events, manifest, failure };
}

function EventList({ events }: { readonly events: Events['items'] }) {
  const texts = useTexts();
  const time = useTime();
  return (
    <>
      <h2>{texts.events}</h2>
      {events.length === 0 && <p>{texts.nothing}</p>}
      {events.length > 0 && (
        <Table
          caption={texts.events}
          heads={[texts.lastSeen, texts.object, texts.reason, texts.message, texts.count]}
          rows={events.map(({ lastSeen, object, reason, message, count }) => [
            time(lastSeen),
            object,
            reason,
            message,
            count,
          ])}
        />
      )}
    </>
  );
}
