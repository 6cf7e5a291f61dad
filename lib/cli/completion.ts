import type { Command } from 'commander';
import { UserError } from './manifests.js';

/**
 * A script for a shell that completes commands and options; an argument is left to the shell, which offers files.
 *
 * @throws UserError for another shell
 */
export function completion(root: Command, shell: string): string {
  if (shell === 'bash') return bash(root);
  // zsh runs the same function (https://zsh.sourceforge.io/Doc/Release/Completion-System.html, bashcompinit).
  if (shell === 'zsh') return `autoload -Uz compinit bashcompinit && compinit && bashcompinit\n${bash(root)}`;
  throw new UserError(`completion: ${shell}: is neither bash nor zsh`);
}

function bash(root: Command): string {
  const options = (command: Command) => command.options.flatMap(({ short, long }) => [short, long].filter(Boolean));
  const all = (command: Command): string[] => [
    ...command.commands.flatMap((inner) => [inner.name(), ...all(inner)]),
    ...options(command).flatMap((option) => option ?? []),
  ];
  const words = (command: Command) => [...new Set(all(command)), '-h', '--help'].join(' ');
  const cases = root.commands.map((command) => `    ${command.name()}) words='${words(command)}' ;;`);
  return `_cdk8s_nacos() {
  local words
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words='${[...root.commands.map((command) => command.name()), ...options(root), '-h', '--help'].join(' ')}' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _cdk8s_nacos cdk8s-nacos kubectl-nacos
`;
}
