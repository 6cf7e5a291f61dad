import { useState } from 'preact/hooks';
import type { Instance } from '../src/instance.js';
import { call, instancePath } from './api.js';
import { Change } from './change.js';
import { Inside } from './inside.js';
import { useTexts, useTime } from './language.js';
import type { Live } from './live.js';
import { Ask, Copy, Phase, Problem, Table } from './parts.js';
import { Remove } from './remove.js';

/** One instance: what it is, and what can be done with it. */
export function Detail({
  live,
  namespace,
  name,
}: {
  readonly live: Live;
  readonly namespace: string;
  readonly name: string;
}) {
  const texts = useTexts();
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
  const texts = useTexts();
  const { namespace, name, phase, spec, endpoints } = instance;
  return (
    <>
      <h1>
        {namespace} / {name}
      </h1>
      <p role="status">
        <Phase phase={phase} paused={spec.paused} />
      </p>
      <Actions instance={instance} />
      <Summary instance={instance} />
      <h2>{texts.endpoints}</h2>
      <Table
        caption={texts.endpoints}
        heads={[texts.name, texts.endpoints, texts.copy]}
        rows={endpoints.map(({ name, address }) => [name, address, <Copy key="copy" text={address} label={name} />])}
      />
      <Conditions instance={instance} />
      <Inside instance={instance} />
    </>
  );
}

/** Buttons and the dialogs that they open. */
function Actions({ instance }: { readonly instance: Instance }) {
  const texts = useTexts();
  const { namespace, name, spec } = instance;
  const [opened, setOpened] = useState<'' | 'change' | 'remove' | 'restart'>('');
  const [failure, setFailure] = useState<unknown>();
  const path = instancePath(namespace, name);
  const act = (verb: string) => call('POST', `${path}:${verb}`).then(() => setFailure(undefined), setFailure);
  const restart = () => call('POST', `${path}:restart`);
  const close = () => setOpened('');
  return (
    <>
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
        <Ask title={`${texts.restart}: ${name}`} action={texts.restart} send={restart} onClose={close}>
          <p>{texts.restartHelp}</p>
        </Ask>
      )}
    </>
  );
}

function Summary({ instance: { spec, status, createdAt } }: { readonly instance: Instance }) {
  const texts = useTexts();
  const time = useTime();
  return (
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
  );
}

function Conditions({ instance: { status } }: { readonly instance: Instance }) {
  const texts = useTexts();
  const time = useTime();
  return (
    <>
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
    </>
  );
}
