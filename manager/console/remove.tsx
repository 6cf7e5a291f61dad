import { useState } from 'preact/hooks';
import { call, type Instance, instancePath } from './api.js';
import { Ask, Field } from './parts.js';
import { texts } from './texts.js';

export function Remove({ instance, onClose }: { readonly instance: Instance; readonly onClose: () => void }) {
  const { namespace, name } = instance;
  const [typed, setTyped] = useState('');
  const send = async () => {
    await call('DELETE', instancePath(namespace, name));
    location.hash = '#/';
  };
  return (
    <Ask
      title={`${texts.remove}: ${name}`}
      action={texts.remove}
      danger
      disabled={typed !== name}
      send={send}
      onClose={onClose}
    >
      <p>{texts.deleteHelp(name)}</p>
      <Field label={texts.name} value={typed} onValue={setTyped} />
    </Ask>
  );
}
