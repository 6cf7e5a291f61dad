import type { Command } from 'commander';
import { Archive } from '../data/archive/read.js';
import { compareData } from '../data/compare.js';
import { exportData } from '../data/export.js';
import { follow, hasNews, settle } from '../data/follow.js';
import { planOf } from '../data/plan.js';
import type { Progress } from '../data/progress.js';
import type { LiveNacos } from '../data/server/live.js';
import type { Source } from '../data/source.js';
import { Transfer } from '../data/transfer.js';
import {
  accessOf,
  connect,
  type DataOptions,
  isServer,
  secondAccessOf,
  stoppable,
  withLogin,
  withPolicy,
  withSecondLogin,
} from './data-options.js';
import { drawnProgress } from './data-progress.js';
import { comparedText, exportedText, followedText, planText, transferredText, verifiedText } from './data-texts.js';
import { UserError } from './manifests.js';
import { type Output, printed } from './output.js';

/** Commands for what a Nacos holds: they need the address of a server, and no cluster. */
export function dataCommands(data: Command): void {
  data.description('backs up, restores, copies and compares what a Nacos holds, by its address');
  const forPrograms = (command: Command) =>
    command.addOption(command.createOption('-o, --output <format>', 'for programs').choices(['json', 'yaml']));
  forPrograms(withLogin(data.command('export')))
    .description('writes all that a server holds into an archive; run again, it goes on where it was stopped')
    .argument('<server>', 'such as http://127.0.0.1:8848/nacos')
    .argument('<file>', 'the archive, a tar of JSON lines')
    .action((server: string, file: string, options: DataOptions) =>
      stoppable((signal) =>
        shown(options, async (progress) => {
          const source = await connect(server, accessOf(options), signal);
          return using([source], async () => exportedText(file, await exportData(source, file, progress)));
        }),
      ),
    );
  forPrograms(withPolicy(withLogin(data.command('import'))))
    .description('writes an archive into a server, and reads it back; run again, it goes on where it was stopped')
    .argument('<file>', 'the archive')
    .argument('<server>', 'such as http://127.0.0.1:8848/nacos')
    .option('--digest <digest>', 'of the archive, as export printed it; another archive is refused')
    .action((file: string, server: string, options: DataOptions) =>
      stoppable((signal) =>
        shown(options, async (progress) => {
          const archive = await Archive.open(file, options.digest);
          return transfer(archive, await connect(server, accessOf(options), signal, options), options, progress);
        }),
      ),
    );
  forPrograms(withPolicy(withSecondLogin(data.command('copy'))))
    .description('writes all that one server holds into another one, and reads it back')
    .argument('<from>', 'such as http://127.0.0.1:8848/nacos')
    .argument('<to>', 'such as http://127.0.0.1:18848/nacos')
    .option(
      '--follow',
      'goes on with what changes, and prints how far behind the copy is; Ctrl-C ends it with a last round',
    )
    .option('--interval <seconds>', 'between two rounds', '2')
    .action((from: string, to: string, options: DataOptions) => copy(from, to, options));
  forPrograms(withSecondLogin(data.command('diff')))
    .description(
      'prints what two servers, or a server and an archive, have differently; exits with 1 if it is something',
    )
    .argument('<left>', 'a server or an archive')
    .argument('<right>', 'a server or an archive')
    .action((left: string, right: string, options: DataOptions) =>
      stoppable((signal) =>
        shown(options, async (progress) => {
          const one = isServer(left) ? await connect(left, accessOf(options), signal) : await Archive.open(left);
          const other = isServer(right)
            ? await connect(right, secondAccessOf(options), signal)
            : await Archive.open(right);
          return using([one, other], async () => comparedText(await compareData(one, other, progress)));
        }),
      ),
    );
  forPrograms(data.command('verify'))
    .description('reads an archive whole, and says what is in it; exits with 2 if it is cut off or altered')
    .argument('<file>', 'the archive')
    .option('--digest <digest>', 'as export printed it')
    .action(async (file: string, options: DataOptions) =>
      shown(options, async () => {
        const { manifest, digest } = await Archive.open(file, options.digest);
        return verifiedText(file, manifest, digest);
      }),
    );
}

function copy(from: string, to: string, options: DataOptions): Promise<void> {
  const seconds = Number(options.interval);
  if (!(seconds >= 0.1 && seconds <= 3600))
    throw new UserError('data copy: --interval is a number of seconds from 0.1 on');
  const stop = new AbortController();
  const work = (signal: AbortSignal) =>
    shown(options, async (progress) => {
      const source = await connect(from, accessOf(options), signal);
      return using([source], async () => {
        const target = await connect(to, secondAccessOf(options), signal, options);
        return transfer(source, target, { ...options, interval: String(seconds) }, progress, stop.signal);
      });
    });
  return stoppable(work, options.follow ? () => stop.abort() : undefined);
}

async function transfer(
  source: Source,
  target: LiveNacos,
  { policy = 'abort', dryRun, follow: follows, interval, output }: DataOptions,
  progress: Progress,
  stop?: AbortSignal,
): Promise<Output> {
  return using([target], async () => {
    const plan = await planOf(source, target, progress);
    if (dryRun) return planText(plan, policy);
    const work = new Transfer(source, target, plan, policy, progress);
    const rounds = 'find' in source ? await settle(work) : [await work.round()];
    const wrong = await work.check();
    if (follows && stop) {
      await follow(work, Number(interval), stop, (round) => {
        if (hasNews(round)) rounds.push(round);
        if (!output) process.stdout.write(followedText(round));
      });
      wrong.push(...(await work.check()));
    }
    return transferredText(plan, policy, rounds, wrong);
  });
}

async function shown(options: DataOptions, work: (progress: Progress) => Promise<Output>): Promise<void> {
  const { progress, end } = drawnProgress();
  const output = await work(progress).finally(end);
  if (output.failed) process.exitCode = 1;
  process.stdout.write(printed(output, options.output));
}

async function using<T>(sources: readonly Source[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    for (const source of sources) source.close();
  }
}
