/**
 * The properties of a task file, once: the parser, its suggestions, the JSON Schema and the documentation all come from this
 * table (spec: task-yaml 2, 3, 8, 9, 10; templating 5).
 */

export type StepKind = 'cmd' | 'build' | 'push';

/** A map in a task file with properties of its own. */
export type TaskObject = 'task' | 'alias' | 'secret' | 'network' | 'volume' | 'step' | 'mount';

export type PropertyType =
  | 'text'
  | 'integer'
  | 'boolean'
  | 'texts'
  | 'integers'
  /** Names to texts. */
  | 'textMap'
  | { readonly object: TaskObject }
  | { readonly list: TaskObject };

export interface TaskProperty {
  readonly name: string;
  readonly type: PropertyType;
  /** What it is when it isn't given, where that is a value. */
  readonly default?: string | number | boolean;
  /** The kinds of step that it does something for; absent: all. */
  readonly kinds?: readonly StepKind[];
  /** All that may be written, in any case of letters. */
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly required?: true;
  /** Read, and of no effect: neither here nor on ACR. */
  readonly unused?: true;
  /** Other spellings that are understood (`downloadRetries` stands in ACR's documents). */
  readonly alsoWritten?: readonly string[];
  /** What isn't understood, and means this when it is written: names of ACR's documents. */
  readonly mistakenFor?: readonly string[];
}

const cmd = ['cmd'] as const;
const cmdAndBuild = ['cmd', 'build'] as const;

export const taskProperties: Readonly<Record<TaskObject, readonly TaskProperty[]>> = {
  task: [
    { name: 'version', type: 'text', default: 'v1.0.0', values: ['v1.1.0', 'v1.0.0', '1.0-preview-1'] },
    { name: 'stepTimeout', type: 'integer', default: 600 },
    { name: 'workingDirectory', type: 'text', default: '/workspace' },
    { name: 'env', type: 'texts' },
    { name: 'secrets', type: { list: 'secret' } },
    { name: 'networks', type: { list: 'network' } },
    { name: 'volumes', type: { list: 'volume' } },
    { name: 'alias', type: { object: 'alias' } },
    { name: 'steps', type: { list: 'step' } },
  ],
  alias: [
    { name: 'src', type: 'texts' },
    { name: 'values', type: 'textMap' },
    { name: 'directive', type: 'text', default: '$' },
  ],
  secret: [
    { name: 'id', type: 'text', required: true },
    { name: 'keyvault', type: 'text', required: true },
    { name: 'clientID', type: 'text' },
  ],
  network: [
    { name: 'name', type: 'text', required: true },
    { name: 'driver', type: 'text' },
    { name: 'ipv6', type: 'boolean', default: false },
    { name: 'skipCreation', type: 'boolean', default: false },
    { name: 'isDefault', type: 'boolean', default: false },
  ],
  volume: [
    { name: 'name', type: 'text', required: true },
    { name: 'secret', type: 'textMap', required: true },
  ],
  mount: [
    { name: 'name', type: 'text', required: true },
    { name: 'mountPath', type: 'text', required: true },
  ],
  step: [
    { name: 'id', type: 'text' },
    { name: 'cmd', type: 'text', kinds: cmd },
    { name: 'build', type: 'text', kinds: ['build'] },
    { name: 'push', type: 'texts', kinds: ['push'] },
    { name: 'when', type: 'texts' },
    { name: 'env', type: 'texts', kinds: cmdAndBuild },
    { name: 'workingDirectory', type: 'text', kinds: cmdAndBuild },
    { name: 'disableWorkingDirectoryOverride', type: 'boolean', default: false, kinds: cmd },
    { name: 'entryPoint', type: 'text', kinds: cmd },
    { name: 'user', type: 'text', kinds: cmd },
    { name: 'privileged', type: 'boolean', default: false, kinds: cmd },
    { name: 'isolation', type: 'text', kinds: cmd },
    { name: 'cpus', type: 'text', kinds: cmd },
    { name: 'network', type: 'text', kinds: cmd },
    { name: 'ports', type: 'texts', kinds: cmd },
    { name: 'expose', type: 'texts', kinds: cmd },
    { name: 'volumeMounts', type: { list: 'mount' }, kinds: cmd, mistakenFor: ['volumeMount', 'secret'] },
    { name: 'detach', type: 'boolean', default: false, kinds: cmd },
    { name: 'keep', type: 'boolean', default: false, kinds: cmd },
    { name: 'pull', type: 'boolean', default: false, kinds: cmd },
    { name: 'cmdDownloadRetries', type: 'integer', default: 0, kinds: cmd, alsoWritten: ['downloadRetries'] },
    { name: 'cmdDownloadRetryDelay', type: 'integer', default: 0, kinds: cmd, alsoWritten: ['downloadRetryDelay'] },
    { name: 'timeout', type: 'integer' },
    { name: 'startDelay', type: 'integer', default: 0 },
    { name: 'retries', type: 'integer', default: 0, minimum: 0, kinds: cmdAndBuild },
    { name: 'retryDelay', type: 'integer', default: 5, kinds: cmdAndBuild },
    { name: 'retryOnErrors', type: 'texts', kinds: cmdAndBuild },
    { name: 'repeat', type: 'integer', default: 0, minimum: 0, kinds: cmdAndBuild },
    { name: 'ignoreErrors', type: 'boolean', default: false },
    { name: 'cache', type: 'text', values: ['enabled', 'disabled'], default: 'disabled', kinds: ['build'] },
    { name: 'exitedWith', type: 'integers', unused: true },
    { name: 'exitedWithout', type: 'integers', unused: true },
  ],
};

/** The key of its one-line description, in the i18n area `task`. */
export function descriptionKey(object: TaskObject, { name }: TaskProperty): string {
  return `property.${object}.${name}`;
}
