import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandContext, useCommands } from './use-commands.ts';
import { createCommandRegistry } from './registry.ts';
import type { Command } from './registry.ts';

const registry = createCommandRegistry();
const root = createRoot(document.createElement('div'));

function Screen({ commands }: { readonly commands: readonly Command[] }) {
  useCommands(commands);
  return null;
}

function show(...commands: readonly Command[]): void {
  const screen = commands.length === 0 ? null : createElement(Screen, { commands });
  act(() => root.render(createElement(CommandContext.Provider, { value: registry }, screen)));
}

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
});
afterEach(() => {
  show();
  Reflect.deleteProperty(globalThis, 'IS_REACT_ACT_ENVIRONMENT');
});

describe('useCommands', () => {
  const start = (more: Partial<Command> = {}): Command => ({
    id: 'task.start',
    title: 'Run task',
    group: 'task',
    shortcuts: ['mod+enter'],
    run: () => {},
    ...more,
  });

  it('offers them while they are shown', () => {
    show(start());
    expect(registry.all()).toMatchObject([{ id: 'task.start', title: 'Run task' }]);
    show();
    expect(registry.all()).toEqual([]);
  });

  it('leaves a list that says the same, and does what the latest does', () => {
    const done: string[] = [];
    show(start({ run: () => done.push('first') }));
    const offered = registry.all();
    show(start({ run: () => done.push('second') }));
    expect(registry.all()).toBe(offered);
    offered[0]?.run();
    expect(done).toEqual(['second']);
  });

  it.each([
    ['its title', { title: 'Run again' }],
    ['why it is off', { disabled: 'Nothing to run' }],
    ['its keys', { shortcuts: ['f5'] }],
  ])('offers it anew when %s has changed', (_, more) => {
    show(start());
    show(start(more));
    expect(registry.all()).toMatchObject([more]);
  });
});
