import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { slipwayHome } from './home.ts';

const home = os.homedir();

describe('slipwayHome', () => {
  it.each([
    ['linux', {}, path.join(home, '.config/Slipway')],
    ['linux', { XDG_CONFIG_HOME: '/data/config' }, '/data/config/Slipway'],
    ['darwin', {}, path.join(home, 'Library/Application Support/Slipway')],
    ['win32', { APPDATA: '/users/ana/AppData/Roaming' }, '/users/ana/AppData/Roaming/Slipway'],
    ['linux', { SLIPWAY_HOME: '/srv/slipway' }, '/srv/slipway'],
    ['darwin', { SLIPWAY_HOME: '/srv/slipway' }, '/srv/slipway'],
    ['linux', { SLIPWAY_HOME: '' }, path.join(home, '.config/Slipway')],
    ['linux', { SLIPWAY_HOME: 'relative' }, path.resolve('relative')],
  ] as const)('is, on %s with %j, %s', (platform, env, expected) => {
    expect(slipwayHome(env, platform)).toBe(expected);
  });
});
