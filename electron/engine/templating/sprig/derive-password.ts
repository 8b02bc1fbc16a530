import { createHmac, scryptSync } from 'node:crypto';
import { toBytes } from '../byte-text.ts';

/** What a password of a type looks like, a letter a class of characters: the Master Password algorithm, version 3. */
const templates: Readonly<Record<string, readonly string[]>> = {
  maximum: ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno'],
  long: (
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv ' +
    'CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv ' +
    'CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno'
  ).split(' '),
  medium: ['CvcnoCvc', 'CvcCvcno'],
  short: ['Cvcn'],
  basic: ['aaanaaan', 'aannaaan', 'aaannaaa'],
  pin: ['nnnn'],
};

const consonants = 'BCDFGHJKLMNPQRSTVWXYZ';
const letters = `AEIOUaeiou${consonants}${consonants.toLowerCase()}`;
const characters: Readonly<Record<string, string>> = {
  V: 'AEIOU',
  C: consonants,
  v: 'aeiou',
  c: consonants.toLowerCase(),
  a: letters,
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: `${letters}0123456789!@#$%^&*()`,
};

const scope = 'com.lyndir.masterpassword';

/** How passwords of this type look, or undefined. */
export function passwordTemplates(type: string): readonly string[] | undefined {
  return Object.hasOwn(templates, type) ? templates[type] : undefined;
}

/**
 * The password of a site: the same for the same words, whatever else is known. Takes a quarter of a second and 32 MiB, as it is
 * meant to.
 * @param counter a whole number of 32 bits
 */
export function derivePassword(
  counter: number,
  looks: readonly string[],
  password: string,
  user: string,
  site: string,
): string {
  const salt = Buffer.concat([Buffer.from(scope), ...counted(user)]);
  const key = scryptSync(toBytes(password), salt, 64, { N: 32_768, r: 8, p: 2, maxmem: 64 * 1024 * 1024 });
  const seed = createHmac('sha256', key)
    .update(Buffer.concat([Buffer.from(scope), ...counted(site), word(counter)]))
    .digest();
  const look = looks[(seed[0] ?? 0) % looks.length] ?? '';
  return Array.from(look, (letter, index) => {
    const choices = characters[letter] ?? '';
    return choices.charAt((seed[index + 1] ?? 0) % choices.length);
  }).join('');
}

/** A text behind the number of its bytes. */
function counted(text: string): readonly Buffer[] {
  const bytes = toBytes(text);
  return [word(bytes.length), bytes];
}

function word(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}
