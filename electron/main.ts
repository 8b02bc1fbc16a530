// The shell around the runtime: one window, opened first; the runtime comes up while its page loads.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { app, nativeTheme, session, type BrowserWindow } from 'electron';
import type { AppEvent } from '@shared/contract/events.ts';
import { appHandlers, assetsFolder } from './desktop/app-handlers.ts';
import { buildPlace, placeIn, taskPlace } from './desktop/deep-link.ts';
import { createDialogs } from './desktop/dialogs.ts';
import { denyPermissions, guardPages } from './desktop/guard.ts';
import { setMenu } from './desktop/menu.ts';
import { declarePageScheme, pageUrl, servePage } from './desktop/page.ts';
import { createQuit } from './desktop/quit.ts';
import { reloadAfterCrash } from './desktop/recover-page.ts';
import { textsFor } from './desktop/texts.ts';
import { focusWindow, openWindow } from './desktop/window.ts';
import { openWindowState } from './desktop/window-state.ts';
import { heedSignals } from './desktop/signals.ts';
import { slipwayHome } from './home.ts';
import { deferred } from './ipc/deferred.ts';
import { logSourceOf } from './ipc/log-source.ts';
import { serveWindow } from './ipc/serve.ts';
import type { Runtime } from './runtime.ts';

/** How long runs and engine may take to stop (ms) before the process ends all the same. */
const patience = 30_000;

/** How often (ms) it is looked whether the last run is over, once the person waits for that to quit. */
const idleCheck = 250;

const mac = process.platform === 'darwin';
const home = slipwayHome(process.env);
/** Chromium's own files, and what the window remembers. Each home has its own, and so its own instance of the app. */
const profile = path.join(home, 'window');
/** `npm run dev` serves the page itself. */
const page = (app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']) ?? pageUrl;

mkdirSync(profile, { recursive: true, mode: 0o700 });
app.setName('Slipway');
app.setPath('userData', profile);

if (app.requestSingleInstanceLock()) run();
else app.exit(0); // the instance that is there has been told, and comes to the front

function run(): void {
  const state = openWindowState(profile);
  const texts = () => textsFor(state.read().language, app.getLocale());
  const dialogs = createDialogs(() => window, texts);
  const pageLoaded = deferred();
  const runtime = pageLoaded.promise.then(startRuntime);

  let window: BrowserWindow | undefined;
  let send: (event: AppEvent) => void = () => undefined;
  let started: Runtime | undefined;
  let leaving = false;
  let firstPlace = placeIn(process.argv);

  const quit = createQuit({
    activeRuns: () => started?.activeRuns() ?? 0,
    ask: (active) => dialogs.askToQuit(active),
    untilIdle,
    async leave() {
      leaving = true;
      window?.close();
      await Promise.race([started?.close().catch(complain), delay(patience)]);
      app.exit(0);
    },
  });

  declarePageScheme();
  guardPages(page);
  void app.whenReady().then(() => {
    heedSignals(() => quit.now());
    nativeTheme.themeSource = state.read().theme;
    denyPermissions(session.defaultSession);
    servePage(path.join(app.getAppPath(), 'out/renderer'));
    showWindow(firstPlace);
    showMenu();
    if (app.isPackaged) app.setAsDefaultProtocolClient('slipway');
  });

  app.on('second-instance', (_, words) => goTo(placeIn(words)));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    if (app.isReady()) goTo(placeIn([url]));
    else firstPlace = placeIn([url]);
  });
  app.on('activate', () => goTo(undefined));
  app.on('window-all-closed', () => undefined); // or Electron would quit past us
  app.on('before-quit', (event) => {
    event.preventDefault(); // whoever asks, and however often: what runs is stopped before we end by app.exit
    quit.request();
  });

  function showWindow(place: string | undefined): void {
    window = openWindow({
      preload: path.join(app.getAppPath(), 'out/preload/preload.cjs'),
      state,
      mayClose: () => leaving || mac,
      onCloseRequest: () => quit.request(),
    });
    const contents = window.webContents;
    send = serveWindow(
      contents,
      page,
      { app: appHandlers(home, dialogs), runtime: runtime.then(({ handlers }) => handlers) },
      runtime.then(logSourceOf),
      async (subscription, signal) => (await runtime).openShell(subscription, signal),
    );
    reloadAfterCrash(
      contents,
      (reason) => dialogs.askAfterCrash(reason),
      () => quit.now(),
    );
    contents.once('dom-ready', () => pageLoaded.resolve());
    window.once('closed', () => (window = undefined));
    void window.loadURL(place === undefined ? page : `${page}#${place}`);
  }

  async function startRuntime(): Promise<Runtime> {
    const { createRuntime } = await import('./runtime.ts');
    const created = await createRuntime({
      home,
      env: process.env,
      owner: 'window',
      saveAs: (name) => dialogs.saveAs(name),
      samples: path.join(assetsFolder(), 'samples'),
    });
    started = created;
    created.onEvent((event) => {
      send(event);
      if (event.kind === 'settingsChanged') void followSettings(created).catch(complain);
    });
    await followSettings(created);
    void created.start().catch(complain);
    return created;
  }

  async function followSettings({ handlers }: Runtime): Promise<void> {
    const { theme, language } = await handlers.settings.get(undefined, new AbortController().signal);
    state.write({ theme, language });
    nativeTheme.themeSource = theme;
    showMenu();
  }

  function showMenu(): void {
    const actions = {
      goTo: (place: string) => goTo(place),
      chooseFolder: async () => {
        const folder = await dialogs.chooseFolder();
        if (folder !== null) goTo(buildPlace(folder));
      },
      chooseTaskFile: async () => {
        const file = await dialogs.chooseTaskFile();
        if (file !== null) goTo(taskPlace(file));
      },
      quit: () => quit.request(),
    };
    setMenu(actions, { texts: texts().menu, mac, development: !app.isPackaged });
  }

  /** Brings the window to the front, and to a place when one is given. */
  function goTo(place: string | undefined): void {
    if (window === undefined) return showWindow(place);
    focusWindow(window);
    if (place !== undefined) send({ kind: 'navigate', to: place });
  }

  async function untilIdle(): Promise<void> {
    // A run is let go of a moment after its last event, so no event tells of it.
    while ((started?.activeRuns() ?? 0) > 0) await delay(idleCheck);
  }
}

function complain(thrown: unknown): void {
  process.stderr.write(`slipway: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
}
