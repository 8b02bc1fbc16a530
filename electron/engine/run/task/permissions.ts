import type { TaskPermission } from '@shared/model/quick-run.ts';
import { stepPlaces } from '@shared/model/step-places.ts';
import type { BuildStep, CmdStep, Task } from '@shared/model/task.ts';

/** Something that a step would do to the machine beyond its own container. */
export interface WantedPermission {
  readonly permission: TaskPermission;
  readonly step: string;
  /** What of the step asks for it: a path, an image; the address of a secret, whose id stands in the place of the step's. */
  readonly detail: string;
}

/** Where engines are reached, on whatever system. */
export function isDockerSocket(source: string): boolean {
  const pipeName = (path: string) => path.toLowerCase().replaceAll('/', '\\');
  return source === stepPlaces.linux.dockerSocket || pipeName(source) === stepPlaces.windows.dockerSocket;
}

/** What a task asks for: its secrets, then the rest in the order of its steps (spec: README, "every step sees the Docker socket"). */
export function wantedPermissions(task: Task): readonly WantedPermission[] {
  const secrets = task.secrets.flatMap(({ id, keyvault }): WantedPermission[] =>
    keyvault === undefined ? [] : [{ permission: 'keyVaultSecrets', step: id, detail: keyvault }],
  );
  const steps = task.steps.flatMap((step) => {
    switch (step.kind) {
      case 'cmd':
        return wantedByCommand(step);
      case 'build':
        return wantedByBuild(step);
      case 'push':
        return [];
    }
  });
  return [...secrets, ...steps];
}

/**
 * What a task asks for, in words that two renderings of it have in common: names that differ from run to run are left out.
 * @param ownNames the run's id and the volume of its workspace
 */
export function askedOf(task: Task, ownNames: readonly string[]): readonly string[] {
  const asked = wantedPermissions(task).map(({ permission, detail }) => `${permission} ${detail}`);
  const names = ownNames.filter((name) => name !== '');
  return [...new Set(asked.map((text) => names.reduce((left, name) => left.replaceAll(name, ''), text)))];
}

/** RUN instructions on the host's network, and keys of the person who runs it. */
function wantedByBuild({ id, network, ssh }: BuildStep): readonly WantedPermission[] {
  return [
    ...(network === 'host' ? [{ permission: 'hostNetwork' as const, step: id, detail: '--network host' }] : []),
    ...ssh.map((each) => ({
      permission: 'sshKeys' as const,
      step: id,
      detail: `--ssh ${[each.id, ...each.paths].join(' ')}`,
    })),
  ];
}

function wantedByCommand(step: CmdStep): readonly WantedPermission[] {
  const wanted: WantedPermission[] = [];
  const want = (permission: TaskPermission, detail: string) => wanted.push({ permission, step: step.id, detail });
  if (step.privileged) want('privileged', step.image);
  if (usesDockerSocket(step)) want('dockerSocket', step.image);
  for (const bind of step.binds) {
    const { source } = splitBind(bind);
    // A volume of a name is somebody's too; only one without a source is the container's own.
    if (source !== '' && !isDockerSocket(source)) want('hostMounts', bind);
  }
  // `container:NAME` is the network of a container that others have made.
  if (step.network === 'host' || step.network?.includes(':') === true) want('hostNetwork', step.network);
  return wanted;
}

/** The image is a docker client (what ACR's agents call `docker`), or the step mounts the socket. */
export function usesDockerSocket(step: CmdStep): boolean {
  return isDockerClient(step.image) || step.binds.some((bind) => isDockerSocket(splitBind(bind).source));
}

/** docker's own client image, by whatever registry. */
export function isDockerClient(image: string): boolean {
  return /^(?:(?:docker\.io\/)?(?:library\/)?docker)(?::|@|$)/.test(image);
}

/** docker's `-v source:target[:options]`; the colon of a drive is no separator. */
export function splitBind(bind: string): {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
} {
  // `a:/x` is a volume of one letter; a drive has a target behind it, or a backslash.
  const parts = bind.match(/^[A-Za-z]:(?:\\[^:]*|\/[^:]*(?=:))|(?<=:)[A-Za-z]:[\\/][^:]*|[^:]+/g) ?? [];
  const [source = '', target = '', options = ''] = parts;
  return target === ''
    ? { source: '', target: source, readOnly: false }
    : { source, target, readOnly: options.split(',').includes('ro') };
}

/** A path of the engine's machine; else it is the name of a volume. */
export function isHostPath(source: string): boolean {
  return /^(?:[/~.\\]|[A-Za-z]:[\\/])/.test(source);
}
