import { expect, it } from 'vitest';
import { dataRecording } from './record-data.js';
import { StandInData } from './stand-in-data.js';

it.each(['2.0.4', '2.3.2', '3.0.3'] as const)('the stand-in for %s says of data what the server said', (version) => {
  const data = new StandInData(version);
  const { exchanges } = dataRecording(version);
  const about = exchanges.filter(
    ({ request }) => !/login|admin /.test(`${request} `) || request.includes('/v3/admin/'),
  );
  expect(about.length).toBeGreaterThan(30);
  for (const { request, form, status, body } of about) {
    const [method = '', url = ''] = request.split(' ');
    const { pathname, searchParams } = new URL(url, 'http://nacos');
    const answer = data.answer(method, pathname, searchParams, new URLSearchParams(form));
    expect({ request, status: answer?.status, body: lasting(answer?.body) }).toEqual({
      request,
      status,
      body: lasting(body),
    });
  }
});

/** Without what is another at every run. */
function lasting(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(lasting);
  if (typeof body !== 'object' || body === null) return body;
  const fields = Object.entries(body).filter(([name]) => !['id', 'createTime', 'modifyTime'].includes(name));
  return Object.fromEntries(fields.map(([name, value]) => [name, lasting(value)]));
}
