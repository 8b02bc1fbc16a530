// A process of its own that works on a vault, for the tests: `node vault-process.mjs HOME KEYRING ACTION …`.
// KEYRING is `none`, `os`, or the key that a keyring of this person has.
import { openVault } from './vault.ts';

const [home = '', keyring = 'none', action = '', ...rest] = process.argv.slice(2);
const vault = openVault({
  home,
  homeId: 'home-1',
  passphrase: process.env['SLIPWAY_PASSPHRASE'],
  ...(keyring === 'os'
    ? {}
    : {
        keyring: async () =>
          keyring === 'none'
            ? { kind: 'absent', reason: 'none in this test' }
            : {
                kind: 'available',
                keyring: { name: 'test', get: async () => keyring, set: async () => undefined },
              },
      }),
});

switch (action) {
  case 'put-many': {
    const [prefix = '', count = '0'] = rest;
    for (let n = 0; n < Number(count); n++) await vault.put(`run/${prefix}${n}`, `value of ${prefix}${n}`);
    break;
  }
  case 'put':
    await vault.put(rest[0] ?? '', rest[1] ?? '');
    break;
  case 'get': {
    const value = await vault.get(rest[0] ?? '');
    process.stdout.write(value === undefined ? 'none' : Buffer.from(value).toString());
    break;
  }
  case 'status':
    process.stdout.write(JSON.stringify(await vault.status()));
    break;
  default:
    throw new Error(`unknown action ${action}`);
}
