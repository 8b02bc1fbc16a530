import { appFailure } from '@shared/model/app-error.ts';
import { AzureCloud, ServicePrincipalInput } from '@shared/model/service-principal.ts';
import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';
import { ask, secretFromInput, unlockVault } from './prompt.ts';

/** The flags of `slipway secret keyvault set` as they were typed. */
export interface PrincipalFlags {
  readonly tenant: string;
  readonly clientId: string;
  readonly cloud: string;
}

/** Keeps a service principal. Its secret is asked for or read from standard input, and is never an argument. */
export async function setPrincipal(
  runtime: Runtime,
  flags: PrincipalFlags,
  output: Output,
  messages: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { t } = messages;
  const cloud = cloudOf(flags.cloud);
  const clientSecret = process.stdin.isTTY
    ? await ask(t('secret.keyVault.clientSecret'), true, signal)
    : await secretFromInput();
  const { tenant, clientId } = flags;
  const principal = ServicePrincipalInput.safeParse({ cloud, tenant, clientId, clientSecret });
  if (!principal.success) {
    const reason = principal.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw appFailure('request.invalid', { params: { reason } });
  }
  await unlockVault(runtime, messages, signal);
  await runtime.handlers.keyVault.save(principal.data, signal);
  output.progress(t('secret.keyVault.set', { cloud, clientId }));
  return exitCodes.succeeded;
}

/** A line a service principal: cloud, tenant and client id. */
export async function showPrincipals(
  runtime: Runtime,
  json: boolean,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  for (const principal of await runtime.handlers.keyVault.principals(undefined, signal)) {
    if (json) output.event(principal);
    else output.result([principal.cloud, principal.tenant, principal.clientId].join('\t'));
  }
  return exitCodes.succeeded;
}

/** Forgets the one that is kept for a cloud, or signs in with it; says that it did. */
export async function withPrincipal(
  runtime: Runtime,
  action: 'remove' | 'test',
  flags: Pick<PrincipalFlags, 'cloud'>,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const cloud = cloudOf(flags.cloud);
  await runtime.handlers.keyVault[action]({ cloud }, signal);
  if (action === 'remove') output.progress(t('secret.keyVault.removed', { cloud }));
  else output.result(t('secret.keyVault.tested', { cloud }));
  return exitCodes.succeeded;
}

function cloudOf(text: string): AzureCloud {
  const parsed = AzureCloud.safeParse(text);
  if (parsed.success) return parsed.data;
  throw appFailure('request.invalid', {
    params: { reason: `--cloud ${text}: one of ${AzureCloud.options.join(', ')}` },
  });
}
