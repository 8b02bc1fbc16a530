// The README's pictures, of the real window: SLIPWAY_SCREENSHOTS=1 npm test -- desktop screenshots
import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { frame } from '../pages/frame.ts';
import { quickBuildPage } from '../pages/quick-build.ts';
import { taskPage } from '../pages/task.ts';
import { makeContext } from '../support/contexts.ts';
import { createGate } from '../support/gate.ts';
import { expect, test } from '../support/test.ts';

const images = path.resolve(import.meta.dirname, '../../docs/images');
/** A place that looks like somebody's, and like nobody's in particular. */
const desk = '/tmp/harbour';

const looks = [
  ['en', 'light'],
  ['en', 'dark'],
  ['ko', 'light'],
] as const;

for (const [language, theme] of process.env['SLIPWAY_SCREENSHOTS'] ? looks : []) {
  test.describe(`${language}, ${theme}`, () => {
    test.use({ language, theme });

    test('pictures of home, build, task and run', async ({ start, parts, t }) => {
      test.setTimeout(180_000);
      await rm(desk, { recursive: true, force: true });
      await mkdir(images, { recursive: true });
      const base = parts.busybox.open;
      const gate = await createGate();
      const web = await makeContext(`${desk}/web`, {
        Dockerfile: [
          `FROM ${base} AS build`,
          'ARG VERSION=1.4.0',
          'WORKDIR /src',
          'COPY . .',
          'RUN sh build.sh $VERSION',
          '',
          `FROM ${base}`,
          'COPY --from=build /src/dist /srv/web',
          'EXPOSE 8080',
          'CMD ["httpd", "-f", "-p", "8080", "-h", "/srv/web"]',
        ].join('\n'),
        '.dockerignore': 'node_modules\n.git\n',
        'build.sh': [
          'echo "Building web $1"',
          'for page in index pricing docs changelog; do printf "  \\033[32m✓\\033[0m %s.html\\n" $page; done',
          'mkdir -p dist && cp src/* dist/',
          'echo "$(ls dist | wc -l) pages in dist/"',
        ].join('\n'),
        'src/index.html': `<!doctype html><title>Harbour</title>${language}${theme}\n`,
        'src/pricing.html': '<!doctype html><title>Pricing</title>\n'.repeat(40),
        'src/docs.html': '<!doctype html><title>Docs</title>\n'.repeat(200),
        'src/changelog.html': '<!doctype html><title>Changelog</title>\n'.repeat(90),
        'node_modules/left/index.js': 'module.exports = 1;\n',
      });
      const api = await makeContext(`${desk}/api`, {
        Dockerfile: `FROM ${base}\nCOPY . /src\nWORKDIR /src\nRUN sh test.sh\n`,
        'test.sh': 'echo "ok   orders"\necho "FAIL invoices: expected 3 lines, got 2"\nexit 1\n',
      });
      const worker = await makeContext(`${desk}/worker`, {
        Dockerfile: `FROM ${base}\nCOPY . /src\nWORKDIR /src\nRUN sh build.sh\n`,
        'build.sh': gate.command,
      });

      await symlink(parts.engines[0].host.replace('unix://', ''), `${desk}/docker.sock`);
      const { page } = await start({ engine: `unix://${desk}/docker.sock`, size: { width: 1280, height: 800 } });
      const around = frame(page, t);
      const form = quickBuildPage(page, t);
      const open = async (folder: string) => {
        await around.goTo('build');
        await form.open(folder);
      };
      const take = async (name: string) => {
        await page.mouse.move(640, 796);
        await page.screenshot({ path: path.join(images, `${name}-${language}-${theme}.png`) });
      };

      await open(web);
      await form.tag.fill(`${parts.registries.open.host}/harbour/web:{{.Run.ID}}`);
      await expect(form.summary).toContainText('.dockerignore');
      await take('build');
      const run = await form.start();
      await expect(run.state('succeeded')).toBeVisible({ timeout: 30_000 });
      await expect(run.log).toContainText(`Run ID: ${await run.id()} was successful after`);
      await take('run');

      await open(api);
      const failed = await form.start();
      await expect(failed.state('failed')).toBeVisible({ timeout: 30_000 });
      await expect(page.getByText(t('errors', 'build.failed.title')).first()).toBeVisible();
      await take('failure');

      await cp(path.resolve(import.meta.dirname, '../../assets/samples/release'), `${desk}/release`, {
        recursive: true,
      });
      await around.goTo('tasks');
      const task = taskPage(page, t);
      await task.open(`${desk}/release/acr-task.yaml`);
      await expect(task.run).toBeEnabled();
      await take('task');
      const released = await task.start();
      await expect(released.state('succeeded')).toBeVisible({ timeout: 60_000 });
      await expect(released.log).toContainText(`Run ID: ${await released.id()} was successful after`);
      await page.keyboard.press('g');
      await take('task-run');

      await makeContext(`${desk}/checks`, {
        'acb.yaml': [
          'version: v1.1.0',
          'steps:',
          '  - id: fetch',
          `    cmd: ${base} sh -c 'echo 3 > expected'`,
          '  - id: check',
          `    cmd: ${base} sh -c 'echo "2 lines, expected $(cat expected)"; [ "$(cat expected)" = 2 ]'`,
          '  - id: publish',
          `    cmd: ${base} echo published`,
          '',
        ].join('\n'),
      });
      await around.goTo('tasks');
      await task.open(`${desk}/checks/acb.yaml`);
      await task.stopOnFailure.click();
      const stopped = await task.start();
      await stopped.pause.getByRole('button', { name: t('run', 'pause.shell') }).click({ timeout: 30_000 });
      const shell = stopped.shell('check');
      await expect(shell.getByRole('textbox')).toBeFocused({ timeout: 20_000 });
      await page.keyboard.type('ls; cat expected\n');
      await expect(shell).toContainText('expected');
      await take('task-shell');
      await stopped.pause.getByRole('button', { name: t('run', 'pause.stop') }).click();
      await expect(stopped.state('failed')).toBeVisible({ timeout: 30_000 });

      await open(worker);
      await form.start();
      await gate.reached;
      await around.goTo('home');
      await expect(around.main).toContainText('worker');
      await take('home');
      gate.open();
      await gate.close();
      await rm(desk, { recursive: true, force: true });
    });
  });
}
