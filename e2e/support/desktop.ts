import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import type { Settings } from '@shared/model/settings.ts';
import { givenElectron } from '../../scripts/parts/given.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');

/** The app, running in a real Electron. */
export interface Desktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** Whether its process has ended. */
  ended(): boolean;
  /** Quits as a person does; runs that are active are stopped. */
  quit(): Promise<void>;
  /** SIGKILL: as when the machine goes down. */
  kill(): Promise<void>;
}

export interface LaunchOptions {
  readonly home: string;
  /** `DOCKER_HOST`, which is asked and nothing else. */
  readonly engine: string;
  readonly settings?: Partial<Settings>;
  readonly env?: Readonly<Record<string, string>>;
  /** Words of the command line, such as a `slipway://` address. */
  readonly words?: readonly string[];
  /** Size of the window; it remembers one like any other. */
  readonly size?: { readonly width: number; readonly height: number };
}

export async function launch(options: LaunchOptions): Promise<Desktop> {
  const { home, size } = options;
  await mkdir(path.join(home, 'docker-config'), { recursive: true });
  if (options.settings !== undefined)
    await writeFile(path.join(home, 'settings.json'), JSON.stringify(options.settings));
  if (size !== undefined) {
    await mkdir(path.join(home, 'window'), { recursive: true });
    await writeFile(path.join(home, 'window/window.json'), JSON.stringify({ bounds: { x: 0, y: 0, ...size } }));
  }
  const app = await _electron.launch({
    ...electronCommand(options.words),
    env: environment(options),
    colorScheme: null, // the app's own theme, not one of Playwright's
  });
  let ended = false;
  app.on('close', () => (ended = true));
  const page = await app.firstWindow();
  return {
    app,
    page,
    home,
    ended: () => ended,
    async quit() {
      await app.evaluate(({ dialog }) => {
        dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
      });
      await app.close();
    },
    async kill() {
      const closed = app.waitForEvent('close');
      app.process().kill('SIGKILL');
      await closed;
    },
  };
}

/** The program and its words that start the built app. */
export function electronCommand(words: readonly string[] = []): {
  readonly executablePath: string;
  readonly args: string[];
} {
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  return { executablePath: givenElectron(), args: [...(root ? ['--no-sandbox'] : []), projectRoot, ...words] };
}

/** Nothing of the person's own: no docker configuration, no keyring, no language. */
export function environment({ home, engine, env }: LaunchOptions): Record<string, string> {
  const inherited: Record<string, string | undefined> = {
    ...process.env,
    SLIPWAY_HOME: home,
    DOCKER_HOST: engine,
    DOCKER_CONFIG: path.join(home, 'docker-config'),
    DOCKER_CONTEXT: undefined,
    SLIPWAY_PASSPHRASE: undefined,
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    ELECTRON_RUN_AS_NODE: undefined,
    LANGUAGE: 'en',
    LC_ALL: 'C.UTF-8',
    ...env,
  };
  return Object.fromEntries(
    Object.entries(inherited).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
