import { useState } from 'preact/hooks';
import type { Instance } from './api.js';
import type { Live } from './live.js';
import { Field, Phase, Problem, Table } from './parts.js';
import { texts, time } from './texts.js';

interface ListProps {
  readonly live: Live;
  readonly namespace: string;
  readonly onNamespace: (namespace: string) => void;
}

export function List({ live: { instances, failure }, namespace, onNamespace }: ListProps) {
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
      {found && found.length > 0 && <Table caption={texts.instances} heads={heads()} rows={found.map(row)} />}
    </>
  );
}

function heads(): string[] {
  const { namespace, name, state, replicas, type, database, version, created } = texts;
  return [namespace, name, state, replicas, type, database, version, created];
}

function row({ namespace, name, phase, spec, status, createdAt }: Instance) {
  const servers = spec.replicas ?? (spec.type === 'cluster' ? 3 : 1);
  return [
    namespace,
    <a key="name" href={`#/${namespace}/${name}`}>
      {name}
    </a>,
    <Phase key="phase" phase={phase} paused={spec.paused} />,
    `${status.readyReplicas ?? 0}/${servers}`,
    spec.type || 'standalone',
    spec.database?.type || 'embedded',
    status.version ?? '',
    time(createdAt),
  ];
}
