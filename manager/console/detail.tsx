import { useEffect, useState } from 'preact/hooks';
import { call, type Event, type Instance, instancePath, type Member } from './api.js';
import { Change } from './change.js';
import type { Live } from './live.js';
import { Ask, Copy, Phase, Problem, Table } from './parts.js';
import { Remove } from './remove.js';
import { texts, time } from './texts.js';

const refresh = 10_000;

export function Detail({
  live,
  namespace,
  name,
}: {
  readonly live: Live;
  readonly namespace: string;
  readonly name: string;
}) {
  const instance = live.instances?.find((candidate) => candidate.namespace === namespace && candidate.name === name);
  if (instance) return <Shown instance={instance} />;
  return (
    <>
      <h1>{name}</h1>
      {live.failure ? (
        <Problem failure={live.failure} />
      ) : (
        <p role="status">{live.instances ? texts.gone : texts.loading}</p>
      )}
    </>
  );
}

function Shown({ instance }: { readonly instance: Instance }) {
  const { namespace, name, phase, spec, status, endpoints, createdAt } = instance;
  const [opened, setOpened] = useState<'' | 'change' | 'remove' | 'restart'>('');
  const [failure, setFailure] = useState<unknown>();
  const path = instancePath(namespace, name);
  const act = (verb: string) => call('POST', `${path}:${verb}`).then(() => setFailure(undefined), setFailure);
  const close = () => setOpened('');
  return (
    <>
      <h1>
        {namespace} / {name}
      </h1>
      <p role="status">
        <Phase phase={phase} paused={spec.paused} />
      </p>
      <div class="row">
        <button type="button" onClick={() => setOpened('change')}>
          {texts.change}
        </button>
        <button type="button" disabled={spec.paused} onClick={() => setOpened('restart')}>
          {texts.restart}
        </button>
        <button type="button" onClick={() => act(spec.paused ? 'resume' : 'pause')}>
          {spec.paused ? texts.resume : texts.pause}
        </button>
        <button type="button" class="danger" onClick={() => setOpened('remove')}>
          {texts.remove}
        </button>
      </div>
      <Problem failure={failure} />
      {opened === 'change' && <Change instance={instance} onClose={close} />}
      {opened === 'remove' && <Remove instance={instance} onClose={close} />}
      {opened === 'restart' && (
        <Ask
          title={`${texts.restart}: ${name}`}
          action={texts.restart}
          send={() => call('POST', `${path}:restart`)}
          onClose={close}
        >
          <p>{texts.restartHelp}</p>
        </Ask>
      )}
      <dl>
        <dt>{texts.type}</dt>
        <dd>{spec.type || 'standalone'}</dd>
        <dt>{texts.database}</dt>
        <dd>{spec.database?.type || 'embedded'}</dd>
        <dt>{texts.version}</dt>
        <dd>{status.version ?? spec.version ?? spec.image ?? ''}</dd>
        <dt>{texts.created}</dt>
        <dd>{time(createdAt)}</dd>
      </dl>
      <h2>{texts.endpoints}</h2>
      <Table
        caption={texts.endpoints}
        heads={[texts.name, texts.endpoints, texts.copy]}
        rows={endpoints.map(({ name, address }) => [name, address, <Copy key="copy" text={address} label={name} />])}
      />
      <h2>{texts.conditions}</h2>
      <Table
        caption={texts.conditions}
        heads={[texts.type, texts.state, texts.reason, texts.message, texts.since]}
        rows={(status.conditions ?? []).map(({ type, status, reason, message, lastTransitionTime }) => [
          type,
          status,
          reason,
          message,
          time(lastTransitionTime),
        ])}
      />
      <Inside instance={instance} />
    </>
  );
}

/** What is read beside the instance itself: anew when it changes, and from time to time. */
function Inside({ instance }: { readonly instance: Instance }) {
  const { namespace, name, resourceVersion } = instance;
  const path = instancePath(namespace, name);
  const [members, setMembers] = useState<readonly Member[]>([]);
  const [events, setEvents] = useState<readonly Event[]>([]);
  const [manifest, setManifest] = useState('');
  const [failure, setFailure] = useState<unknown>();
  // Another version is another state.
  useEffect(() => {
    const control = new AbortController();
    const { signal } = control;
    const fail = (error: unknown) => signal.aborted || setFailure(error);
    const load = () => {
      call<{ items: Member[] }>('GET', `${path}/members`, { signal }).then(({ items }) => setMembers(items), fail);
      call<{ items: Event[] }>('GET', `${path}/events`, { signal }).then(({ items }) => setEvents(items), fail);
    };
    load();
    call<string>('GET', `${path}/manifest`, { signal }).then(setManifest, fail);
    const timer = setInterval(load, refresh);
    return () => {
      clearInterval(timer);
      control.abort();
    };
  }, [path, resourceVersion]);
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
      <h2>{texts.manifest}</h2>
      <Copy text={manifest} label={texts.manifest} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{manifest}</pre>
      <Problem failure={failure} />
    </>
  );
}
