/** A git context as it was written, at another branch or tag; its folder and what stands before stay as they are. */
export function withRef(context: string, ref: string): string {
  const { repository, folder } = parts(context);
  return `${repository}#${ref}${folder === '' ? '' : `:${folder}`}`;
}

/** A git context as it was written, in another folder. */
export function withFolder(context: string, folder: string): string {
  const { repository, ref } = parts(context);
  return `${repository}#${ref}:${folder}`;
}

/** By the text, so that a credential in the address stays where it was typed. */
function parts(context: string) {
  const [, repository = '', fragment = ''] = /^([^#]*)#?(.*)$/s.exec(context) ?? [];
  const colon = fragment.indexOf(':');
  const [ref, folder] = colon < 0 ? [fragment, ''] : [fragment.slice(0, colon), fragment.slice(colon + 1)];
  return { repository, ref, folder };
}
