import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from './masker.ts';

function masked(secrets: readonly string[], line: string): string {
  const masker = createMasker();
  masker.add(secrets);
  return Buffer.from(masker.mask(Buffer.from(`${line}\n`)))
    .toString()
    .slice(0, -1);
}

/** Gives the line in pieces, as a line that goes on, and then its end. */
function maskedInPieces(secrets: readonly string[], pieces: readonly Uint8Array[]): string {
  const masker = createMasker();
  masker.add(secrets);
  let open = Buffer.alloc(0);
  let inside = 0;
  const out: Uint8Array[] = [];
  for (const piece of pieces) {
    const step = masker.maskOpen(Buffer.concat([open, piece]), inside);
    out.push(step.masked);
    open = Buffer.concat([open, piece]).subarray(step.settled);
    inside = step.inside;
  }
  const rest = masker.maskOpen(Buffer.concat([open, Buffer.from('\n')]), inside);
  return Buffer.concat([...out, rest.masked])
    .toString()
    .replace('\n', '');
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the vectors of actions/runner', () => {
  const secrets = ['Password123!', 'Pass word 123!', 'Pass<word>123!', "Pass'word'123!", '"Password123!!"', '"short"'];
  it.each([
    ['as it is', '123Password123!123', '123***123'],
    ['not another case', 'password', 'password'],
    ['base64 behind one byte', base64(':Password123!'), 'OlBh***'],
    ['base64 behind two bytes', base64('a:Password123!'), 'YTpQ***'],
    ['base64 behind three bytes', base64('ab:Password123!'), 'YWI6***'],
    ['base64 behind four bytes', base64('abc:Password123!'), 'YWJjOlBh***'],
    ['a URI', 'Pass%20word%20123%21', '***'],
    ['a URI with a bare exclamation mark', 'Pass%20word%20123!', '***'],
    ['XML', 'Pass&lt;word&gt;123!', '***'],
    ['an expression', "Pass''word''123!", '***'],
    ['quotes trimmed', 'Password123!!', '***'],
    ['short with its quotes', '"short"', '***'],
    ['short without its quotes', 'short', 'short'],
  ])('%s', (_, line, expected) => {
    expect(masked(secrets, line)).toBe(expected);
  });

  it.each([
    ['secret&secret&secret', 'secret&secret&\x1b[96msecret\x1b[0m', '***\x1b[96m\x1b[0m'],
    ['secret&secret+secret', 'secret&\x1b[96msecret+secret\x1b[0m', '***\x1b[96m\x1b[0m'],
    ['first-part&other-part', 'first-part& : not found', '*** : not found'],
    ['first-part&other-part', 'other-part : not found', '*** : not found'],
    ['first-part&+other-part', 'ther-part : not found', '*** : not found'],
  ])('PowerShell cuts %s at the ampersand', (secret, line, expected) => {
    expect(masked([secret], line)).toBe(expected);
  });
});

describe('other forms of a secret', () => {
  it.each([
    ['JSON', 'say "a\\b"\tnow', JSON.stringify('say "a\\b"\tnow').slice(1, -1)],
    ['JSON of Go', 'a<b>&c', String.raw`a\u003cb\u003e\u0026c`],
    ['single quotes of sh', "it's me", String.raw`it'\''s me`],
    ['single quotes of Python', "it's me", `it'"'"'s me`],
    ['double quotes of sh', 'pa$$"word', String.raw`pa\$\$\"word`],
    ['printf %q', 'Pass word 123!', String.raw`Pass\ word\ 123\!`],
    ['form encoding', 'Pass word 123', 'Pass+word+123'],
    ['a URI in lower case', 'p/w:d?e', 'p%2fw%3ad%3fe'],
    ['XML with numbers', `a"b'c`, 'a&#34;b&#39;c'],
    ['base64 for URLs', 'subjects?>>>', base64('subjects?>>>').replaceAll('+', '-').replaceAll('/', '_')],
    ['base64 without padding', 'hunter2!', base64('hunter2!').replaceAll('=', '')],
    ['Korean', '비밀번호', '비밀번호'],
    ['Korean in a URI', '비밀번호', encodeURIComponent('비밀번호')],
  ])('%s', (_, secret, form) => {
    expect(masked([secret], `<${form}>`)).toBe('<***>');
  });

  it('masks base64 in the middle of more, but for what shares a group with its neighbours', () => {
    expect(masked(['Password123!'], base64('user:Password123!:more'))).not.toContain(base64('word12'));
  });

  it('masks each line of a secret with several lines, on its own and escaped, but not its brackets', () => {
    const secret = '{\n  "key": "one/two",\n  "more": "abc def"\n}\n';
    const log = ['{', '"key": "one/two",', `log: ${secret.split('\n')[2]?.trim()}`, '}', JSON.stringify(secret)].join(
      '\n',
    );
    expect(masked([secret], log)).toBe('{\n***\nlog: ***\n}\n"***\\n"');
  });

  it('masks base64 as the base64 program wraps it', () => {
    const secret = 'the quick brown fox jumps over the lazy dog, twice, and then it is tired and sleeps';
    const lines = base64(secret).replace(/.{76}/g, '$&\n');
    expect(masked([secret], lines)).toBe('***\n***');
  });
});

