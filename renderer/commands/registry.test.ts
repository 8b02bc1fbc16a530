import { describe, expect, it } from 'vitest';
import { commandFor } from './keyboard.ts';
import { createCommandRegistry } from './registry.ts';
import type { Command } from './registry.ts';
import type { KeyPress } from './shortcut.ts';

function command(id: string, part: Partial<Command> = {}): Command {
  return { id, title: id, group: 'app', run: () => {}, ...part };
}

function ids(commands: readonly Command[]): readonly string[] {
  return commands.map(({ id }) => id);
}

describe('the command registry', () => {
  it('offers what was added until it is taken away', () => {
    const registry = createCommandRegistry();
    registry.add([command('a')]);
    const remove = registry.add([command('b')]);
    expect(ids(registry.all())).toEqual(['a', 'b']);
    remove();
    expect(ids(registry.all())).toEqual(['a']);
  });

  it('lets a screen stand in for a command of the app, and gives it back', () => {
    const registry = createCommandRegistry();
    registry.add([command('run.cancel', { disabled: 'Nothing runs' })]);
    const remove = registry.add([command('run.cancel', { title: 'Cancel ca4' })]);
    expect(registry.all()).toMatchObject([{ title: 'Cancel ca4' }]);
    remove();
    expect(registry.all()).toMatchObject([{ disabled: 'Nothing runs' }]);
  });

  it('keeps a list that two screens added while one of them is left', () => {
    const registry = createCommandRegistry();
    const shared = [command('a')];
    const first = registry.add(shared);
    registry.add(shared);
    first();
    expect(ids(registry.all())).toEqual(['a']);
  });

  it('tells each listener of a change, and hands out the same list until then', () => {
    const registry = createCommandRegistry();
    let changes = 0;
    const stop = registry.subscribe(() => {
      changes += 1;
    });
    registry.add([command('a')]);
    expect(registry.all()).toBe(registry.all());
    stop();
    registry.add([command('b')]);
    expect(changes).toBe(1);
  });
});

describe('commandFor', () => {
  const keys: KeyPress = {
    key: 'f',
    code: 'KeyF',
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    isComposing: false,
  };
  const mod: KeyPress = { ...keys, key: 'k', code: 'KeyK', ctrlKey: true };
  const rules = { mac: false, singleKeys: true };
  const failure = command('run.nextFailure', { shortcuts: ['f'] });
  const palette = command('app.palette', { shortcuts: ['mod+k', 'mod+shift+p'] });
  const all = [failure, palette];

  it('finds a command by its keys', () => {
    expect(commandFor(all, keys, document.body, rules)).toBe(failure);
    expect(commandFor(all, mod, document.body, rules)).toBe(palette);
  });

  it('finds it by its second shortcut too', () => {
    const press: KeyPress = { ...keys, key: 'P', code: 'KeyP', ctrlKey: true, shiftKey: true };
    expect(commandFor(all, press, document.body, rules)).toBe(palette);
  });

  it.each(['input', 'textarea', 'select'])('leaves single keys to what is typed in %s', (tag) => {
    const field = document.createElement(tag);
    expect(commandFor(all, keys, field, rules)).toBeUndefined();
    expect(commandFor(all, mod, field, rules)).toBe(palette);
  });

  it('leaves letters to a list that is closed, and Escape to one that is open', () => {
    const back = command('run.back', { shortcuts: ['escape'] });
    const escape: KeyPress = { ...keys, key: 'Escape', code: 'Escape' };
    const list = document.createElement('button');
    list.setAttribute('role', 'combobox');
    list.setAttribute('aria-expanded', 'false');
    expect(commandFor([...all, back], escape, list, rules)).toBe(back);
    expect(commandFor([...all, back], keys, list, rules)).toBeUndefined();
    list.setAttribute('aria-expanded', 'true');
    expect(commandFor([...all, back], escape, list, rules)).toBeUndefined();
  });

  it("takes single keys over the log, whose hidden field isn't typed in", () => {
    const log = document.createElement('div');
    log.className = 'xterm';
    const field = log.appendChild(document.createElement('textarea'));
    expect(commandFor(all, keys, field, rules)).toBe(failure);
  });

  it('can do without letters as shortcuts, and keeps the others', () => {
    const help = command('app.help', { shortcuts: ['?'] });
    const off = { mac: false, singleKeys: false };
    expect(commandFor(all, keys, document.body, off)).toBeUndefined();
    expect(commandFor([help], { ...keys, key: '?', code: 'Slash', shiftKey: true }, document.body, off)).toBe(help);
  });

  it('passes over a command that is disabled, to one behind it', () => {
    const screen = command('run.other', { shortcuts: ['f'], disabled: 'No failure' });
    expect(commandFor([failure, screen], keys, document.body, rules)).toBe(failure);
  });

  it('prefers what was added last', () => {
    const screen = command('run.other', { shortcuts: ['f'] });
    expect(commandFor([failure, screen], keys, document.body, rules)).toBe(screen);
  });
});
