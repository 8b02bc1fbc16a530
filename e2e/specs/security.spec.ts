// Electron's security checklist, an item a test, and what else must not get through (spec: reliability-security S13).
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { makeContext } from '../support/contexts.ts';
import type { Desktop } from '../support/desktop.ts';
import { expect, test } from '../support/test.ts';

const invalid = { ok: false, error: { code: 'request.invalid' } };

test('pages are isolated, sandboxed and without Node', async ({ desktop: { app, page } }) => {
  const preferences = await app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => {
      // Electron has it, and tells its types nothing of it.
      const all = (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences();
      const { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag } = all;
      return { contextIsolation, sandbox, nodeIntegration, webSecurity, webviewTag };
    }),
  );
  expect(preferences).toEqual([
    { contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, webviewTag: false },
  ]);
  expect(
    await page.evaluate(() => ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis)),
  ).toEqual([]);
});

test('the page gets the bridge and nothing more of Electron', async ({ desktop: { page } }) => {
  expect(await page.evaluate(() => Object.keys(window.slipway).sort())).toEqual([
    'abort',
    'invoke',
    'onEvent',
    'openLog',
    'openShell',
    'pathOf',
  ]);
});

test('only scripts of the app run', async ({ desktop: { page } }) => {
  const policy = await page.evaluate(async () => (await fetch(location.href)).headers.get('content-security-policy'));
  expect(policy).toContain("script-src 'self'");
  const refused = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        });
        document.body.insertAdjacentHTML('beforeend', '<img src="x:" onerror="window.ran = true">');
      }),
  );
  expect(await refused).toMatch(/^(script-src-attr|img-src)$/);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
  });
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
});

test('the page stays where it is and opens nothing', async ({ desktop: { app, page } }) => {
  const before = page.url();
  for (const url of [
    'https://example.com/',
    'file:///etc/passwd',
    'data:text/html,x',
    'slipway-app://elsewhere/index.html',
  ]) {
    await page.evaluate((target) => {
      const link = document.createElement('a');
      link.href = target;
      document.body.append(link);
      link.click();
      link.target = '_blank';
      link.click();
      link.remove();
    }, url);
    expect(await page.evaluate((target) => window.open(target), url)).toBeNull();
  }
  expect(page.url()).toBe(before);
  expect(app.windows()).toHaveLength(1);
});

test('no permission is granted', async ({ desktop: { page } }) => {
  const states = await page.evaluate(() =>
    Promise.all(
      (['geolocation', 'camera', 'microphone', 'notifications', 'clipboard-read'] as PermissionName[]).map(
        async (name) => (await navigator.permissions.query({ name })).state,
      ),
    ),
  );
  expect(new Set(states)).toEqual(new Set(['denied']));
});

test('addresses other than http and https are not opened', async ({ desktop }) => {
  const { page } = desktop;
  const opened = await recordOpenedAddresses(desktop);
  const open = (url: string) =>
    page.evaluate((target) => window.slipway.invoke('app', 'openExternal', { url: target }, 'test'), url);
  for (const url of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'smb://server/share',
    'slipway://run/ca1',
    'https://me:secret@example.com',
  ]) {
    expect(await open(url), url).toMatchObject(invalid);
  }
  expect(await open('https://example.com/docs')).toMatchObject({ ok: true });
  expect(await opened()).toEqual(['https://example.com/docs']);
});

test('unknown operations and wrong inputs are refused', async ({ desktop: { page } }) => {
  const invoke = (namespace: unknown, operation: unknown, input: unknown) =>
    page.evaluate(([a, b, c]) => window.slipway.invoke(a as string, b as string, c, 'test'), [
      namespace,
      operation,
      input,
    ] as const);
  expect(await invoke('runs', 'explode', {})).toMatchObject(invalid);
  expect(await invoke('constructor', 'name', {})).toMatchObject(invalid);
  expect(await invoke({ toString: 'runs' }, ['list'], {})).toMatchObject(invalid);
  expect(await invoke('runs', 'show', { runId: { $ne: '' } })).toMatchObject(invalid);
  expect(await invoke('runs', 'list', { limit: -1 })).toMatchObject(invalid);
});

