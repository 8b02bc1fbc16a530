import os from 'node:os';
import path from 'node:path';

/**
 * Where Slipway keeps everything, the same folder for the window and the command line: `$SLIPWAY_HOME`, else the platform's
 * place for a program's data. Absolute; may not exist yet.
 */
export function slipwayHome(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const given = env['SLIPWAY_HOME'];
  if (given) return path.resolve(given);
  const home = os.homedir();
  switch (platform) {
    case 'darwin':
      return path.join(home, 'Library/Application Support/Slipway');
    case 'win32':
      return path.join(env['APPDATA'] || path.join(home, 'AppData/Roaming'), 'Slipway');
    default:
      return path.join(env['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'Slipway');
  }
}
