import { useState } from 'preact/hooks';
import type { Instance } from '../src/instance.js';
import { call, instancePath } from './api.js';
import { useTexts } from './language.js';
import { Ask, Field } from './parts.js';

/** Dialog that deletes an instance after its name was typed. */
export function Remove({ instance, onClose }: { readonly instance: Instance; readonly onClose: () => void }) {
  const texts = useTexts();
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