test('another page is not answered, even with our preload', async ({ desktop: { app, page } }) => {
  const answered = await app.evaluate(async ({ app: electron, BrowserWindow }) => {
    const preload = `${electron.getAppPath()}/out/preload/preload.cjs`;
    const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    await foreign.loadURL('data:text/html,<title>foreign</title>');
    const result: unknown = await foreign.webContents.executeJavaScript(
      "window.slipway.invoke('app', 'info', undefined, 'x')",
    );
    foreign.destroy();
    return result;
  });
  expect(answered).toMatchObject({ ok: false });
  expect(answered).not.toHaveProperty('value');
  expect(await page.evaluate(() => window.slipway.invoke('app', 'info', undefined, 'x'))).toMatchObject({ ok: true });
});

test('a frame inside our page is not answered', async ({ desktop: { page } }) => {
  const reachable = await page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const frame = document.createElement('iframe');
        frame.srcdoc = '<p>inside</p>';
        frame.onload = () => resolve(frame.contentWindow !== null && 'slipway' in frame.contentWindow);
        document.body.append(frame);
      }),
  );
  expect(reachable).toBe(false);
});

test('files outside the built page can’t be read', async ({ desktop: { page } }) => {
  const statuses = await page.evaluate(() =>
    Promise.all(
      [
        'slipway-app://window/..%2f..%2fpackage.json',
        'slipway-app://window/%2e%2e/main/main.cjs',
        'slipway-app://window//etc/passwd',
      ].map(async (url) => (await fetch(url)).status),
    ),
  );
  expect(statuses).toEqual([404, 404, 404]);
  await expect(page.evaluate(() => fetch('file:///etc/passwd'))).rejects.toThrow();
});

test('a hostile log does nothing but stand there', async ({ desktop, folder, parts, t }) => {
  const { app, page } = desktop;
  const opened = await recordOpenedAddresses(desktop);
  await app.evaluate(({ clipboard }) => clipboard.writeText('what the person had copied'));
  const context = await makeContext(`${folder}/hostile`, {
    Dockerfile: `FROM ${parts.busybox.local}\nCOPY . /\nRUN cat /hostile.log; echo "end: $((8 * 8))"\n`,
    'hostile.log': [
      folder,
      '<img src=x onerror="window.ran = true"><script>window.ran = true</script>',
      '\u001b]0;new title\u0007\u001b]2;new title\u001b\\',
      `\u001b]52;c;${Buffer.from('stolen').toString('base64')}\u0007`,
      'javascript:alert(1) smb://server/share slipway://run/ca1',
      '\u001bP+q544e\u001b\\\u001b_G1;2\u001b\\',
      '\u202egnp.exe\u202c',
      '\u001b[2J\u001b[3J\u001b[H\u001bc',
      'overwritten\rby this',
      '\u001b]8;;file:///etc/passwd\u001b\\a file\u001b]8;;\u001b\\ \u001b]8;;javascript:window.ran=true\u001b\\a script\u001b]8;;\u001b\\',
      '',
    ].join('\n'),
  });
  await frame(page, t).goTo('build');
  const form = quickBuildPage(page, t);
  await form.open(context);
  const run = await form.start();
  await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
  await expect(run.log).toContainText('end: 64');

  const title = await page.title();
  for (const link of await run.log.locator('a').all()) await link.click();
  // As a mouse would: xterm takes the clicks with a layer of its own.
  await run.log.getByText('a file').first().click({ force: true });
  await run.log
    .getByText('a file')
    .first()
    .click({ force: true, modifiers: ['Control'] });
  expect(await page.title()).toBe(title);
  expect(title).not.toContain('new title');
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle())).not.toContain(
    'new title',
  );
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toBe('what the person had copied');
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
  expect(await opened()).toEqual([]);
  expect(app.windows()).toHaveLength(1);
});

/** Puts a recorder in the place of the person's browser. */
async function recordOpenedAddresses({ app }: Desktop): Promise<() => Promise<readonly string[]>> {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Reflect.set(globalThis, 'openedAddresses', opened);
    shell.openExternal = (url) => Promise.resolve(void opened.push(url));
  });
  return () => app.evaluate(() => Reflect.get(globalThis, 'openedAddresses') as string[]);
}
