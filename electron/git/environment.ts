/**
 * Git's whole world: an environment built from nothing, and settings in place of every configuration file. The person's own
 * configuration is neither read nor written; what a repository brings along names no program that could be run.
 */
import path from 'node:path';
import type { Scheme } from './location.ts';
import { searchPath } from './program.ts';

export type Setting = readonly [name: string, value: string];

/** What of our own environment git, ssh and curl need. Nothing that begins with GIT_ but where certificates are. */
const passed = new Set(
  [
    'SSH_AUTH_SOCK SSH_AGENT_PID USER LOGNAME TMPDIR',
    'HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY',
    'SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE GIT_SSL_CAINFO GIT_SSL_CAPATH',
    // Windows
    'SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT TEMP TMP USERNAME USERPROFILE',
    'PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) ALLUSERSPROFILE LOCALAPPDATA APPDATA',
  ].flatMap((names) => names.split(' ')),
);

/**
 * @param env our own
 * @param home an empty folder, where git is run as well. Without one git's HTTP would send what `~/.netrc` has.
 */
export function gitEnvironment(env: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => passed.has(name.toUpperCase()))),
    PATH: searchPath(env, platform),
    LC_ALL: 'C', // its words are read
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: path.dirname(home), // a home may be a repository itself
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_SSH_VARIANT: 'ssh',
    GIT_SSH_COMMAND: ssh,
    ...(env['HOME'] === undefined ? {} : { SLIPWAY_SSH_HOME: env['HOME'] }),
  };
}

/**
 * The person's ssh, with their keys, agent and known hosts; it asks nothing, lends nothing, and leaves nothing running. On
 * Windows it finds its files by HOME.
 */
const ssh = [
  'HOME="${SLIPWAY_SSH_HOME:-$HOME}" ssh',
  '-oBatchMode=yes',
  '-oConnectTimeout=30',
  '-oClearAllForwardings=yes',
  '-oForwardAgent=no',
  '-oForwardX11=no',
  '-oPermitLocalCommand=no',
  '-oControlMaster=no',
].join(' ');

/** For every command. */
export function commonSettings(platform: NodeJS.Platform): readonly Setting[] {
  return [
    // Nothing is run but git itself.
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.askPass', ''],
    ['core.alternateRefsCommand', ''],
    ['credential.helper', ''],
    ['init.templateDir', ''],
    ['protocol.allow', 'never'],
    // No other file has a say.
    ['core.attributesFile', '/dev/null'],
    ['core.excludesFile', '/dev/null'],
    ['safe.directory', '*'], // all of them are ours, also where we are root for somebody else
    ['safe.bareRepository', 'explicit'],
    // Names that other systems take for `.git` are refused on all.
    ['core.protectHFS', 'true'],
    ['core.protectNTFS', 'true'],
    // The same bytes on all.
    ['core.autocrlf', 'false'],
    ['core.eol', 'lf'],
    // Only what was asked for is fetched, from where it was asked for.
    ['submodule.recurse', 'false'],
    ['fetch.recurseSubmodules', 'false'],
    ['transfer.bundleURI', 'false'],
    ['http.followRedirects', 'false'],
    ['http.sslVerify', 'true'],
    ['protocol.version', '2'],
    // One pack a fetch, and nothing that goes on behind our back.
    ['fetch.unpackLimit', '1'],
    ['fetch.writeCommitGraph', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['advice.detachedHead', 'false'],
    ['advice.fetchShowForcedUpdates', 'false'],
    // Where the certificates are is otherwise said by the system's configuration.
    ...(platform === 'win32' ? windowsSettings : []),
  ];
}

const windowsSettings: readonly Setting[] = [
  ['core.longPaths', 'true'],
  ['http.sslBackend', 'schannel'],
];

/** For commands that reach a remote: it alone, by its own scheme alone. */
export function remoteSettings(scheme: Scheme, url: string): readonly Setting[] {
  return [
    [`protocol.${scheme}.allow`, 'always'],
    ['remote.origin.url', url],
  ];
}
