import { describe, expect, it } from 'vitest';
import { templateFunctions } from '../sprig.ts';
import { failureOf, now, outcome } from '../test-template.ts';

/** Spec: templating 4. */
const table = `
  and or not len index slice print printf println html js urlquery call eq ne lt le gt ge
  abbrev abbrevboth trunc trim trimAll trimall trimPrefix trimSuffix upper lower title untitle substr repeat nospace initials
  swapcase shuffle snakecase camelcase kebabcase wrap wrapWith contains hasPrefix hasSuffix quote squote cat indent nindent
  replace plural toString
  randAlpha randAlphaNum randAscii randNumeric uuidv4
  sha1sum sha256sum adler32sum b64enc b64dec b32enc b32dec
  atoi int int64 float64 toDecimal add add1 sub div mod mul biggest max min ceil floor round until untilStep
  list tuple first rest last initial append push prepend concat reverse uniq without has slice compact join sortAlpha split
  splitList splitn toStrings
  dict set unset hasKey pluck keys pick omit merge mergeOverwrite values
  default empty coalesce ternary fail
  typeOf typeIs typeIsLike kindOf kindIs deepEqual deepCopy
  toJson toPrettyJson
  now date dateInZone date_in_zone dateModify date_modify ago toDate unixEpoch htmlDate htmlDateInZone
  regexMatch regexFind regexFindAll regexReplaceAll regexReplaceAllLiteral regexSplit
  semver semverCompare urlParse urlJoin base dir clean ext isAbs
  env expandenv getHostByName hello
  genPrivateKey derivePassword buildCustomCert genCA genSelfSignedCert genSignedCert encryptAES decryptAES
`;

