import { expect, it } from 'vitest';
import { Rivals } from '../../src/apply/rivals.js';

const second = 1000;
const minute = 60 * second;

function world(managers: readonly string[] = ['other-operator']) {
  let now = 0;
  const rivals = new Rivals(() => now);
  const write = async (digest = 'a') => {
    try {
      await rivals.check('Service shop/web', async () => managers);
      rivals.wrote('Service shop/web', digest);
      return 'written';
    } catch (error) {
      return (error as Error).message;
    }
  };
  return {
    write,
    pass(time: number) {
      now += time;
    },
  };
}

/** Writes that were let through where others change the child every second for so many minutes. */
async function fight({ write, pass }: ReturnType<typeof world>, minutes: number): Promise<number> {
  let written = 0;
  for (let i = 0; i < minutes * 60; i++) {
    if ((await write()) === 'written') written++;
    pass(second);
  }
  return written;
}

it('a child that others change without end is left alone, and they are named', async () => {
  const rivalry = world();
  expect(await fight(rivalry, 1)).toBe(6);
  expect(await rivalry.write()).toMatch(/Service shop\/web is put back .* by other-operator: stop one of the two/);
  expect(await fight(rivalry, 60)).toBeLessThan(12);
});

it('a second process of the same operator is named as such', async () => {
  const rivalry = world([]);
  await fight(rivalry, 1);
  expect(await rivalry.write()).toMatch(/changed each time by another process of this operator/);
});

it('what changes now and then, or is desired otherwise each time, is written', async () => {
  const slow = world();
  for (let i = 0; i < 100; i++) {
    expect(await slow.write()).toBe('written');
    slow.pass(15 * second);
  }
  const changing = world();
  for (let i = 0; i < 100; i++) expect(await changing.write(`${i}`)).toBe('written');
});

it('another desired state waits as long as the child is left alone', async () => {
  const rivalry = world();
  await fight(rivalry, 1);
  expect(await rivalry.write('b')).toMatch(/is left alone/);
});

it('once it is over, all is as before', async () => {
  const rivalry = world();
  await fight(rivalry, 3);
  rivalry.pass(20 * minute);
  for (let i = 0; i < 5; i++) expect(await rivalry.write()).toBe('written');
});
