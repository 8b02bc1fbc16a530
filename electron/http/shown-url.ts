/**
 * An address as it may stand in an error, a log or on a screen: without user, password and fragment, and with its query cut,
 * which may be a signature (Azure's SAS, presigned S3). Text that is no address says nothing of itself.
 */
export function shownUrl(address: string | URL): string {
  if (typeof address === 'string' && !URL.canParse(address)) return '…';
  const { protocol, host, pathname, search } = new URL(address);
  return `${protocol}//${host}${pathname}${search === '' ? '' : '?…'}`;
}