describe('the functions of templates', () => {
  it('are those of the table, and get', () => {
    const names = table.trim().split(/\s+/);
    expect([...templateFunctions.keys()].toSorted()).toEqual([...new Set([...names, 'get'])].toSorted());
  });

  // From sprig's documentation (docs/*.md of Masterminds/sprig 2.22) and tests.
  it.each([
    ['trim "   hello    "', 'hello'],
    ['trimAll "$" "$5.00"', '5.00'],
    ['trimall "$" "$5.00"', '5.00'],
    ['trimSuffix "-" "hello-"', 'hello'],
    ['trimPrefix "-" "-hello"', 'hello'],
    ['upper "hello"', 'HELLO'],
    ['lower "HELLO"', 'hello'],
    ['title "hello world"', 'Hello World'],
    ['untitle "Hello World"', 'hello world'],
    ['repeat 3 "hello"', 'hellohellohello'],
    ['substr 0 5 "hello world"', 'hello'],
    ['nospace "hello w o r l d"', 'helloworld'],
    ['trunc 5 "hello world"', 'hello'],
    ['abbrev 5 "hello world"', 'he...'],
    ['abbrevboth 5 10 "1234 5678 9123"', '...5678...'],
    ['initials "First Try"', 'FT'],
    ['wrap 10 "This Is A Test"', 'This Is A\nTest'],
    ['wrapWith 5 "\\t" "Hello World"', 'Hello\tWorld'],
    ['contains "cat" "catch"', 'true'],
    ['hasPrefix "cat" "catch"', 'true'],
    ['hasSuffix "cat" "catch"', 'false'],
    ['quote "a" "b"', '"a" "b"'],
    ['squote "a" "b"', "'a' 'b'"],
    ['cat "hello" "beautiful" "world"', 'hello beautiful world'],
    ['indent 4 "a\\nb"', '    a\n    b'],
    ['nindent 4 "a"', '\n    a'],
    ['replace " " "-" "I Am Henry VIII"', 'I-Am-Henry-VIII'],
    ['plural "one anchovy" "many anchovies" 2', 'many anchovies'],
    ['snakecase "FirstName"', 'first_name'],
    ['camelcase "http_server"', 'HttpServer'],
    ['kebabcase "FirstName"', 'first-name'],
    ['swapcase "This Is A.Test"', 'tHIS iS a.tEST'],
    ['toString 5', '5'],
    ['sha1sum "Hello world!"', 'd3486ae9136e7856bc42212385ea797094475802'],
    ['sha256sum "Hello world!"', 'c0535e4be2b79ffd93291305436bf889314e4a3faec05ecffcbb7df31ad9e51a'],
    ['adler32sum "abc"', '38600999'],
    ['b64enc "Hello"', 'SGVsbG8='],
    ['b64dec "SGVsbG8="', 'Hello'],
    ['b32enc "Hello"', 'JBSWY3DP'],
    ['b32dec "JBSWY3DP"', 'Hello'],
    ['atoi "12"', '12'],
    ['int "3"', '3'],
    ['int64 "3"', '3'],
    ['float64 "3.5"', '3.5'],
    ['toDecimal "777"', '511'],
    ['add 1 2 3', '6'],
    ['add1 3', '4'],
    ['sub 3 2', '1'],
    ['div 7 2', '3'],
    ['mod 7 2', '1'],
    ['mul 1 2 3', '6'],
    ['max 1 2 3', '3'],
    ['biggest 1 2 3', '3'],
    ['min 1 2 3', '1'],
    ['floor 123.9999', '123'],
    ['ceil 123.001', '124'],
    ['round 123.555555 3', '123.556'],
    ['until 5', '[0 1 2 3 4]'],
    ['untilStep 3 6 2', '[3 5]'],
    ['list 1 2 3', '[1 2 3]'],
    ['tuple 1 2', '[1 2]'],
    ['first (list 1 2 3)', '1'],
    ['rest (list 1 2 3)', '[2 3]'],
    ['last (list 1 2 3)', '3'],
    ['initial (list 1 2 3)', '[1 2]'],
    ['append (list 1 2) 6', '[1 2 6]'],
    ['push (list 1 2) 6', '[1 2 6]'],
    ['prepend (list 1 2) 0', '[0 1 2]'],
    ['concat (list 1 2) (list 6 7) (list 8)', '[1 2 6 7 8]'],
    ['reverse (list 1 2 3)', '[3 2 1]'],
    ['uniq (list 1 1 1 2)', '[1 2]'],
    ['without (list 1 2 3 4 5) 1 3 5', '[2 4]'],
    ['has 4 (list 1 2 3)', 'false'],
    ['compact (list 1 "a" "foo" "")', '[1 a foo]'],
    ['slice (list 1 2 3 4 5) 3 5', '[4 5]'],
    ['join "_" (list "hello" "world")', 'hello_world'],
    ['sortAlpha (list "d" "a" "c")', '[a c d]'],
    ['(split "$" "foo$bar$baz")._1', 'bar'],
    ['splitList "$" "foo$bar$baz"', '[foo bar baz]'],
    ['(splitn "$" 2 "foo$bar$baz")._1', 'bar$baz'],
    ['toStrings (list 1 2 3)', '[1 2 3]'],
    ['dict "name1" "value1" "name2" "value2"', 'map[name1:value1 name2:value2]'],
    ['set (dict "a" 1) "name4" "value4"', 'map[a:1 name4:value4]'],
    ['unset (dict "a" 1 "b" 2) "a"', 'map[b:2]'],
    ['hasKey (dict "name1" 1) "name1"', 'true'],
    ['get (dict "a" 1) "a"', '1'],
    ['get (dict "a" 1) "b"', ''],
    ['pluck "name1" (dict "name1" 1) (dict "name1" 2)', '[1 2]'],
    ['keys (dict "b" 1 "a" 2) (dict "c" 3)', '[a b c]'],
    ['values (dict "b" 1 "a" 2)', '[2 1]'],
    ['pick (dict "a" 1 "b" 2) "a"', 'map[a:1]'],
    ['omit (dict "a" 1 "b" 2) "a"', 'map[b:2]'],
    ['merge (dict "a" 1) (dict "a" 2 "b" 3)', 'map[a:1 b:3]'],
    ['mergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3)', 'map[a:2 b:3]'],
    ['deepCopy (dict "a" (list 1))', 'map[a:[1]]'],
    ['default "foo" ""', 'foo'],
    ['empty 0', 'true'],
    ['coalesce 0 1 2', '1'],
    ['ternary "foo" "bar" true', 'foo'],
    ['typeOf "a"', 'string'],
    ['typeIs "string" "a"', 'true'],
    ['typeIsLike "string" "a"', 'true'],
    ['kindOf (list)', 'slice'],
    ['kindIs "int" 123', 'true'],
    ['deepEqual (list 1 2 3) (list 1 2 3)', 'true'],
    ['toJson (dict "a" (list 1 nil "<"))', String.raw`{"a":[1,null,"\u003c"]}`],
    ['toPrettyJson (dict "a" 1)', '{\n  "a": 1\n}'],
    ['date "2006-01-02" (toDate "2006-01-02" "2017-12-31")', '2017-12-31'],
    ['dateInZone "15:04 MST" 0 "Asia/Seoul"', '09:00 KST'],
    ['date_in_zone "15:04" 0 "UTC"', '00:00'],
    ['toDate "2006-01-02" "2017-12-31" | dateModify "-1.5h" | date "2006-01-02 15:04"', '2017-12-30 22:30'],
    ['toDate "2006" "2017" | date_modify "24h" | htmlDate', '2017-01-02'],
    ['htmlDateInZone 0 "America/New_York"', '1969-12-31'],
    ['unixEpoch (toDate "2006" "1971")', '31536000'],
    ['regexMatch "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,}$" "test@acme.com"', 'true'],
    ['regexFindAll "[2,4,6,8]" "123456789" -1', '[2 4 6 8]'],
    ['regexFind "[a-zA-Z][1-9]" "abcd1234"', 'd1'],
    ['regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W"', '-W-xxW-'],
    ['regexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "${1}"', '-${1}-${1}-'],
    ['regexSplit "z+" "pizza" -1', '[pi a]'],
    ['semver "1.2.3-alpha.1+123"', '1.2.3-alpha.1+123'],
    ['(semver "1.2.3-alpha.1+123").Prerelease', 'alpha.1'],
    ['semverCompare "^1.2.0" "1.2.3"', 'true'],
    ['(urlParse "proto://auth@host:80/path?query#fragment").hostname', 'host'],
    [
      'urlJoin (dict "fragment" "fragment" "host" "host:80" "path" "/path" "query" "query" "scheme" "http")',
      'http://host:80/path?query#fragment',
    ],
    ['base "foo/bar/baz"', 'baz'],
    ['dir "foo/bar/baz"', 'foo/bar'],
    ['clean "foo/bar/../baz"', 'foo/baz'],
    ['ext "foo.bar"', '.bar'],
    ['isAbs "/foo"', 'true'],
    ['hello', 'Hello!'],
    ['decryptAES "secretkey" (encryptAES "secretkey" "plaintext")', 'plaintext'],
    ['decryptAES "secretkey" "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ="', 'plaintext'],
  ])('%s is %s', (expression, out) => {
    expect(outcome(`{{ ${expression} }}`)).toEqual({ out });
  });

  it.each([
    ['fail "boom"', 'error calling fail: boom'],
    ['repeat 4611686018427387904 "ab"', 'error calling repeat: strings: Repeat count causes overflow'],
    ['push "x" 1', 'Cannot push on type string'],
    ['first 5', 'Cannot find first on type int'],
    ['div 1 0', 'runtime error: integer divide by zero'],
    ['regexFind "(" "a"', 'error parsing regexp: missing closing )'],
    ['semver "x"', 'Invalid Semantic Version'],
    ['set nil "a" 1', 'assignment to entry in nil map'],
    ['decryptAES "k" "AAAA"', 'input not full blocks'],
  ])('%s fails: %s', (expression, message) => {
    expect(failureOf(`{{ ${expression} }}`)).toMatchObject({
      kind: 'execution',
      message: expect.stringContaining(message) as string,
    });
  });

  it.each([
    ['randAlpha 20', /^[A-Za-z]{20}$/],
    ['randAlphaNum 20', /^[A-Za-z0-9]{20}$/],
    ['randNumeric 20', /^[0-9]{20}$/],
    ['randAscii 20', /^[ -~]{20}$/],
    ['randAlpha -1', /^$/],
    ['uuidv4', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['shuffle "abc"', /^(?:abc|acb|bac|bca|cab|cba)$/],
  ])('%s looks like %s', (expression, pattern) => {
    expect(outcome(`{{ ${expression} }}`)).toEqual({ out: expect.stringMatching(pattern) as string });
  });

  it('reckon with the time that they are given', () => {
    expect(outcome('{{ now | date "2006-01-02T15:04:05Z07:00" }} {{ now }}')).toEqual({
      out: '2024-03-09T08:07:06Z 2024-03-09 08:07:06 +0000 UTC',
    });
    expect(outcome(`{{ ago ${now / 1000 - 3725} }} {{ date "2006" "anything" }}`)).toEqual({ out: '1h2m5s 2024' });
  });

  it('sort a list of texts where it is, as sprig 2.22 does', () => {
    expect(outcome('{{ $l := splitList "," "b,a" }}{{ sortAlpha $l }}{{ $l }}')).toEqual({ out: '[a b][a b]' });
  });
});
