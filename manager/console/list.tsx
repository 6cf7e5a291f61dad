import { useState } from 'preact/hooks';
import type { Instance } from '../src/instance.js';
import { useTexts, useTime } from './language.js';
import type { Live } from './live.js';
import { Field, Phase, Problem, Table } from './parts.js';

interface ListProps {
  readonly live: Live;
  readonly namespace: string;
  readonly onNamespace: (namespace: string) => void;
}

/** All instances that the caller may see, live. */
export function List({ live: { instances, failure }, namespace, onNamespace }: ListProps) {
  const texts = useTexts();
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState(namespace);
  const found = instances?.filter(({ name }) => name.includes(search));
  return (
    <>
      <h1>{texts.instances}</h1>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          onNamespace(asked.trim());
        }}
      >
        <Field label={texts.namespace} value={asked} placeholder={texts.allNamespaces} onValue={setAsked} />
        <Field label={texts.search} value={search} type="search" onValue={setSearch} />
        <button type="submit">{texts.show}</button>
      </form>
      {failure && <Problem failure={failure.status === 0 ? texts.lost : failure} />}
      {!found && !failure && <p role="status">{texts.loading}</p>}
      {found?.length === 0 && <p role="status">{texts.none}</p>}
      {found && found.length > 0 && <Instances instances={found} />}
    </>
  );
}

function Instances({ instances }: { readonly instances: readonly Instance[] }) {
  const { instances: caption, namespace, name, state, replicas, type, database, version, created } = useTexts();
  const time = useTime();
  const heads = [namespace, name, state, replicas, type, database, version, created];
  const rows = instances.map(({ namespace, name, phase, spec, status, createdAt }) => [
    namespace,
    <a key="name" href={`#/${namespace}/${name}`}>
      {name}
    </a>,
    <Phase key="phase" phase={phase} paused={spec.paused} />,
    `${status.readyReplicas ?? 0}/${spec.replicas ?? (spec.type === 'cluster' ? 3 : 1)}`,
    spec.type || 'standalone',
    spec.database?.type || 'embedded',
    status.version ?? '',
    time(createdAt),
  ]);
  return <Table caption={caption} heads={heads} rows={rows} />;
}
