import { Command } from 'commander';
import { adopt } from './adopt.js';
import { Cluster } from './cluster.js';
import { completion } from './completion.js';
import { dataCommands } from './data.js';
import { diff } from './diff.js';
import { doctor } from './doctor.js';
import { images } from './images.js';
import { readManifests, UserError } from './manifests.js';
import { type Format, type Output, printed } from './output.js';
import { ownVersion } from './own-version.js';
import { among, inCluster as ofCluster, plan } from './plan.js';
import { missingSecrets, renderManifests } from './render.js';
import { report } from './report.js';
import { status } from './status.js';
import { versions } from './versions.js';

interface Options {
  readonly file?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly registry?: string;
  readonly from?: string;
  readonly confirm?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly output?: Format;
}

const namespaceOption = ['-n, --namespace <namespace>', "of objects that name none, instead of the context's"] as const;

/**
 * The commands. Each prints to standard output what it is for, and warnings to standard error; `process.exitCode` is 1
 * where something differs, is refused or is missing.
 *
 * @throws UserError and DataError for what the user can mend, CommanderError for what is no command or option
 */
export function program(): Command {
  const root = new Command('cdk8s-nacos')
    .description('Nacos on Kubernetes. As kubectl nacos it is the same.')
    .version(ownVersion(), '-V, --version', 'prints the version of this package')
    .helpOption('-h, --help', 'prints what a command does')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  offline(root);
  online(root);
  dataCommands(root.command('data'));
  return root;
}

/** Commands that need no cluster. */
function offline(root: Command): void {
  const registry = ['--registry <registry>', 'takes every image from this registry, such as harbor.cloud.io'] as const;
  file(root.command('render'), 'the Nacos objects to render')
    .description('prints the objects that the Nacos objects in a file consist of')
    .option(...registry)
    .action((options: Options) => {
      const manifests = manifestsOf(options);
      const objects = renderManifests(manifests);
      process.stderr.write(missingSecrets(manifests));
      process.stdout.write(objects);
    });
  structured(root.command('images'))
    .description('prints every image that is needed, one a line, for mirroring; without a file, those by default')
    .option('-f, --file <file>', 'the Nacos objects, or - for standard input')
    .option(...namespaceOption)
    .option(...registry)
    .action((options: Options) => {
      print(images(options.file === undefined ? undefined : manifestsOf(options), options.registry), options);
    });
  structured(root.command('versions'))
    .description('prints the versions of Nacos that this project was run with')
    .option(...registry)
    .action((options: Options) => print(versions(options.registry), options));
  root
    .command('completion')
    .description('prints a script that completes commands and options: source <(cdk8s-nacos completion bash)')
    .argument('<shell>', 'bash or zsh')
    .action((shell: string) => {
      process.stdout.write(completion(root, shell));
    });
}

/** Commands that look at a cluster. */
function online(root: Command): void {
  atCluster(file(root.command('diff'), 'the Nacos objects to compare'))
    .description('prints what applying a file would change of what the operator makes; exits with 1 if it is something')
    .action((options: Options) =>
      inCluster(options, async (cluster) => {
        const { text, differs, unseen } = await diff(cluster, manifestsOf(options, cluster));
        process.stderr.write(unseen.join(''));
        print({ text, data: undefined, failed: differs }, {});
      }),
    );
  structured(atCluster(file(root.command('plan'), 'the Nacos objects as they are to be')))
    .description('prints what applying a file would do: what changes, what restarts in which order, what is refused')
    .option('--from <file>', 'the Nacos objects as they were, instead of those in the cluster')
    .action((options: Options) => planned(options));
  structured(atCluster(root.command('status')))
    .option('-n, --namespace <namespace>', "instead of the context's")
    .description('prints the instances, or one with its members and conditions')
    .argument('[name]', 'of one instance')
    .option('-A, --all-namespaces', 'instances of all namespaces')
    .action((name: string | undefined, options: Options) => {
      if (name && options.allNamespaces) throw new UserError('status: a name is of one namespace; give -n, not -A');
      if (options.namespace && options.allNamespaces) throw new UserError('status: either -n or -A');
      return inCluster(options, async (cluster) => print(await status(cluster, name, options), options));
    });
  structured(atCluster(root.command('adopt')))
    .option('-n, --namespace <namespace>', "instead of the context's")
    .description('prints what becomes of an instance with objects of another operator; exits with 1 if it has to wait')
    .argument('<name>', 'of the instance')
    .option('--confirm', 'writes the consent; without it nothing is written')
    .action((name: string, options: Options) =>
      inCluster(options, async (cluster) => print(await adopt(cluster, name, options), options)),
    );
  structured(atCluster(root.command('doctor')))
    .description('prints what this cluster lacks for the operator to work; exits with 1 if it is something')
    .action((options: Options) => inCluster(options, async (cluster) => print(await doctor(cluster), options)));
  atCluster(root.command('report'))
    .option('-n, --namespace <namespace>', "instead of the context's")
    .description('prints what helps others to find a fault: objects, events and logs, without secrets, as YAML')
    .argument('<name>', 'of the instance')
    .action((name: string, options: Options) =>
      inCluster(options, async (cluster) => {
        process.stdout.write(await report(cluster, name, options.namespace ?? cluster.namespace));
      }),
    );
}

function file(command: Command, what: string): Command {
  return command.requiredOption('-f, --file <file>', `${what}, or - for standard input`).option(...namespaceOption);
}

function atCluster(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'instead of KUBECONFIG')
    .option('--context <context>', 'of the kubeconfig, instead of the current one');
}

function structured(command: Command): Command {
  return command.addOption(command.createOption('-o, --output <format>', 'for programs').choices(['json', 'yaml']));
}

async function planned(options: Options): Promise<void> {
  if (options.from !== undefined) {
    const former = among(readManifests(options.from, { ...options, mayBeEmpty: true }));
    return print(await plan(manifestsOf(options), former), options);
  }
  await inCluster(options, async (cluster) => {
    print(await plan(manifestsOf(options, cluster), ofCluster(cluster)), options);
  });
}

function manifestsOf({ file = '-', namespace, registry }: Options, cluster?: Cluster) {
  return readManifests(file, { namespace: namespace ?? cluster?.namespace, registry });
}

function print(output: Output, { output: format }: Options): void {
  if (output.failed) process.exitCode = 1;
  process.stdout.write(printed(output, format));
}

async function inCluster<T>(options: Options, use: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await Cluster.connect(options);
  try {
    return await use(cluster);
  } finally {
    cluster.close();
  }
}
