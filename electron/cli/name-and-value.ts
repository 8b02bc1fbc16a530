import { appFailure } from '@shared/model/app-error.ts';

/** `name=value` at the first `=`; a name alone is empty text as in the az CLI, a secret one comes from the environment. @throws `request.invalid` without a name */
export function nameAndValue(text: string, env: NodeJS.ProcessEnv): { name: string; value: string } {
  const at = text.indexOf('=');
  const name = at === -1 ? text : text.slice(0, at);
  if (name === '')
    throw appFailure('request.invalid', { params: { reason: '--set: a value needs a name (name=value)' } });
  return { name, value: at === -1 ? (env[text] ?? '') : text.slice(at + 1) };
}
