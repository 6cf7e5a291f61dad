import { useState } from 'preact/hooks';
import { call, type Instance, instancePath } from './api.js';
import { Dialog, Field, Problem } from './parts.js';
import { texts } from './texts.js';

export function Remove({ instance, onClose }: { readonly instance: Instance; readonly onClose: () => void }) {
  const { namespace, name } = instance;
  const [typed, setTyped] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const remove = async (event: Event) => {
    event.preventDefault();
    if (typed !== name) return;
    await call('DELETE', instancePath(namespace, name)).then(() => {
      location.hash = '#/';
    }, setFailure);
  };
  return (
    <Dialog title={`${texts.remove}: ${name}`} onClose={onClose}>
      <form onSubmit={remove}>
        <p>{texts.deleteHelp(name)}</p>
        <Field label={texts.name} value={typed} onValue={setTyped} />
        <Problem failure={failure} />
        <div class="row">
          <button type="submit" class="danger" disabled={typed !== name}>
            {texts.remove}
          </button>
          <button type="button" onClick={onClose}>
            {texts.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
