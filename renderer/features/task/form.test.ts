import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuickRunRequest, splitRunSecrets } from '@shared/model/quick-run.ts';
import {
  emptyForm,
  formForFile,
  formFromRequest,
  formProblems,
  hiddenValue,
  previewRequest,
  requestFromForm,
  splitCommand,
  strayBreakpoints,
  taskName,
  textOf,
  toggleBreakpoint,
} from './form.ts';
import type { TaskForm } from './form.ts';

const fresh = emptyForm({ kind: 'file', path: '/src/web/acr-task.yaml' }, '/src/web');
const request = (form: TaskForm, keepsSecrets = false) =>
  QuickRunRequest.parse(requestFromForm(form, { keepsSecrets }));

describe('the form of a task file', () => {
  it('asks for that file with its folder, and for an hour', () => {
    expect(request(fresh)).toEqual({
      context: '/src/web',
      source: { kind: 'file', path: '/src/web/acr-task.yaml' },
      values: [],
      timeoutSeconds: 3_600,
      allow: [],
      breakpoints: { before: [], after: [], onFailure: false },
    });
  });

  it('is filled in as it was run last, but allows nothing by itself', () => {
    const last = request({
      ...fresh,
      context: '',
      values: [{ name: 'greeting', value: 'ahoy', secret: false }],
      timeoutMinutes: '90',
      allow: ['privileged'],
    });
    expect(formForFile('/src/web/acr-task.yaml', '/src/web', last)).toEqual({
      ...fresh,
      context: '',
      values: [{ name: 'greeting', value: 'ahoy', secret: false }],
      timeoutMinutes: '90',
    });
  });

  it('reads the file that was opened, not the edited text of the last run', () => {
    const last = request({ ...fresh, edited: 'steps: []' });
    expect(formForFile('/src/web/acr-task.yaml', '/src/web', last)).toEqual(fresh);
  });

  it('runs an edited text under the name of its file', () => {
    expect(request({ ...fresh, edited: 'steps: []\n' }).source).toEqual({
      kind: 'text',
      name: 'acr-task.yaml',
      text: 'steps: []\n',
    });
  });

  it('leaves the workspace empty without a folder', () => {
    expect(request({ ...fresh, context: ' ' })).not.toHaveProperty('context');
  });
});

describe('values', () => {
  const values = [
    { name: 'greeting', value: '', secret: false },
    { name: ' token ', value: 's3cret', secret: true },
    { name: '', value: '', secret: false },
  ];

  it('may be empty, but not without a name', () => {
    expect(request({ ...fresh, values }).values).toEqual([
      { name: 'greeting', value: '', secret: false },
      { name: 'token', value: 's3cret', secret: true },
    ]);
  });

  it('that are secret are those of the earlier run unless they are typed anew', () => {
    const recorded = splitRunSecrets(request({ ...fresh, values })).recorded;
    expect(JSON.stringify(recorded)).not.toContain('s3cret');
    const again = formFromRequest(recorded);
    expect(request(again, true).values).toEqual([
      { name: 'greeting', value: '', secret: false },
      { name: 'token', secret: true },
    ]);
    expect(request(again).values[1]).toEqual({ name: 'token', value: '', secret: true });
  });
});

describe('one command', () => {
  it.each([
    ['alpine:3.20 ls -l /workspace', 'alpine:3.20', 'ls -l /workspace'],
    ["bash -c 'a\n b'", 'bash', "-c 'a\n b'"],
    ['alpine', 'alpine', ''],
    ['--memory 1g bash true', '--memory 1g bash true', ''],
    ['', '', ''],
  ])('%j is an image and its arguments', (command, image, args) => {
    expect(splitCommand(command)).toEqual({ image, args });
  });

  it('is put together again', () => {
    const form = emptyForm({ kind: 'command', image: ' alpine ', args: ' ls ' }, '');
    expect(request(form).source).toEqual({ kind: 'command', command: 'alpine ls' });
    expect(taskName(form.origin)).toBe('task.yaml');
  });
});

