import { useState } from 'preact/hooks';
import type { Instance } from '../src/instance.js';
import type { Plan } from '../src/plan.js';
import { call, Failure, instancePath } from './api.js';
import { type Errors, fieldErrors, useChecked } from './checked.js';
import { useTexts } from './language.js';
import { Ask, Field, Problem } from './parts.js';
import { Quotas, type QuotaValues, quotasOf, resourcesOf } from './quotas.js';

/** Dialog that changes the size of an instance, and shows beforehand what will happen. */
export function Change({ instance, onClose }: { readonly instance: Instance; readonly onClose: () => void }) {
  const texts = useTexts();
  const { namespace, name, spec } = instance;
  // What was there when the form was opened: a change that came meanwhile is not undone unseen.
  const [version] = useState(instance.resourceVersion);
  const [replicas, setReplicas] = useState(spec.replicas === undefined ? '' : String(spec.replicas));
  const [quotas, setQuotas] = useState<QuotaValues>(quotasOf(spec.resources));
  const path = instancePath(namespace, name);
  const body = { replicas: replicas === '' ? null : numberOr(replicas), resources: resourcesOf(quotas) };
  const checked = useChecked(JSON.stringify(body), (signal) => call<Plan>('POST', `${path}:plan`, { body, signal }));
  const errors = fieldErrors(checked.failure);
  const save = () =>
    call('PATCH', path, { body, version }).catch((error) => {
      throw error instanceof Failure && error.status === 412 ? new Error(texts.changedElsewhere) : error;
    });
  return (
    <Ask
      title={`${texts.change}: ${name}`}
      action={texts.save}
      disabled={!checked.answer || checked.answer.refused.length > 0}
      send={save}
      onClose={onClose}
    >
      <Field
        label={texts.replicas}
        type="number"
        value={replicas}
        placeholder={texts.standard}
        onValue={setReplicas}
        wrong={errors['/replicas']}
      />
      <Quotas values={quotas} onValues={setQuotas} errors={errors} />
      <Happening plan={checked.answer} errors={errors} failure={checked.failure} />
    </Ask>
  );
}

interface HappeningProps {
  readonly plan?: Plan;
  readonly errors: Errors;
  readonly failure?: Error;
}

/** The plan of the change: refusals with what to do, or steps, restarts and objects. */
function Happening({ plan, errors, failure }: HappeningProps) {
  const texts = useTexts();
  if (failure)
    return Object.keys(errors).length > 0 ? <p role="status">{texts.invalid}</p> : <Problem failure={failure} />;
  if (!plan) return <p role="status">{texts.loading}</p>;
  const { refused, fields, objects, steps, waits, restarts, notes, unseen } = plan;
  if (refused.length > 0) return <Problem failure={new Failure(0, texts.refused, refused)} />;
  return (
    <section class="note" role="status">
      <strong>{texts.plan}</strong>
      {fields.length + objects.length + steps.length === 0 ? (
        <p>{texts.nothingChanges}</p>
      ) : (
        <>
          <ol>
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <Remarks title={texts.waits} remarks={waits} />
          <p>{restarts.length > 0 ? texts.restartsOf(restarts) : texts.restartsNone}</p>
          <ul>
            {objects.map(({ change, kind, name }) => (
              <li key={kind + name}>{texts.objectChanges(change, kind, name)}</li>
            ))}
          </ul>
          <Remarks title={texts.notes} remarks={notes} />
        </>
      )}
      <Remarks title={texts.unseen} remarks={unseen} />
    </section>
  );
}

function Remarks({ title, remarks }: { readonly title: string; readonly remarks: readonly string[] }) {
  if (remarks.length === 0) return null;
  return (
    <>
      <p>{title}</p>
      <ul>
        {remarks.map((remark) => (
          <li key={remark}>{remark}</li>
        ))}
      </ul>
    </>
  );
}

/** What is no number goes as it is: the API server says what is wrong with it. */
export function numberOr(text: string): number | string {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
