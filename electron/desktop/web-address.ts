/**
 * Whether an address may be opened in the person's browser: http or https, and no name or password in it. Logs, registries
 * and engines bring addresses; `file:`, `smb:` or a program's own scheme would do something on this machine.
 */
export function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
