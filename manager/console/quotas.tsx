import type { Instance } from '../src/instance.js';
import type { Errors } from './checked.js';
import { useTexts } from './language.js';
import { Field } from './parts.js';

/** Empty where nothing is asked for. */
export interface QuotaValues {
  readonly cpuRequest: string;
  readonly cpuLimit: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
}

const fields = [
  ['cpuRequest', '/resources/requests/cpu', '500m'],
  ['cpuLimit', '/resources/limits/cpu', '1'],
  ['memoryRequest', '/resources/requests/memory', '2Gi'],
  ['memoryLimit', '/resources/limits/memory', '4Gi'],
] as const;

interface QuotasProps {
  readonly values: QuotaValues;
  readonly onValues: (values: QuotaValues) => void;
  readonly errors: Errors;
}

/** Inputs for CPU and memory. */
export function Quotas({ values, onValues, errors }: QuotasProps) {
  const texts = useTexts();
  return (
    <div class="fields">
      {fields.map(([name, pointer, example]) => (
        <Field
          key={name}
          label={texts[name]}
          value={values[name]}
          placeholder={example}
          wrong={errors[pointer]}
          onValue={(value) => onValues({ ...values, [name]: value })}
        />
      ))}
    </div>
  );
}

/** Inputs from the `resources` of a spec. */
export function quotasOf({ requests = {}, limits = {} }: Instance['spec']['resources'] = {}): QuotaValues {
  const text = (value?: unknown) => (value === undefined ? '' : String(value));
  return {
    cpuRequest: text(requests.cpu),
    cpuLimit: text(limits.cpu),
    memoryRequest: text(requests.memory),
    memoryLimit: text(limits.memory),
  };
}

/** As a merge patch: what is empty is removed. */
export function resourcesOf({ cpuRequest, cpuLimit, memoryRequest, memoryLimit }: QuotaValues) {
  return {
    requests: { cpu: cpuRequest.trim() || null, memory: memoryRequest.trim() || null },
    limits: { cpu: cpuLimit.trim() || null, memory: memoryLimit.trim() || null },
  };
}