describe('what surrounds and interrupts a secret', () => {
  it.each([
    ['a carriage return', 'Pass\rword123', '***'],
    ['a colour, which is kept', 'Pass\x1b[31mword\x1b[0m123', '***\x1b[31m\x1b[0m'],
    ['the reset of tput', 'Pass\x1b(B\x1b[mword123', '***\x1b(B\x1b[m'],
    ['a bell', 'Pass\x07word123', '***'],
    ['a window title', '\x1b]0;Password123\x07', '\x1b]0;***\x07'],
    ['an escape that is none', '\x1bPassword123', '\x1b***'],
    ['twice in a row', 'Password123Password123', '***'],
  ])('%s', (_, line, expected) => {
    expect(masked(['Password123'], line)).toBe(expected);
  });

  it('takes the longest of secrets that begin alike, and the union of those that overlap', () => {
    expect(masked(['abcd', 'abcdefgh', 'ghijk'], 'x abcd x abcdefgh x abcdefghijk x')).toBe('x *** x *** x *** x');
  });

  it('masks a secret longer than its parts as one', () => {
    const secret = Array.from({ length: 500 }, (_, index) => `k${index}`).join('-');
    expect(masked([secret], `a ${secret} b`)).toBe('a *** b');
  });
});

describe('what is not masked', () => {
  it.each([
    ['ab', 'tooShort'],
    ['1', 'tooShort'],
    [' x \n', 'tooShort'],
    ['true', 'commonWord'],
    ['FALSE', 'commonWord'],
  ])('%j is refused: %s', (secret, reason) => {
    const masker = createMasker();
    expect(masker.add(['fine-secret', secret])).toEqual([{ index: 1, reason }]);
    expect(Buffer.from(masker.mask(Buffer.from(`value ${secret} fine-secret\n`))).toString()).toBe(
      `value ${secret} ***\n`,
    );
  });

  it('lines without a secret are returned as they are, byte for byte', () => {
    const masker = createMasker();
    masker.add(['Password123']);
    const data = Buffer.from([...Buffer.from('Passwor 12\x1b[31'), 0xff, 0xfe, 0x00, 0x0a]);
    expect(masker.mask(data)).toBe(data);
  });
});

describe('a line that arrives in pieces', () => {
  const secret = 'Pass word/123!';
  const forms = [secret, base64(`user:${secret}`), encodeURIComponent(secret), 'Pass\x1b[1;31m word/\r123!'];

  it.each(forms)('%j is masked wherever it is cut', (form) => {
    const line = Buffer.from(`앞 ${form} 뒤`);
    const whole = masked([secret], line.toString());
    for (let cut = 1; cut < line.length; cut++) {
      expect(maskedInPieces([secret], [line.subarray(0, cut), line.subarray(cut)]), `cut at ${cut}`).toBe(whole);
    }
    expect(
      maskedInPieces(
        [secret],
        [...line].map((byte) => Uint8Array.of(byte)),
      ),
    ).toBe(whole);
  });

  it('holds back only what may become a secret', () => {
    const masker = createMasker();
    masker.add([secret]);
    const { masked: out, settled } = masker.maskOpen(Buffer.from('Do you want to continue? Pas'), 0);
    expect(out.toString()).toBe('Do you want to continue? ');
    expect(settled).toBe('Do you want to continue? '.length);
  });

  it('goes on masking inside a secret that repeats without end', () => {
    const pieces = Array.from({ length: 40 }, () => Buffer.from('aaaaaaaaaa'));
    expect(maskedInPieces(['aaaa'], pieces)).toMatch(/^\**$/);
  });
});

describe('any text', () => {
  const secretText = fc
    .string({ unit: 'grapheme', minLength: 4, maxLength: 20 })
    .filter((text) => text.trim() === text && !/[*\n]/.test(text));

  it('no secret survives, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(secretText, { minLength: 1, maxLength: 4 }),
        fc.array(
          fc.oneof(
            fc.nat(3),
            fc.string({ maxLength: 6 }).map((text) => text.replaceAll('\n', ' ')),
          ),
          { maxLength: 12 },
        ),
        fc.array(fc.nat(400), { maxLength: 5 }),
        (secrets, parts, cuts) => {
          const line = Buffer.from(
            parts.map((part) => (typeof part === 'number' ? (secrets[part % secrets.length] ?? '') : part)).join(''),
          );
          const places = [0, ...cuts.map((cut) => Math.min(cut, line.length)).sort((a, b) => a - b), line.length];
          const pieces = places.slice(1).map((end, index) => line.subarray(places[index], end));
          const out = visible(maskedInPieces(secrets, pieces));
          for (const secret of secrets.filter((text) => visible(text).length >= 4))
            expect(out).not.toContain(visible(secret));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('text that shares nothing with a secret is left alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('abcdefghij \x1b[;m\r')) }), (text) => {
        expect(masked(['XYZQ-0987654321', '비밀번호입니다'], text)).toBe(text);
      }),
    );
  });
});

/** As a terminal shows it, near enough: what the masker promises to compare. */
function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '');
}
