/** A request, and whether an answer to it is the one that is wanted. */
export interface Exchange {
  readonly path: string;
  readonly taken: (answer: string) => boolean;
}

/** How clients write and read in a line of Nacos. */
export interface ClientApi {
  readonly publish: (name: string, value: number) => Exchange;
  readonly register: (number: number) => Exchange;
  /** With one of some values. */
  readonly configuration: (name: string, values: readonly number[]) => Exchange;
  readonly instance: (number: number) => Exchange;
}

/** Of 2.x, which 3.0 understands too. */
export const v1: ClientApi = {
  publish: (name, value) => ({
    path: `/v1/cs/configs?dataId=${name}&group=DEFAULT_GROUP&content=value-${value}`,
    taken: (answer) => answer === 'true',
  }),
  register: (number) => ({
    path: `/v1/ns/instance?serviceName=service-${number}&ip=${addressOf(number)}&port=80&ephemeral=false`,
    taken: (answer) => answer === 'ok',
  }),
  configuration: (name, values) => ({
    path: `/v1/cs/configs?dataId=${name}&group=DEFAULT_GROUP`,
    taken: (answer) => values.some((value) => answer === `value-${value}`),
  }),
  instance: (number) => ({
    path: `/v1/ns/instance/list?serviceName=service-${number}`,
    taken: (answer) => answer.includes(`"${addressOf(number)}"`),
  }),
};

/** Of 3.x. */
export const v3: ClientApi = {
  publish: (name, value) => ({
    path: `/v3/admin/cs/config?dataId=${name}&groupName=DEFAULT_GROUP&content=value-${value}`,
    taken: (answer) => answer.includes('"code":0'),
  }),
  register: (number) => ({
    path: `/v3/admin/ns/instance?serviceName=service-${number}&ip=${addressOf(number)}&port=80&ephemeral=false`,
    taken: (answer) => answer.includes('"code":0'),
  }),
  configuration: (name, values) => ({
    path: `/v3/client/cs/config?dataId=${name}&groupName=DEFAULT_GROUP`,
    taken: (answer) => values.some((value) => answer.includes(`"value-${value}"`)),
  }),
  instance: (number) => ({
    path: `/v3/client/ns/instance/list?serviceName=service-${number}`,
    taken: (answer) => answer.includes(`"${addressOf(number)}"`),
  }),
};

function addressOf(number: number): string {
  return `10.1.${Math.floor(number / 250)}.${(number % 250) + 1}`;
}
