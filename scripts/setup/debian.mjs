// Debian's and Ubuntu's packages: by purpose, installed as root with a word about each, else told. Node built-ins only.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { userCache } from './folders.mjs';
import { SetupProblem, run, say } from './shell.mjs';

/**
 * A package may have another name in a newer release (Debian 13 and Ubuntu 24.04 renamed some): alternatives by `|`.
 * @type {Record<Purpose, {why: string, packages: string[]}>}
 * @typedef {'display' | 'window' | 'engine' | 'emulation' | 'registry' | 'keyring' | 'images' | 'git'} Purpose
 */
export const purposes = {
  display: {
    why: 'a virtual screen, as there is none here',
    packages: ['xvfb', 'xauth'],
  },
  window: {
    why: 'the libraries that an Electron window needs, and a font with Korean',
    packages: [
      'libgtk-3-0|libgtk-3-0t64',
      'libnss3',
      'libasound2|libasound2t64',
      'libgbm1',
      'libxss1',
      'libatk-bridge2.0-0|libatk-bridge2.0-0t64',
      'fonts-noto-cjk',
    ],
  },
  engine: { why: 'Docker Engine, which builds and runs', packages: ['docker.io|docker-ce', 'iptables', 'iproute2'] },
  emulation: {
    why: 'QEMU, which runs images of other architectures',
    packages: ['qemu-user-static', 'binfmt-support'],
  },
  registry: { why: 'a real registry to push to in the tests', packages: ['docker-registry', 'apache2-utils'] },
  keyring: { why: 'a real keyring for the tests of secrets', packages: ['gnome-keyring', 'dbus'] },
  git: {
    why: 'sources that are fetched, and the clients that fetch them',
    packages: ['git', 'git-lfs', 'openssh-client', 'openssl'],
  },
  images: { why: 'programs of which the test images are made', packages: ['busybox-static'] },
};

/** /etc/os-release, as far as we use it; undefined where this is no Debian family. */
export function debianRelease() {
  if (process.platform !== 'linux' || !existsSync('/etc/os-release')) return undefined;
  const fields = Object.fromEntries(
    readFileSync('/etc/os-release', 'utf8')
      .split('\n')
      .map((line) => /^(\w+)="?(.*?)"?$/.exec(line))
      .flatMap((match) => (match ? [[match[1], match[2]]] : [])),
  );
  const family = `${fields['ID'] ?? ''} ${fields['ID_LIKE'] ?? ''}`.split(' ');
  if (!family.includes('debian') && !family.includes('ubuntu')) return undefined;
  return { id: String(fields['ID']), codename: String(fields['VERSION_CODENAME'] ?? '') };
}

/** Which of these packages dpkg does not have. @param {readonly string[]} packages */
function missing(packages) {
  const names = packages.flatMap((entry) => entry.split('|'));
  const answer = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], {
    encoding: 'utf8',
  });
  const installed = new Set(
    answer.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return packages.filter((entry) => !entry.split('|').some((name) => installed.has(name)));
}

/** The name that this release has of `a|b`; the first where apt knows neither. @param {string} entry */
function nameHere(entry) {
  const names = entry.split('|');
  if (names.length === 1) return entry;
  const known = names.find((name) => {
    const answer = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    return /Candidate: (?!\(none\))/.test(answer.stdout);
  });
  return known ?? names[0] ?? entry;
}

/**
 * See to it that what serves these purposes is installed.
 * @param {readonly Purpose[]} wanted
 * @param {{optional?: boolean}} [options] optional: without root, say what would help and go on
 * @returns {Promise<boolean>} everything is there
 */
export function ensurePackages(wanted, options = {}) {
  // One at a time: apt has one lock, and the second asker mostly finds everything there.
  const answer = queue.then(() => installMissing(wanted, options));
  queue = answer.catch(() => undefined);
  return answer;
}

/** @type {Promise<unknown>} */
let queue = Promise.resolve();

/** @param {readonly Purpose[]} wanted @param {{optional?: boolean}} options */
async function installMissing(wanted, options) {
  const release = debianRelease();
  if (release === undefined) return process.platform !== 'linux';
  const lacking = wanted
    .map((purpose) => ({ ...purposes[purpose], packages: missing(purposes[purpose].packages) }))
    .filter(({ packages }) => packages.length > 0);
  if (lacking.length === 0) return true;

  const root = process.getuid?.() === 0;
  if (root) {
    const lists =
      existsSync('/var/lib/apt/lists') && readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'));
    if (!lists) {
      say('reading the lists of Debian packages (apt-get update)');
      await apt(['update', '-q']);
    }
  }
  const names = lacking.flatMap(({ packages }) => packages.map(nameHere));
  if (!root) {
    const reasons = lacking.map(({ why, packages }) => `  ${packages.map(nameHere).join(' ')}: ${why}`);
    const advice = [
      'these Debian packages are missing:',
      ...reasons,
      'install them with:',
      `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`,
    ].join('\n');
    if (!options.optional) throw new SetupProblem(advice);
    say(advice);
    return false;
  }
  for (const { why, packages } of lacking) say(`installing ${packages.map(nameHere).join(' ')}: ${why}`);
  const install = ['install', '-y', '-q', '--no-install-recommends', ...names];
  try {
    await apt(install);
  } catch {
    say('that did not work with the lists at hand; reading them anew (apt-get update)');
    await apt(['update', '-q']);
    await apt(install);
  }
  return true;
}

