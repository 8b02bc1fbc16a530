import type { TaskSecret } from '@shared/model/task.ts';
import { type Checking, excerpt, firstLine, hasSpace, report } from './checking.ts';
import type { Fields } from './yaml/fields.ts';

/** The secrets of a task, by ACR's rules (spec: task-yaml 4, S1 to S5; 10). */
export function checkSecrets(task: Fields, checking: Checking): readonly TaskSecret[] {
  const secrets: TaskSecret[] = [];
  const known = new Set<string>();
  for (const fields of task.objects('secrets')?.value ?? []) {
    const id = fields.text('id');
    const keyvault = fields.text('keyvault');
    const clientId = fields.text('clientID');
    const here = firstLine(checking, fields.at);
    if (id === undefined || id.value === '') {
      if (fields.misfits.has('id')) continue;
      report(checking, 'secret.noId', id?.at ?? here, { acr: 'secret is missing an ID as well as auto-generated ID' });
      continue;
    }
    const params = { id: excerpt(id.value) };
    const wrapped = (words: string) => ({ params, acr: `failed to validate secret with ID: ${id.value}: ${words}` });
    if (hasSpace(id.value)) report(checking, 'secret.idSpace', id.at, wrapped('secret ID cannot contain spaces'));
    if (keyvault === undefined || keyvault.value === '') {
      if (!fields.misfits.has('keyvault')) {
        const words =
          'secret should contain either keyvault property for vault secret, or msi clientID/aadResourceId for msi authentication';
        report(checking, 'secret.noSource', here, wrapped(words));
      }
    } else {
      const wrong = wrongAddress(keyvault.value);
      if (wrong !== undefined) report(checking, 'secret.address', keyvault.at, { params, acr: wrong });
    }
    if (clientId !== undefined && clientId.value !== '' && !isGuid(clientId.value))
      report(checking, 'secret.clientId', clientId.at, wrapped('msi client ID is not a valid guid'));
    if (known.has(id.value))
      report(checking, 'secret.duplicate', id.at, { params, acr: `duplicate secret found with ID: ${id.value}` });
    known.add(id.value);
    secrets.push({
      id: id.value,
      ...(keyvault === undefined || keyvault.value === '' ? {} : { keyvault: keyvault.value }),
      ...(clientId === undefined || clientId.value === '' ? {} : { clientId: clientId.value }),
    });
  }
  return secrets;
}

/** What ACR says of an address when it reads it; undefined for one that holds. */
function wrongAddress(written: string): string | undefined {
  const address = written.toLowerCase().replace(/\/$/, '');
  if (address === '') return 'missing azure keyvault URL';
  const [, scheme, host = '', path = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/.exec(address) ?? [];
  if (scheme !== 'https') return 'invalid azure keyvault secret URL scheme. Expected Https';
  const segments = path.split('/');
  if (segments.length !== 3 && segments.length !== 4)
    return `invalid azure keyvault secret URL. Bad number of URL segments: ${segments.length}`;
  if (segments[1] !== 'secrets')
    return `invalid azure keyvault secret URL. Expected 'secrets' collection, but found: ${segments[1]}`;
  return host.includes('.')
    ? undefined
    : `extracted vault resource https://${host} from vault URL ${written} is invalid`;
}

/** The forms that github.com/google/uuid reads. */
function isGuid(text: string): boolean {
  return /^(?:urn:uuid:|\{)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$|^[0-9a-f]{32}$/i.test(
    text,
  );
}