describe('a request as a form', () => {
  it('asks for the same again', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const form = fc.record<TaskForm>({
      origin: fc.oneof(
        fc.record({ kind: fc.constant('file' as const), path: word }),
        fc.record({ kind: fc.constant('text' as const), name: word, text: fc.string() }),
        fc.record({
          kind: fc.constant('command' as const),
          image: word,
          args: fc.constantFrom('', 'ls -l', "sh -c 'a  b'"),
        }),
      ),
      edited: fc.option(fc.string(), { nil: undefined }),
      context: fc.constantFrom('', '/src/web'),
      valuesFile: fc.constantFrom('', 'values.yaml'),
      values: fc.array(fc.record({ name: word, value: fc.string(), secret: fc.boolean() })),
      engine: fc.constantFrom('', 'far'),
      platform: fc.constantFrom('', 'linux/arm64', 'linux/arm/v7'),
      registry: fc.constantFrom('', 'reg.example.com'),
      timeoutMinutes: fc.constantFrom('', '1', '10.5', '480'),
      allow: fc.uniqueArray(fc.constantFrom('privileged' as const, 'hostMounts' as const)),
      breakpoints: fc.record({ before: fc.array(word), after: fc.array(word), onFailure: fc.boolean() }),
    });
    fc.assert(
      fc.property(form, (typed) => {
        expect(request(formFromRequest(request(typed)))).toEqual(request(typed));
      }),
    );
  });
});

describe('what a preview is asked for', () => {
  it('is the same whatever is allowed and wherever the run stops', () => {
    const changed: TaskForm = {
      ...fresh,
      allow: ['dockerSocket'],
      breakpoints: { before: ['a'], after: [], onFailure: true },
    };
    const asked = (form: TaskForm) => previewRequest(requestFromForm(form, { keepsSecrets: false }));
    expect(asked(changed)).toEqual(asked(fresh));
    expect(QuickRunRequest.parse(asked(changed)).allow).toEqual([]);
  });

  it('has no secret value, but something in its place, that of the earlier run too', () => {
    const form: TaskForm = {
      ...fresh,
      values: [
        { name: 'token', value: 's3cret', secret: true },
        { name: 'kept', value: '', secret: true },
        { name: 'greeting', value: 'ahoy', secret: false },
      ],
    };
    const values = (keepsSecrets: boolean) => previewRequest(requestFromForm(form, { keepsSecrets })).values;
    expect(values(true)?.map(({ value }) => value)).toEqual([hiddenValue, hiddenValue, 'ahoy']);
    expect(values(false)?.map(({ value }) => value)).toEqual([hiddenValue, '', 'ahoy']);
  });
});

describe('problems', () => {
  it('are none in a fresh form', () => {
    expect(formProblems(fresh)).toEqual([]);
  });

  it.each<[string, Partial<TaskForm>, object]>([
    ['no image', { origin: { kind: 'command', image: ' ', args: 'ls' } }, { field: 'command', reason: 'empty' }],
    ['no name', { values: [{ name: '', value: 'x', secret: false }] }, { field: 'value', index: 0, reason: 'name' }],
    [
      'a name with =',
      { values: [{ name: 'a=b', value: '', secret: false }] },
      { field: 'value', index: 0, reason: 'name' },
    ],
    ['a platform', { platform: 'linux/mips' }, { field: 'platform', reason: 'unknown', text: 'linux/mips' }],
    ['a time', { timeoutMinutes: '481' }, { field: 'timeout', reason: 'range' }],
    ['no time', { timeoutMinutes: 'soon' }, { field: 'timeout', reason: 'range' }],
  ])('name %s', (_, part, problem) => {
    expect(formProblems({ ...fresh, ...part })).toEqual([problem]);
  });

  it('are none for a command that was edited as a task', () => {
    expect(formProblems({ ...fresh, origin: { kind: 'command', image: '', args: '' }, edited: 'steps: []' })).toEqual(
      [],
    );
  });
});

describe('the text to edit', () => {
  it('is what was typed, else that of a run without a file', () => {
    const earlier = emptyForm({ kind: 'text', name: 'task.yaml', text: 'steps: []' }, '');
    expect(textOf(fresh)).toBeUndefined();
    expect(textOf(earlier)).toBe('steps: []');
    expect(textOf({ ...earlier, edited: '' })).toBe('');
  });
});

describe('breakpoints', () => {
  it('are set and taken away, each place by itself', () => {
    const set = toggleBreakpoint(toggleBreakpoint(fresh.breakpoints, 'before', 'test'), 'after', 'test');
    expect(set).toEqual({ before: ['test'], after: ['test'], onFailure: false });
    expect(toggleBreakpoint(set, 'before', 'test')).toEqual({ before: [], after: ['test'], onFailure: false });
  });

  it('of steps that are gone are told once', () => {
    const set = { before: ['gone', 'test'], after: ['gone'], onFailure: false };
    expect(strayBreakpoints(set, ['test'])).toEqual(['gone']);
  });
});
