import type { TaskFinding } from '@shared/model/task-finding.ts';
import type { TaskFindingCode } from './findings.ts';
import type { TaskInputs } from './load-task.ts';

/** What a finding marks stands between `⟦` and `⟧`. */
export interface FindingCase {
  readonly text: string;
  readonly acr?: string;
  readonly params?: TaskFinding['params'];
  readonly suggestion?: string;
  readonly step?: string;
  readonly inputs?: Partial<TaskInputs>;
}

const step = '\n  - cmd: alpine\n';
const steps = 'steps:\n  - cmd: alpine\n';
const secret = (lines: string) => `secrets:\n${lines.replaceAll(/^/gm, '    ').replace('   ', '  -')}\n`;
const vault = 'keyvault: https://v.vault.azure.net/secrets/s';
const volume = (lines: string) => `volumes:\n${lines.replaceAll(/^/gm, '    ').replace('   ', '  -')}\n`;
const goodVolume = 'volumes:\n  - name: v\n    secret: {f: aGk=}\n';
const wrapped = 'failed to validate secret with ID:';
const badMerge = 'failed to merge task and step environment variables: cannot parse';

/** A file for every finding. */
export const findingCases: Readonly<Record<TaskFindingCode, readonly FindingCase[]>> = {
  'file.tooLarge': [{ text: `⟦⟧a: ${'x'.repeat(1024 * 1024)}`, params: { limit: 1 } }],
  'file.renderedTooLarge': [
    {
      text: `⟦⟧version: v1.1.0\nalias:\n  values:\n    a: ${'x'.repeat(60_000)}\nx-all: ${'$a '.repeat(100)}\n`,
      params: { limit: 4 },
    },
  ],
  'file.tooMuchWork': [{ text: `⟦env⟧: [${'A=1, '.repeat(1_000)}]\nsteps:\n${'  - cmd: a\n'.repeat(1_000)}` }],
  'file.more': [
    { text: `${steps}${Array.from({ length: 103 }, (_, at) => `qqq${at}: 1`).join('\n')}\n`, params: { count: 3 } },
  ],
  'file.commentInText': [
    { text: 'steps:\n  - cmd: |\n      bash -c "\n      ⟦# inner⟧\n      echo hi"\n', params: { text: '# inner' } },
    { text: 'steps:\n  - cmd: |\n      alpine\n      ⟦# last⟧\n', params: { text: '# last' } },
    { text: 'steps:\n  - cmd: >\n      alpine\n\n      ⟦#!x⟧\n    id: a\n' },
    { text: `steps:\n  - cmd: "alpine\n⟦# quoted⟧\n      a"\n` },
  ],
  'file.byteOrderMark': [{ text: `⟦\uFEFF⟧${steps}`, suggestion: '' }],

  'yaml.syntax': [{ text: 'steps:\n  - cmd: "alpine" ⟦echo⟧\n' }],
  'yaml.tab': [{ text: 'steps:\n⟦\t⟧- cmd: alpine\n' }],
  'yaml.indent': [{ text: 'steps:\n  - when: [a\n⟦i⟧d: b\n' }],
  'yaml.missing': [
    { text: 'steps:\n  - cmd: ⟦"⟧alpine\n' },
    { text: 'steps:\n  ⟦:⟧ alpine\n' },
    { text: 'steps:\n  - cmd: alpine\n⟦ ⟧  id: a\n' },
  ],
  'yaml.nested': [{ text: 'steps:\n  - cmd: ⟦a⟧lpine: echo\n' }],
  'yaml.scalarStart': [{ text: 'steps:\n  - cmd: ⟦@⟧x\n' }],
  'yaml.escape': [{ text: 'steps:\n  - cmd: "alpine ⟦\\⟧q"\n' }],
  'yaml.tooDeep': [{ text: `a: ${'['.repeat(98)}⟦[⟧${'['.repeat(1_000)}`, params: { limit: '100' } }],
  'yaml.manyAliases': [
    {
      text: `x-a: &a {env: []}\n${Array.from('bcdefg', (name, at) => `x-${name}: &${name} {<<: [${Array.from({ length: 9 }, () => `*${'abcdefg'[at]}`).join(', ')}]}\n`).join('')}steps:\n  - <<: *g\n    cmd: alpine\n`,
      acr: 'document contains excessive aliasing',
    },
  ],
  'yaml.unknownAnchor': [
    { text: 'steps:\n  - cmd: ⟦*a⟧\n', acr: "unknown anchor 'a' referenced", params: { name: 'a' } },
  ],
  'yaml.recursiveAnchor': [
    { text: 'steps:\n  - &b {<<: ⟦*b⟧, cmd: alpine}\n', acr: "anchor 'b' value contains itself" },
  ],
  'yaml.merge': [
    { text: `steps:\n  - <<: ⟦a⟧\n    cmd: alpine\n`, acr: 'map merge requires map or sequence of maps as the value' },
  ],
  'yaml.tag': [
    {
      text: `stepTimeout: ⟦!!int x⟧\n${steps}`.replace('⟦!!int x', '!!int ⟦x'),
      acr: 'cannot decode !!str `x` as a !!int',
    },
  ],
  'yaml.wantsText': [
    { text: 'steps:\n  - cmd: ⟦[a]⟧\n', acr: 'line 2: cannot unmarshal !!seq into string' },
    { text: `version: ⟦{a: b}⟧\n${steps}`, acr: 'line 1: cannot unmarshal !!map into string' },
    { text: 'steps:\n  - cmd: alpine\n    when: [⟦[a]⟧]\n', acr: 'line 3: cannot unmarshal !!seq into string' },
  ],
  'yaml.wantsInteger': [
    { text: 'steps:\n  - cmd: alpine\n    timeout: ⟦"5"⟧\n', acr: 'line 3: cannot unmarshal !!str `5` into int' },
    {
      text: 'steps:\n  - cmd: alpine\n    retries: ⟦a lot of them⟧\n',
      acr: 'line 3: cannot unmarshal !!str `a lot o...` into int',
    },
    { text: 'steps:\n  - cmd: alpine\n    retries: ⟦yes⟧\n', acr: 'line 3: cannot unmarshal !!bool `yes` into int' },
    { text: 'steps:\n  - cmd: alpine\n    exitedWith: [0, ⟦x⟧]\n', acr: 'line 3: cannot unmarshal !!str `x` into int' },
  ],
  'yaml.wantsBoolean': [
    {
      text: 'steps:\n  - cmd: alpine\n    keep: ⟦1⟧\n',
      acr: 'line 3: cannot unmarshal !!int `1` into bool',
      step: 'acb_step_0',
    },
    { text: "steps:\n  - cmd: alpine\n    keep: ⟦'true'⟧\n", acr: 'line 3: cannot unmarshal !!str `true` into bool' },
  ],
  'yaml.wantsList': [
    { text: 'steps:\n  - cmd: alpine\n    when: ⟦a⟧\n', acr: 'line 3: cannot unmarshal !!str `a` into []string' },
    { text: 'steps:\n  - push: ⟦a⟧\n', acr: 'line 2: cannot unmarshal !!str `a` into []string' },
    { text: `env: ⟦{A: 1}⟧\n${steps}`, acr: 'line 1: cannot unmarshal !!map into []string' },
    { text: 'steps: ⟦{cmd: alpine}⟧\n', acr: 'line 1: cannot unmarshal !!map into []*graph.Step' },
  ],
  'yaml.wantsMap': [
    { text: '⟦nothing⟧\n', acr: 'line 1: cannot unmarshal !!str `nothing` into graph.Task' },
    { text: 'steps:\n  - ⟦alpine⟧\n', acr: 'line 2: cannot unmarshal !!str `alpine` into graph.Step' },
    {
      text: 'volumes:\n  - name: a\n    secret: ⟦[a]⟧\n',
      acr: 'line 3: cannot unmarshal !!seq into map[string]string',
    },
  ],
  'yaml.emptyEntry': [{ text: `steps:\n  - cmd: alpine\n  -⟦⟧\n` }],
  'yaml.duplicateKey': [
    { text: `# first\n${steps}    id: a\n    ⟦id⟧: b\n`, params: { key: 'id', line: 4 } },
    { text: `version: v1.1.0\n${steps}⟦version⟧: v1.0.0\n`, params: { key: 'version', line: 1 } },
  ],
  'yaml.secondDocument': [{ text: `${steps}⟦---⟧\nsteps: []\n` }],

  'task.unknownKey': [{ text: `${steps}    id: x\n    ⟦frobnicate⟧: 1\n`, params: { key: 'frobnicate' }, step: 'x' }],
  'task.unknownKeyMeant': [
    { text: 'steps:\n  - ⟦CMD⟧: alpine\n', params: { key: 'CMD', meant: 'cmd' }, suggestion: 'cmd' },
    { text: `${steps}    ⟦ignoreError⟧: true\n`, params: { key: 'ignoreError', meant: 'ignoreErrors' } },
    { text: `${steps}    ⟦volumeMount⟧: []\n`, params: { key: 'volumeMount', meant: 'volumeMounts' } },
    { text: `${steps}    ⟦secret⟧: []\n`, params: { key: 'secret', meant: 'volumeMounts' } },
    { text: `⟦setps⟧:${step}`, params: { key: 'setps', meant: 'steps' } },
  ],
  'task.keyOfStep': [{ text: `⟦retries⟧: 3\n${steps}`, params: { key: 'retries' } }],
  'task.keyOfTask': [{ text: `${steps}    ⟦stepTimeout⟧: 3\n`, params: { key: 'stepTimeout' } }],
  'task.otherSpelling': [
    {
      text: `${steps}    ⟦downloadRetries⟧: 3\n`,
      params: { key: 'downloadRetries', name: 'cmdDownloadRetries' },
      suggestion: 'cmdDownloadRetries',
    },
  ],
  'task.totalTimeout': [{ text: `⟦totalTimeout⟧: 30\n${steps}` }],
  'task.memory': [{ text: `${steps}    ⟦memory⟧: 1g\n` }],
  'task.keyWithoutEffect': [
    { text: 'steps:\n  - build: .\n    ⟦entryPoint⟧: x\n', params: { key: 'entryPoint', kind: 'build' } },
    { text: 'steps:\n  - push: [a]\n    ⟦retries⟧: 2\n', params: { key: 'retries', kind: 'push' } },
    { text: `${steps}    ⟦cache⟧: enabled\n`, params: { key: 'cache', kind: 'cmd' } },
  ],
  'task.neverUsed': [{ text: `${steps}    ⟦exitedWith⟧: [0]\n`, params: { key: 'exitedWith' } }],
  'task.registryCache': [{ text: 'steps:\n  - build: .\n    cache: ⟦enabled⟧\n', step: 'acb_step_0' }],
  'task.version': [
    {
      text: `version: ⟦v1.2.0⟧\n${steps}`,
      acr: 'invalid version specified: "v1.2.0", the current version is "v1.0.0"',
    },
    { text: `version: ⟦1.0⟧\n${steps}`, acr: 'invalid version specified: "1.0", the current version is "v1.0.0"' },
  ],

  'values.syntax': [
    {
      text: steps,
      inputs: { values: { name: 'v.yaml', text: 'a: 1\nb: "x\n' } },
      acr: 'failed to deserialize values',
    },
  ],
  'values.notMap': [{ text: steps, inputs: { values: { name: 'v.yaml', text: '[a]' } }, params: { file: 'v.yaml' } }],
  'values.tooLarge': [
    {
      text: steps,
      inputs: { values: { name: 'v.yaml', text: 'x'.repeat(1024 * 1024 + 1) } },
      params: { file: 'v.yaml', limit: 1 },
    },
  ],

  'alias.keyName': [
    {
      text: `version: v1.1.0\nalias:\n  values:\n    my_key: ⟦a⟧\n${steps}`,
      acr: 'alias key names only support alphanumeric characters',
      params: { name: 'my_key' },
    },
  ],
  'alias.directiveLength': [
    {
      text: `version: v1.1.0\nalias:\n  directive: ⟦"&&&"⟧\n${steps}`,
      acr: '$ directive can only be overwritten by a single character',
    },
  ],
  'alias.directiveLetter': [
    {
      text: `version: v1.1.0\nalias:\n  directive: ⟦a⟧\n${steps}`,
      acr: 'overwritten directives may not be alphanumeric characters',
    },
  ],
  'alias.source': [
    {
      text: `version: v1.1.0\nalias:\n  src: [⟦gone.yaml⟧]\n${steps}`,
      params: { source: 'gone.yaml', message: 'no file gone.yaml' },
    },
  ],
  'alias.manySources': [
    { text: `version: v1.1.0\nalias:\n  src:\n${'  - a\n'.repeat(32)}  - ⟦b⟧\n${steps}`, params: { limit: 32 } },
  ],
  'alias.wrongCase': [
    {
      text: 'version: v1.1.0\nsteps:\n  - cmd: alpine ⟦$id⟧\n',
      params: { name: '$id', meant: '$ID' },
      suggestion: '$ID',
    },
    {
      text: 'version: v1.1.0\nalias: {values: {repo: r}, directive: "@"}\nsteps:\n  - cmd: alpine ⟦@Repo⟧\n',
      params: { name: '@Repo', meant: '@repo' },
    },
  ],
  'alias.needsVersion': [
    {
      text: 'version: v1.0.0\nsteps:\n  - push: ["⟦$Registry⟧/a"]\n',
      params: { name: '$Registry', version: 'v1.0.0' },
    },
    { text: `⟦alias⟧: {values: {a: b}}\n${steps}`, params: { name: 'alias', version: 'v1.0.0' } },
  ],

  'template.syntax': [{ text: 'steps:\n  - cmd: alpine {{end⟦}⟧}\n' }],
  'template.unknownFunction': [{ text: 'steps:\n  - cmd: alpine {{⟦toYaml⟧ .Run}}\n' }],
  'template.execution': [
    { text: 'steps:\n  - cmd: alpine {{⟦fail⟧ "boom"}}\n' },
    { text: 'steps:\n  - cmd: alpine {{⟦.Values.a.b⟧}}\n' },
  ],
  'template.limit': [{ text: 'steps:\n  - cmd: alpine {{repeat 1000000000 ⟦"⟧a"}}\n' }],
  'template.empty': [{ text: '⟦{{/* only */}}⟧', acr: 'rendered template was empty' }],
  'template.undefinedName': [
    { text: 'steps:\n  - cmd: alpine {{⟦.Values.nope⟧}}\n', params: { name: '.Values.nope' }, step: 'acb_step_0' },
    { text: 'steps:\n  - cmd: alpine {{⟦.Secrets.nope⟧}}\n', params: { name: '.Secrets.nope' } },
  ],
  'template.hostRead': [{ text: 'steps:\n  - cmd: alpine {{⟦env⟧ "HOME"}}x\n', params: { function: 'env' } }],
  'template.oldRunId': [
    {
      text: 'steps:\n  - cmd: alpine {{⟦.Build.ID⟧}}\n',
      acr: '.Build.ID is no longer supported as a valid substitution, use .Run.ID instead.',
      suggestion: '.Run.ID',
    },
  ],

  'secret.noId': [{ text: secret(`⟦${vault}⟧`), acr: 'secret is missing an ID as well as auto-generated ID' }],
  'secret.idSpace': [{ text: secret(`id: ⟦a b⟧\n${vault}`), acr: `${wrapped} a b: secret ID cannot contain spaces` }],
  'secret.noSource': [
    {
      text: secret('⟦id: a⟧'),
      acr: `${wrapped} a: secret should contain either keyvault property for vault secret, or msi clientID/aadResourceId for msi authentication`,
    },
  ],
  'secret.clientId': [
    {
      text: secret(`id: a\n${vault}\nclientID: ⟦c⟧`),
      acr: `${wrapped} a: msi client ID is not a valid guid`,
      params: { id: 'a' },
    },
  ],
  'secret.duplicate': [
    { text: `${secret(`id: a\n${vault}`)}  - id: ⟦a⟧\n    ${vault}\n`, acr: 'duplicate secret found with ID: a' },
  ],
  'secret.address': [
    {
      text: secret('id: a\nkeyvault: ⟦http://v/secrets/s⟧'),
      acr: 'invalid azure keyvault secret URL scheme. Expected Https',
    },
    {
      text: secret('id: a\nkeyvault: ⟦https://v.x/secrets⟧'),
      acr: 'invalid azure keyvault secret URL. Bad number of URL segments: 2',
    },
    {
      text: secret('id: a\nkeyvault: ⟦https://v.x/keys/s⟧'),
      acr: "invalid azure keyvault secret URL. Expected 'secrets' collection, but found: keys",
    },
    { text: secret('id: a\nkeyvault: ⟦/⟧'), acr: 'missing azure keyvault URL' },
  ],

  'volume.noName': [{ text: volume('⟦secret: {f: aGk=}⟧'), acr: 'volume name is empty' }],
  'volume.badName': [
    {
      text: volume('name: ⟦a b⟧\nsecret: {f: aGk=}'),
      acr: 'volume name is not well formed. Only use alphanumeric and - _',
    },
  ],
  'volume.notSecret': [{ text: volume('⟦name: v⟧'), acr: 'currently only support for source type secret' }],
  'volume.empty': [{ text: volume('name: v\nsecret: ⟦{}⟧'), acr: 'secret is empty' }],
  'volume.noFileName': [
    { text: volume('name: v\nsecret: {"": ⟦aGk=⟧}'), acr: 'secret name provided for value is empty' },
  ],
  'volume.fileName': [
    {
      text: volume('name: v\nsecret: {a/b: ⟦aGk=⟧}'),
      acr: 'file name, a/b, is not well formed. Only use alphanumeric and - _ .',
    },
  ],
  'volume.base64': [
    {
      text: volume('name: v\nsecret: {f: ⟦a b⟧}'),
      acr: 'failed to decode Base64 value. please make sure value provided is Base64 encoded',
      params: { file: 'f' },
    },
  ],
  'volume.duplicate': [
    { text: `${goodVolume}  - name: ⟦v⟧\n    secret: {f: aGk=}\n`, acr: 'volume with duplicate name found' },
  ],
  'mount.unknownVolume': [
    {
      text: `${steps}    volumeMounts: [{name: ⟦w⟧, mountPath: /x}]\n`,
      acr: 'mount name, w, does not correspond to a volume',
      step: 'acb_step_0',
    },
  ],
  'mount.incomplete': [
    { text: `${goodVolume}${steps}    volumeMounts: [⟦{name: v}⟧]\n`, acr: 'mount name or mount path is empty' },
  ],
  'mount.duplicatePath': [
    {
      text: `${goodVolume}${steps}    volumeMounts: [{name: v, mountPath: /x}, {name: v, mountPath: ⟦/x⟧}]\n`,
      acr: 'mount with duplicate container file path found',
    },
  ],
  'mount.onPush': [
    {
      text: `${goodVolume}steps:\n  - push: [a]\n    ⟦volumeMounts⟧: [{name: v, mountPath: /x}]\n`,
      acr: 'invalid use of Mounts. Mounts must have unique container paths and only used for cmd or build steps',
    },
  ],

  'network.noName': [{ text: `networks:\n  - ⟦driver: bridge⟧\n${steps}` }],
  'network.duplicate': [{ text: `networks:\n  - name: a\n    isDefault: true\n  - name: ⟦a⟧\n${steps}` }],
  'network.unknown': [{ text: `${steps}    network: ⟦n⟧\n`, params: { name: 'n' } }],
  'network.severalDefaults': [
    { text: `networks: [{name: a, isDefault: yes}, {name: b, ⟦isDefault⟧: yes}]\n${steps}`, params: { name: 'b' } },
  ],
  'network.noDefault': [{ text: `⟦networks⟧: [{name: a}]\n${steps}` }],

  'env.step': [
    {
      text: `env: [A=1]\n${steps}    env: [⟦B⟧]\n`,
      acr: `${badMerge} step environment variable B correctly`,
      params: { text: 'B' },
    },
  ],
  'env.task': [
    { text: `env: [⟦A⟧]\n${steps}`, acr: `${badMerge} task environment variable A correctly` },
    { text: `env: [⟦"A=1,2"⟧]\n${steps}`, acr: `${badMerge} task environment variable 2 correctly` },
  ],
  'env.withoutValue': [{ text: `${steps}    env: [⟦A⟧]\n`, params: { text: 'A' } }],

  'step.retries': [{ text: `${steps}    retries: ⟦-1⟧\n`, acr: 'step must specify retries >= 0' }],
  'step.repeat': [{ text: `${steps}    repeat: ⟦-1⟧\n`, acr: 'step must specify repeat >= 0' }],
  'step.severalKinds': [
    { text: `${steps}    ⟦push⟧: [a]\n`, acr: 'step must only contain a single build, cmd, or push property' },
  ],
  'step.noKind': [
    { text: 'steps:\n  - ⟦id: a⟧\n', acr: 'step is missing a cmd, build, or push property', step: 'a' },
    { text: 'steps:\n  - ⟦cmd: ""⟧\n', acr: 'step is missing a cmd, build, or push property' },
    { text: 'steps:\n  - ⟦push: []⟧\n', acr: 'step is missing a cmd, build, or push property' },
  ],
  'step.idSpace': [{ text: `${steps}    id: ⟦"a\u00a0b"⟧\n`, acr: 'step ID cannot contain spaces' }],
  'step.reservedId': [{ text: `${steps}    id: ⟦acb_root⟧\n`, acr: "acb_root is a reserved ID, it can't be used" }],
  'step.duplicateId': [
    {
      text: `${steps}    id: a\n  - cmd: alpine\n    id: ⟦a⟧\n`,
      acr: 'a already exists as a vertex',
      params: { id: 'a', line: 3 },
    },
    { text: `${steps}    id: acb_step_1\n  - ⟦cmd: alpine⟧\n`, acr: 'acb_step_1 already exists as a vertex' },
  ],
  'step.whenDash': [
    {
      text: `${steps}    id: a\n  - cmd: alpine\n    when: ⟦["-", a]⟧\n`,
      acr: 'step cannot contain other IDs in when if the immediate execution token is specified',
    },
  ],
  'step.selfReference': [{ text: `${steps}    id: a\n    when: [⟦a⟧]\n`, acr: 'Step ID: a is self-referenced' }],
  'step.unknownWhen': [
    { text: `${steps}    id: a\n    when: [⟦zebra⟧]\n`, acr: 'zebra does not exist as a vertex [from: zebra, to: a]' },
  ],
  'step.unknownWhenMeant': [
    {
      text: `${steps}    id: build\n  - cmd: alpine\n    when: [⟦biuld⟧]\n`,
      acr: 'biuld does not exist as a vertex [from: biuld, to: acb_step_1]',
      params: { id: 'biuld', meant: 'build' },
      suggestion: 'build',
    },
  ],
  'step.laterWhen': [
    {
      text: `${steps}    id: a\n    when: [⟦b⟧]\n  - cmd: alpine\n    id: b\n`,
      acr: 'b does not exist as a vertex [from: b, to: a]',
      params: { id: 'b', line: 6 },
    },
  ],
  'step.emptyWhen': [{ text: `${steps}    when: [⟦""⟧]\n`, acr: 'from cannot be empty' }],
  'step.repeatedWhen': [{ text: `${steps}    id: a\n  - cmd: alpine\n    when: [a, ⟦a⟧]\n`, params: { id: 'a' } }],
  'step.cache': [
    {
      text: 'steps:\n  - build: .\n    cache: ⟦maybe⟧\n',
      acr: "invalid value for cache property. Valid values are 'enabled', 'disabled'",
      params: { value: 'maybe' },
    },
  ],
  'step.image': [{ text: 'steps:\n  - cmd: ⟦Alpine echo⟧\n', params: { text: 'Alpine' } }],
};