/** @param {readonly string[]} args */
async function apt(args) {
  await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' },
  });
}

/**
 * The mirror of Debian that this machine's own apt uses, and the key it trusts it by.
 * @returns {{uri: string, options: string, codename: string} | undefined}
 */
export function debianMirror() {
  const release = debianRelease();
  if (release?.id !== 'debian') return undefined;
  const { codename } = release;
  const files = ['/etc/apt/sources.list'];
  if (existsSync('/etc/apt/sources.list.d')) {
    files.push(...readdirSync('/etc/apt/sources.list.d').map((name) => path.join('/etc/apt/sources.list.d', name)));
  }
  for (const file of files.filter((name) => existsSync(name))) {
    const mirror = mirrorIn(file, readFileSync(file, 'utf8'), codename);
    if (mirror !== undefined) return { ...mirror, codename };
  }
  return undefined;
}

/**
 * What a file of apt's sources says, in either of its two forms.
 * @param {string} file its name tells the form
 * @param {string} text
 * @param {string} codename of the release
 * @returns {{uri: string, options: string} | undefined}
 */
export function mirrorIn(file, text, codename) {
  if (file.endsWith('.sources')) {
    for (const stanza of text.split(/\n\s*\n/)) {
      /** @param {string} name */
      const field = (name) => new RegExp(`^${name}:\\s*(.*)$`, 'mi').exec(stanza)?.[1]?.trim() ?? '';
      /** @param {string} name */
      const list = (name) => field(name).split(/\s+/);
      const uri = list('URIs')[0];
      if (
        uri &&
        list('Suites').includes(codename) &&
        list('Types').includes('deb') &&
        list('Components').includes('main')
      ) {
        const key = field('Signed-By');
        return { uri, options: key.startsWith('/') ? `[signed-by=${key}]` : '' };
      }
    }
    return undefined;
  }
  if (!file.endsWith('.list')) return undefined;
  for (const line of text.split('\n')) {
    const [, options = '', uri, suite, components = ''] =
      /^deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (uri !== undefined && suite === codename && components.split(/\s+/).includes('main'))
      return { uri, options: options.trim() };
  }
  return undefined;
}

/**
 * An apt of our own: another suite or architecture of the machine's mirror, while the machine's apt stays as it is.
 * @param {{suite?: string, architecture?: string}} choice the machine's suite and architecture where left out
 */
export async function privateApt(choice = {}) {
  const mirror = debianMirror();
  if (mirror === undefined) throw new Error("the machine's apt names no mirror of Debian for its release");
  const suite = choice.suite ?? mirror.codename;
  const architecture = choice.architecture ?? (await run('dpkg', ['--print-architecture'])).trim();
  const folder = path.join(userCache, 'apt', `${suite}-${architecture}`);
  await mkdir(path.join(folder, 'lists/partial'), { recursive: true });
  await mkdir(path.join(folder, 'cache/archives/partial'), { recursive: true });
  await writeFile(path.join(folder, 'status'), '');
  const options = mirror.options === '' ? '' : `${mirror.options} `;
  await writeFile(path.join(folder, 'sources.list'), `deb ${options}${mirror.uri} ${suite} main\n`);
  const settings = [
    `Dir::Etc::sourcelist=${folder}/sources.list`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::preferences=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    `Dir::State::lists=${folder}/lists`,
    `Dir::State::status=${folder}/status`,
    `Dir::Cache=${folder}/cache`,
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    'Acquire::Languages=none',
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting]);

  return {
    update: () => run('apt-get', [...settings, '-q', 'update']),
    /** The version that the suite has. @param {string} name @returns {Promise<string | undefined>} */
    async candidate(name) {
      const answer = await run('apt-cache', [...settings, 'policy', name], { env: { ...process.env, LC_ALL: 'C' } });
      const version = /Candidate: (\S+)/.exec(answer)?.[1];
      return version === '(none)' ? undefined : version;
    },
    /** Download, check by apt's signatures, and unpack. @param {readonly string[]} names @param {string} into */
    async unpack(names, into) {
      const debs = path.join(into, '.debs');
      await mkdir(debs, { recursive: true });
      await run('apt-get', [...settings, '-q', 'download', ...names], { cwd: debs });
      for (const deb of await readdir(debs)) await run('dpkg', ['-x', path.join(debs, deb), into]);
      await run('rm', ['-rf', debs]);
    },
  };
}
